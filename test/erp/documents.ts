// Documents for the tests of ERP adapters and of the poster.
import { randomUUID } from "node:crypto"
import { Schema } from "effect"
import { lotStream, orderStream } from "../../core/journal/stream.ts"
import { Amounts } from "../../core/message/order.ts"
import { fromText } from "../../core/plant/decimal.ts"
import { ItemId, LotId, OperationId, OrderId, PlantId, PostingKey } from "../../core/plant/identifiers.ts"
import { type LotKey, plantScope } from "../../core/plant/lot.ts"
import { Unit } from "../../core/plant/quantity.ts"
import { type Document, postingKey } from "../../core/port/erp.ts"

/** A plant that no other test has. */
export const aPlant = (): PlantId => PlantId.make(`P-${randomUUID().slice(0, 8)}`)

const amounts = Schema.decodeUnknownSync(Amounts)

/** A document of an operation. */
export type Confirmation = Document & Required<Pick<Document, "orderId" | "operationId" | "amounts" | "final">>

export const confirmation = (plant: PlantId, order: string, version: number, pieces = "10"): Confirmation => ({
  key: postingKey(orderStream(plant, OrderId.make(order)), version, "confirmation"),
  kind: "confirmation",
  plant,
  orderId: OrderId.make(order),
  operationId: OperationId.make("0010"),
  amounts: amounts({
    yield: { value: pieces, unit: "EA" },
    scrap: { value: "0.125", unit: "EA" },
    scrapReason: "scratch",
    laborTime: { value: "12.5", unit: "MIN" }
  }),
  final: false,
  postingDate: "2026-11-23"
})

/** What an order's reports come to: steel of a lot and pieces of another, one of them scrapped, and time. */
export const group = (plant: PlantId, order: string, version: number, pieces = "10"): Document => {
  const pump = (lot: string, value: string) => ({
    itemId: ItemId.make("PUMP"),
    lotId: LotId.make(lot),
    scope: plantScope(plant),
    quantity: { value: fromText(value), unit: Unit.make("EA") }
  })
  const steel = { itemId: ItemId.make("STEEL"), lotId: LotId.make("L-1"), scope: plantScope(plant) }
  const quantity = { value: fromText("2.125"), unit: Unit.make("KGM") }
  return {
    key: postingKey(orderStream(plant, OrderId.make(order)), version, "group"),
    kind: "group",
    plant,
    orderId: OrderId.make(order),
    movements: [
      { type: "goodsIssue", direction: "out", ...steel, quantity },
      {
        type: "goodsIssue",
        direction: "out",
        itemId: ItemId.make("OIL"),
        quantity: { ...quantity, unit: Unit.make("LTR") }
      },
      { type: "productReceipt", direction: "in", ...pump("PU-1", pieces) },
      { type: "productReceipt", direction: "in", ...pump("PU-2", "1") }
    ],
    operations: [
      {
        operationId: OperationId.make("0010"),
        amounts: amounts({
          yield: { value: pieces, unit: "EA" },
          scrap: { value: "1", unit: "EA" },
          scrapReason: "scratch",
          machineTime: { value: "90", unit: "MIN" }
        }),
        final: true
      }
    ],
    postingDate: "2026-11-23"
  }
}

/** Of two kilograms of a lot. */
export const goodsMovement = (plant: PlantId, lot: string, version: number, direction: "in" | "out"): Document => {
  const key: LotKey = { scope: plantScope(plant), itemId: ItemId.make("STEEL"), lotId: LotId.make(lot) }
  const type = direction === "in" ? "supplierReceipt" : "shipment"
  return {
    key: postingKey(lotStream(key), version, "goodsMovement"),
    kind: "goodsMovement",
    plant,
    movements: [{ type, direction, ...key, quantity: { value: fromText("2"), unit: Unit.make("KGM") } }],
    postingDate: "2026-11-23"
  }
}

export const reversal = <Of extends Document>(of: Of, version: number): Of => ({
  ...of,
  key: PostingKey.make(`${of.key.split("/").slice(0, -2).join("/")}/${version}/reversal`),
  kind: "reversal",
  reverses: of.key
})
