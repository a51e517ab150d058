// Orders that were released, changed, technically completed, closed or marked for deletion in SAP, as messages. Used by
// `changes.ts` alone.
import { Effect, Option, Schema } from "effect"
import { digitsOf, many, millisOfDigits, results, SapDecimal, SapDigits, SapFlag } from "./answer.ts"
import { type Change, type ChangedAfter, type ChangedRecord, comesAfter, idOf, pageSize } from "./changed.ts"
import { operationOf, orderOf, withoutZeros } from "./numbers.ts"
import { options, text } from "./query.ts"
import { services } from "./session.ts"
import { unitName } from "./units.ts"

const Operation = Schema.Struct({
  ManufacturingOrderOperation: Schema.String,
  MfgOrderOperationText: Schema.String,
  WorkCenter: Schema.String,
  OpPlannedTotalQuantity: SapDecimal,
  OperationUnit: Schema.String,
  OperationIsDeleted: SapFlag
})

const Order = Schema.Struct({
  ManufacturingOrder: Schema.String,
  Material: Schema.String,
  TotalQuantity: SapDecimal,
  ProductionUnit: Schema.String,
  LastChangeDateTime: SapDigits,
  OrderIsReleased: SapFlag,
  OrderIsTechnicallyCompleted: SapFlag,
  OrderIsClosed: SapFlag,
  OrderIsMarkedForDeletion: SapFlag,
  OrderIsDeleted: SapFlag,
  to_ProductionOrderOperation: results(Operation)
})
type Order = typeof Order.Type

const decoder = many(Order)

/** Seconds since 2000: higher with each change, and the same whenever it is told. */
const revisionOf = (at: number): number => Math.max(1, Math.floor((at - Date.UTC(2000, 0)) / 1_000))

const planned = (operation: typeof Operation.Type) => ({
  operationId: operationOf(operation.ManufacturingOrderOperation),
  ...(operation.MfgOrderOperationText === "" ? {} : { description: operation.MfgOrderOperationText }),
  ...(operation.WorkCenter === "" ? {} : { workCenterId: operation.WorkCenter }),
  quantity: { value: operation.OpPlannedTotalQuantity, unit: unitName(operation.OperationUnit) }
})

/**
 * A status says nothing of the plan, and between two questions an order may have had several: of each order all is told that
 * is so now, its plan first. A release again is a plan of a higher revision, and needs none before it.
 */
const messages = (order: Order, at: number): ReadonlyArray<Pick<Change, "type" | "body">> => {
  const [isReleased, isCompleted, isClosed, isFlagged, isDeleted] = [
    order.OrderIsReleased,
    order.OrderIsTechnicallyCompleted,
    order.OrderIsClosed,
    order.OrderIsMarkedForDeletion,
    order.OrderIsDeleted
  ].map((flag) => flag === "X")
  const about = { orderId: orderOf(order.ManufacturingOrder), occurredAt: new Date(at).toISOString() }
  if (isFlagged || isDeleted) return [{ type: "ProductionOrderCancelled", body: about }]
  // What is only created is the planner's own.
  if (!isReleased && !isCompleted && !isClosed) return []
  const operations = order.to_ProductionOrderOperation.results
    .filter(({ OperationIsDeleted }) => OperationIsDeleted === "")
    .map(planned)
  const released = {
    ...about,
    itemId: withoutZeros(order.Material),
    quantity: { value: order.TotalQuantity, unit: unitName(order.ProductionUnit) },
    revision: revisionOf(at),
    operations
  }
  return [
    { type: "ProductionOrderReleased", body: released },
    ...(isCompleted || isClosed ? [{ type: "ProductionOrderTechnicallyCompleted", body: about }] : []),
    ...(isClosed ? [{ type: "ProductionOrderClosed", body: about }] : [])
  ]
}

const record = (order: Order): ChangedRecord => {
  const at = millisOfDigits(order.LastChangeDateTime)
  const number = order.ManufacturingOrder
  return {
    at,
    number,
    changes: messages(order, at).map((message, index) => ({
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
      $expand: "to_ProductionOrderOperation",
      $orderby: "LastChangeDateTime,ManufacturingOrder",
      $top: String(pageSize)
    })
    const found = yield* ask(decoder, `${services.orders}/A_ProductionOrder_2${query}`)
    return (Option.getOrUndefined(found)?.d.results ?? []).map(record)
  })
