// Orders that were released, changed, technically completed, closed or marked for deletion in SAP, as messages. Used by
// `changes.ts` alone.
import { Effect, Option } from "effect"
import { digitsOf, many } from "./answer.ts"
import { type Change, type ChangedAfter, type ChangedRecord, comesAfter, idOf, pageSize } from "./changed.ts"
import { orderOf } from "./numbers.ts"
import type { SapPlant } from "./options.ts"
import { options, text } from "./query.ts"
import { changedAt, partsOfOrder, releaseOf, SapOrder, statusOf } from "./release.ts"
import { services } from "./session.ts"

const decoder = many(SapOrder)

/**
 * A status says nothing of the plan, and between two questions an order may have had several: of each order all is told that
 * is so now, its plan first. A release again is a plan of a higher revision, and needs none before it.
 */
const messages = (order: SapOrder, at: number, plant: SapPlant): ReadonlyArray<Pick<Change, "type" | "body">> => {
  const { isClosed, isCompleted, isDeleted, isReleased } = statusOf(order)
  const about = { orderId: orderOf(order.ManufacturingOrder), occurredAt: new Date(at).toISOString() }
  if (isDeleted) return [{ type: "ProductionOrderCancelled", body: about }]
  // What is only created is the planner's own.
  if (!isReleased && !isCompleted && !isClosed) return []
  return [
    { type: "ProductionOrderReleased", body: releaseOf(order, plant) },
    ...(isCompleted || isClosed ? [{ type: "ProductionOrderTechnicallyCompleted", body: about }] : []),
    ...(isClosed ? [{ type: "ProductionOrderClosed", body: about }] : [])
  ]
}

const record = (order: SapOrder, plant: SapPlant): ChangedRecord => {
  const at = changedAt(order)
  const number = order.ManufacturingOrder
  return {
    at,
    number,
    changes: messages(order, at, plant).map((message, index) => ({
      at,
      id: idOf(at, "productionOrder", number, index + 1),
      ...message
    }))
  }
}

export const changedOrders: ChangedAfter = (ask, plant, after) =>
  Effect.gen(function* () {
    const filters = [
      `ProductionPlant eq ${text(plant.plant)}`,
      ...comesAfter(after, "ManufacturingOrder", "''", (at) => text(digitsOf(at)))
    ]
    const query = options({
      $filter: filters.join(" and "),
      $expand: partsOfOrder,
      $orderby: "LastChangeDateTime,ManufacturingOrder",
      $top: String(pageSize)
    })
    const found = yield* ask(decoder, `${services.orders}/A_ProductionOrder_2${query}`)
    return (Option.getOrUndefined(found)?.d.results ?? []).map((order) => record(order, plant))
  })
