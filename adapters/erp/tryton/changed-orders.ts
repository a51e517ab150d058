// Orders that a planner released, changed or cancelled in Tryton, as messages. What Traveler did to them itself is no news.
// Used by `changes.ts` alone.
import { Effect } from "effect"
import type { Change, ChangedSince } from "./changes.ts"
import { kindOfKey } from "./held.ts"
import { orderNames, releasedStates, releaseOf, TrytonOrder } from "./release.ts"
import { stepsOf } from "./routing-steps.ts"
import { changeId, writtenAt, writtenSince } from "./written.ts"

export const changedOrders: ChangedSince = (search, plant, since) =>
  Effect.gen(function* () {
    const domain = [
      ["warehouse.code", "=", plant],
      ["product", "!=", null],
      ["state", "in", [...releasedStates, "cancelled"]],
      ...writtenSince(since)
    ]
    const orders = (yield* search(TrytonOrder, "production", domain, orderNames)).filter(
      ({ reference, state }) => state === "cancelled" || kindOfKey(reference ?? "") === undefined
    )
    const steps = yield* stepsOf(
      search,
      orders.flatMap(({ routing }) => routing ?? [])
    )
    return orders.map((order): Change => {
      const occurredAt = writtenAt(order)
      const id = changeId(occurredAt, "production", order.id)
      const about = { orderId: order.number, occurredAt }
      if (order.state === "cancelled") return { id, type: "ProductionOrderCancelled", body: about }
      return {
        id,
        // A release again is a plan of a higher revision, and needs none before it.
        type: "ProductionOrderReleased",
        body: releaseOf(order, steps)
      }
    })
  })
