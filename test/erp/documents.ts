// Documents for the tests of ERP adapters and of the poster.
import { randomUUID } from "node:crypto"
import { Schema } from "effect"
import { orderStream } from "../../core/journal/stream.ts"
import { Amounts } from "../../core/message/order.ts"
import { OperationId, OrderId, PlantId } from "../../core/plant/identifiers.ts"
import { type Document, postingKey } from "../../core/port/erp.ts"

/** A plant that no other test has. */
export const aPlant = (): PlantId => PlantId.make(`P-${randomUUID().slice(0, 8)}`)

const amounts = Schema.decodeUnknownSync(Amounts)

export const confirmation = (plant: PlantId, order: string, version: number, pieces = "10"): Document => ({
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

export const reversal = (of: Document, version: number): Document => ({
  ...of,
  key: postingKey(orderStream(of.plant, of.orderId), version, "reversal"),
  kind: "reversal",
  reverses: of.key
})
