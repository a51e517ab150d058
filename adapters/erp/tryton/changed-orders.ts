// Orders that a planner released, changed or cancelled in Tryton, as messages. What Traveler did to them itself is no news.
// Used by `changes.ts` alone.
import { Effect, Schema } from "effect"
import { onlyVersion } from "./changed-bills.ts"
import type { Change, ChangedSince } from "./changes.ts"
import { kindOfKey } from "./held.ts"
import { onlyOperation } from "./operations.ts"
import { decimalOfNumber } from "./quantities.ts"
import { stepsOf } from "./routing-steps.ts"
import { unitOf } from "./units.ts"
import { changeId, stampNames, stamps, writtenAt, writtenSince } from "./written.ts"

const Order = Schema.Struct({
  id: Schema.Int,
  ...stamps,
  number: Schema.String,
  reference: Schema.NullOr(Schema.String),
  state: Schema.String,
  quantity: Schema.NullOr(Schema.Finite),
  routing: Schema.NullOr(Schema.Int),
  "product.": Schema.Struct({ code: Schema.NullOr(Schema.String) }),
  "uom.": Schema.NullOr(Schema.Struct({ symbol: Schema.String }))
})
type Order = typeof Order.Type

const names = [...stampNames, "number", "reference", "state", "quantity", "routing", "product.code", "uom.symbol"]

/** A draft is the planner's own; whoever lets it wait for its material has released it. */
const released = ["waiting", "assigned", "running"]

/** Seconds from its making to its last change: higher with each, and the same whenever it is told. */
const revisionOf = ({ create_date }: Order, written: string): number => {
  const made = create_date === null ? written : writtenAt({ create_date, write_date: null })
  return Math.floor((Date.parse(written) - Date.parse(made)) / 1_000) + 1
}

export const changedOrders: ChangedSince = (search, plant, since) =>
  Effect.gen(function* () {
    const domain = [
      ["warehouse.code", "=", plant],
      ["product", "!=", null],
      ["state", "in", [...released, "cancelled"]],
      ...writtenSince(since)
    ]
    const orders = (yield* search(Order, "production", domain, names)).filter(
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
      const own = steps.filter(({ routing }) => routing === order.routing).map(({ operation }) => operation)
      const symbol = order["uom."]?.symbol ?? ""
      return {
        id,
        // A release again is a plan of a higher revision, and needs none before it.
        type: "ProductionOrderReleased",
        body: {
          ...about,
          itemId: order["product."].code ?? "",
          quantity: { value: decimalOfNumber(order.quantity ?? 0) ?? "0", unit: unitOf(symbol) ?? symbol },
          revision: revisionOf(order, occurredAt),
          operations: own.length > 0 ? own : [{ operationId: onlyOperation }],
          ...(order.routing === null
            ? {}
            : { operationsDefinition: { id: String(order.routing), version: onlyVersion } })
        }
      }
    })
  })
