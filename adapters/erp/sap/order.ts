// What SAP knows of a production order: which of its items a receipt is for, and which reservation a withdrawal takes from.
// Used inside adapters/erp/sap.
import { isDeepStrictEqual } from "node:util"
import { Effect, Option, Schema } from "effect"
import { DataQualityIssue, type TechnicalFailure } from "../../../core/failure.ts"
import { zero } from "../../../core/plant/decimal.ts"
import type { Document } from "../../../core/port/erp.ts"
import { one, results, SapDecimal } from "./answer.ts"
import type { Ask } from "./ask.ts"
import type { Line } from "./goods-line.ts"
import { mainItem } from "./movement-types.ts"
import { itemOf, operationOf, orderNumber, padded } from "./numbers.ts"
import type { SapPlant } from "./options.ts"
import { entity, options } from "./query.ts"
import { services } from "./session.ts"

const Component = Schema.Struct({
  Reservation: Schema.String,
  ReservationItem: Schema.String,
  Material: Schema.String,
  ManufacturingOrderOperation: Schema.String,
  GoodsMovementType: Schema.String,
  RequiredQuantity: SapDecimal,
  MatlCompIsMarkedForBackflush: Schema.Boolean,
  IsBulkMaterialComponent: Schema.Boolean,
  MaterialComponentIsPhantomItem: Schema.Boolean,
  ReservationIsFinallyIssued: Schema.Boolean
})
type Component = typeof Component.Type

const Order = Schema.Struct({
  ManufacturingOrder: Schema.String,
  ProductionPlant: Schema.String,
  to_ProductionOrderItem: results(Schema.Struct({ ManufacturingOrderItem: Schema.String, Material: Schema.String })),
  to_ProductionOrderComponent: results(Component)
})
export type Order = typeof Order.Type

const decoder = one(Order)

export const orderAt = (ask: Ask, number: string): Effect.Effect<Option.Option<Order>, TechnicalFailure> =>
  Effect.map(
    ask(
      decoder,
      services.orders +
        entity("A_ProductionOrder_2", { ManufacturingOrder: number }) +
        options({ $expand: "to_ProductionOrderItem,to_ProductionOrderComponent" })
    ),
    Option.map(({ d }) => d)
  )

const unknown = (field: string, value: string, reason: string, nextStep: string) =>
  new DataQualityIssue({ field, value, reason, nextStep })

/** SAP's order numbers are of the whole client: one of another plant is another order. */
export const orderOfDocument = Effect.fnUntraced(function* (ask: Ask, document: Document, plant: SapPlant) {
  const { orderId } = document
  if (orderId === undefined) {
    return yield* unknown(
      "orderId",
      "",
      "SAP books this only on an order, and none is said",
      "Report it with its order, or book it by hand and waive"
    )
  }
  const order = yield* orderAt(ask, yield* orderNumber(orderId))
  if (Option.isNone(order) || order.value.ProductionPlant !== plant.plant) {
    const where = Option.isNone(order) ? "SAP has no such order" : `It is of plant ${order.value.ProductionPlant}`
    return yield* unknown("orderId", orderId, where, "Add the order to SAP, or correct the report")
  }
  return order.value
})

/** Which of its products is received: the first is the order's own, the others are co-products. */
const itemFor = ({ to_ProductionOrderItem }: Order, { movement, out }: Line) => {
  const of = to_ProductionOrderItem.results.filter(({ Material }) => itemOf(Material) === itemOf(out.itemId))
  const isMain = movement.type === "productReceipt"
  const [found] = of.filter((item) => (padded.orderItem(item.ManufacturingOrderItem) === mainItem) === isMain)
  return found === undefined
    ? Effect.fail(
        unknown(
          "itemId",
          out.itemId,
          `The order makes no ${isMain ? "product" : "co-product"} of this material`,
          "Correct the report (product, co-product or by-product), or the order in SAP"
        )
      )
    : Effect.succeed({ ManufacturingOrderItem: padded.orderItem(found.ManufacturingOrderItem) })
}

type Reservation = Pick<Component, "Reservation" | "ReservationItem">

const reservationOf = ({ Reservation, ReservationItem }: Reservation): Reservation => ({
  Reservation: padded.reservation(Reservation),
  ReservationItem: padded.reservationItem(ReservationItem)
})

export const isReservationOf =
  (component: Reservation) =>
  (item: Reservation): boolean =>
    isDeepStrictEqual(reservationOf(component), reservationOf(item))

/** Unplanned where no component is meant, or more than one might be. */
const reservationFor = ({ to_ProductionOrderComponent }: Order, { movement, out }: Line, { operationId }: Document) => {
  const of = to_ProductionOrderComponent.results.filter(
    (component) =>
      component.GoodsMovementType === movement.sap &&
      itemOf(component.Material) === itemOf(out.itemId) &&
      (operationId === undefined || operationOf(component.ManufacturingOrderOperation) === operationOf(operationId))
  )
  const [component] = of
  return component === undefined || of.length > 1 ? {} : reservationOf(component)
}

/** What a line of the order's stock says of the order, beside its number. */
export const referenceTo = (
  order: Order,
  line: Line,
  document: Document
): Effect.Effect<
  { readonly ManufacturingOrderItem?: string; readonly Reservation?: string; readonly ReservationItem?: string },
  DataQualityIssue
> => {
  switch (line.movement.type) {
    case "productReceipt":
    case "coProductReceipt":
      return itemFor(order, line)
    case "goodsIssue":
    case "byProductReceipt":
      return Effect.succeed(reservationFor(order, line, document))
    default:
      return Effect.succeed({})
  }
}

const isBackflushed = (component: Component): boolean =>
  component.MatlCompIsMarkedForBackflush &&
  !component.IsBulkMaterialComponent &&
  !component.MaterialComponentIsPhantomItem &&
  !component.ReservationIsFinallyIssued &&
  component.RequiredQuantity !== zero

/** What SAP itself takes out of stock when the operation is confirmed. */
export const backflushed = (order: Order, operation: string): ReadonlyArray<Component> =>
  order.to_ProductionOrderComponent.results.filter(
    (component) =>
      isBackflushed(component) && operationOf(component.ManufacturingOrderOperation) === operationOf(operation)
  )
