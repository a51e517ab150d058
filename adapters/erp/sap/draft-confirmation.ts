// A confirmation as SAP takes it, with the goods movements that go with it. Used by `post.ts` alone.
import { Effect } from "effect"
import { DataQualityIssue } from "../../../core/failure.ts"
import { zero } from "../../../core/plant/decimal.ts"
import type { Quantity } from "../../../core/plant/quantity.ts"
import type { Document } from "../../../core/port/erp.ts"
import { sapDay } from "./answer.ts"
import type { Ask } from "./ask.ts"
import { goodsItem, type Line, linesOf } from "./goods-line.ts"
import { confirmationText, guidOf } from "./key.ts"
import { operationNumber, orderNumber } from "./numbers.ts"
import { type ActivitySlot, activitiesOf, type SapPlant } from "./options.ts"
import { type Order, orderOfDocument, referenceTo } from "./order.ts"
import { sapQuantity } from "./quantities.ts"
import { asHeld, sapUnit } from "./units.ts"
import { reasonCode } from "./words.ts"

type Amounts = NonNullable<Document["amounts"]>

const issue = (field: string, value: string, reason: string, nextStep: string) =>
  new DataQualityIssue({ field, value, reason, nextStep })

/** SAP has one unit for what was made, of whichever quality. */
const unitOfGoods = Effect.fnUntraced(function* (amounts: Amounts) {
  const units = new Set(
    [amounts.yield, amounts.scrap, amounts.rework].flatMap((quantity) =>
      quantity === undefined || quantity.value === zero ? [] : [asHeld(quantity.unit)]
    )
  )
  const [unit] = units
  if (units.size > 1) {
    return yield* issue(
      "unit",
      [...units].join(" "),
      "SAP confirms yield, scrap and rework in one unit",
      "Report them in one unit, or each in a message of its own"
    )
  }
  return unit === undefined ? undefined : yield* sapUnit(unit)
})

const amount = (name: string, quantity: Quantity | undefined) => sapQuantity(name, quantity?.value ?? zero)

const activity = Effect.fnUntraced(function* (name: string, slot: ActivitySlot, time: Quantity | undefined) {
  if (time === undefined || time.value === zero) return {}
  return {
    [`OpConfirmedWorkQuantity${slot}`]: yield* sapQuantity(name, time.value),
    [`OpWorkQuantityUnit${slot}`]: yield* sapUnit(time.unit)
  }
})

const itemsOf = Effect.fnUntraced(function* (
  order: Order,
  lines: ReadonlyArray<Line>,
  document: Document,
  plant: SapPlant,
  OrderID: string
) {
  const stranger = lines.find(({ movement }) => !movement.ofOrder)
  if (stranger !== undefined) {
    const nextStep = "Report it in a message of its own"
    return yield* issue("movements", stranger.movement.type, "It isn't a movement of an order", nextStep)
  }
  return yield* Effect.forEach(lines, (line) =>
    Effect.gen(function* () {
      const { ManufacturingOrderItem, ...reservation } = yield* referenceTo(order, line, document)
      return {
        ...(yield* goodsItem(line, document, plant)),
        OrderID,
        ...(ManufacturingOrderItem === undefined
          ? {}
          : { OrderItem: ManufacturingOrderItem, GoodsMovementRefDocType: "F" }),
        ...reservation
      }
    })
  )
})

export const draftConfirmation = Effect.fnUntraced(function* (
  ask: Ask,
  document: Document,
  plant: SapPlant,
  print: string
) {
  const { amounts = {}, final = false, operationId, orderId, postingDate } = document
  if (orderId === undefined || operationId === undefined) {
    return yield* issue("operationId", "", "SAP confirms an operation of an order", "Correct the report")
  }
  const lines = yield* linesOf(document)
  const OrderID = yield* orderNumber(orderId)
  // Another plant's order of that number would be confirmed, and take that plant's stock.
  const order = yield* orderOfDocument(ask, document, plant)
  const unit = yield* unitOfGoods(amounts)
  const reason = reasonCode(amounts.scrapReason, plant)
  const slots = activitiesOf(plant)
  return {
    OrderID,
    Sequence: "0",
    OrderOperation: yield* operationNumber(operationId),
    PostingDate: sapDay(postingDate),
    ExternalSystemConfirmation: guidOf(print),
    ConfirmationText: confirmationText(print, lines.length),
    IsFinalConfirmation: final,
    FinalConfirmationType: final ? "X" : "",
    ...(unit === undefined ? {} : { ConfirmationUnit: unit }),
    ConfirmationYieldQuantity: yield* amount("yield", amounts.yield),
    ConfirmationScrapQuantity: yield* amount("scrap", amounts.scrap),
    ConfirmationReworkQuantity: yield* amount("rework", amounts.rework),
    ...(reason === undefined ? {} : { VarianceReasonCode: reason }),
    ...(yield* activity("laborTime", slots.laborTime, amounts.laborTime)),
    ...(yield* activity("machineTime", slots.machineTime, amounts.machineTime)),
    // SAP takes by itself only where nothing is named.
    APIConfHasNoGoodsMovements: lines.length === 0 && plant.backflush === false,
    ...(lines.length === 0
      ? {}
      : { to_ProdnOrdConfMatlDocItm: { results: yield* itemsOf(order, lines, document, plant, OrderID) } })
  }
})
