// What an ERP had of an order and of lots, as the messages that take them over: their sums are those of its documents.
import { Schema } from "effect"
import { beforeEach, describe, expect, it } from "vitest"
import { orderTakenOver, stockTakenOver } from "../../../adapters/erp/takeover.ts"
import { plantMessages } from "../../../core/message/catalogue.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { ItemId, LotId, OperationId, OrderId, PlantId } from "../../../core/plant/identifiers.ts"
import { LotScope } from "../../../core/plant/lot.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import type { ErpChange, HeldDocument, Movement } from "../../../core/port/erp.ts"

const orderId = OrderId.make("4711")
const at = OccurredAt.make("2026-11-30T06:00:00+01:00")
const quantity = (value: string, unit = "EA") => ({ value: fromText(value), unit: Unit.make(unit) })

let numbers = 0

const confirmation = (operation: string, value: string, more: HeldDocument["content"] = {}): HeldDocument => ({
  document: String(++numbers),
  kind: "confirmation",
  content: { orderId, operationId: OperationId.make(operation), amounts: { yield: quantity(value) }, ...more }
})

const movement = (type: Movement["type"], direction: "in" | "out", lot: string, value: string): HeldDocument => ({
  document: String(++numbers),
  kind: "goodsMovement",
  content: {
    orderId,
    movements: [
      { type, direction, itemId: ItemId.make("STEEL"), lotId: LotId.make(lot), quantity: quantity(value, "KGM") }
    ]
  }
})

const said = (changes: ReadonlyArray<ErpChange>) => changes.map(({ body, type }) => [type, JSON.parse(body)])

describe("an order", () => {
  beforeEach(() => {
    numbers = 0
  })

  it("has of each operation what all documents come to", () => {
    const documents = [
      confirmation("10", "60"),
      confirmation("10", "12", { final: true, amounts: { yield: quantity("12"), scrap: quantity("3") } }),
      confirmation("20", "40")
    ]
    expect(said(orderTakenOver(orderId, documents, at))).toEqual([
      [
        "OperationTakenOver",
        {
          orderId,
          occurredAt: at,
          operationId: "10",
          yield: { value: "72", unit: "EA" },
          scrap: { value: "3", unit: "EA" },
          final: true,
          documents: ["1", "2"]
        }
      ],
      [
        "OperationTakenOver",
        { orderId, occurredAt: at, operationId: "20", yield: { value: "40", unit: "EA" }, documents: ["3"] }
      ]
    ])
  })

  it("has of its material what went in less what came back, and what came out", () => {
    const documents = [
      movement("goodsIssue", "out", "A", "10"),
      movement("goodsReturn", "in", "A", "4"),
      movement("goodsIssue", "out", "B", "2"),
      movement("goodsReturn", "in", "B", "2"),
      movement("productReceipt", "in", "P", "5")
    ]
    const line = { itemId: "STEEL" }
    expect(said(orderTakenOver(orderId, documents, at))).toEqual([
      [
        "MaterialTakenOver",
        {
          orderId,
          occurredAt: at,
          materials: [
            { ...line, lotId: "A", quantity: { value: "6", unit: "KGM" }, use: "Consumed" },
            { ...line, lotId: "P", quantity: { value: "5", unit: "KGM" }, use: "Material Produced" }
          ],
          documents: ["1", "2", "3", "4", "5"]
        }
      ]
    ])
  })

  it("has nothing of what was taken back beyond what was booked", () => {
    const operations = [
      { operationId: OperationId.make("10"), amounts: { yield: quantity("5") }, final: false, takenBack: true as const }
    ]
    const group: HeldDocument = { document: String(++numbers), kind: "group", content: { orderId, operations } }
    expect(orderTakenOver(orderId, [group], at)).toEqual([])
    expect(said(orderTakenOver(orderId, [group, confirmation("10", "12")], at))).toMatchObject([
      ["OperationTakenOver", { yield: { value: "7", unit: "EA" } }]
    ])
  })

  it("of which nothing was booked has nothing to take over", () => {
    expect(orderTakenOver(orderId, [], at)).toEqual([])
  })
})

describe("stock", () => {
  it("is taken over lot by lot and place by place; what has no number has no history to begin", () => {
    const scope = LotScope.make("supplier/S-4")
    const stock = [
      { itemId: ItemId.make("STEEL"), lotId: LotId.make("A"), quantity: quantity("5", "KGM") },
      { itemId: ItemId.make("STEEL"), lotId: LotId.make("A"), scope, quantity: quantity("7", "KGM") },
      { itemId: ItemId.make("OIL"), quantity: quantity("100", "LTR") },
      { itemId: ItemId.make("STEEL"), lotId: LotId.make("B"), quantity: quantity("-1", "KGM") }
    ]
    const taken = stockTakenOver(PlantId.make("ulm"), stock, at)
    expect(taken.map(({ lot }) => lot.scope)).toEqual(["plant/ulm", "supplier/S-4"])
    expect(said(taken.map(({ change }) => change)).map(([, body]) => body.quantity.value)).toEqual(["5", "7"])
  })
})

it("every message is one of the contract's, and told twice it is the same", () => {
  const documents = [confirmation("10", "60"), movement("goodsIssue", "out", "A", "10")]
  const changes = () => [
    ...orderTakenOver(orderId, documents, at),
    ...stockTakenOver(
      PlantId.make("ulm"),
      [{ itemId: ItemId.make("STEEL"), lotId: LotId.make("A"), quantity: quantity("5", "KGM") }],
      at
    ).map(({ change }) => change)
  ]
  expect(changes()).toEqual(changes())
  expect(new Set(changes().map(({ id }) => id)).size).toBe(3)
  for (const { body, type } of changes()) {
    const schema: Schema.Codec<unknown, unknown> | undefined = new Map(Object.entries(plantMessages)).get(type)
    expect(schema).toBeDefined()
    if (schema !== undefined) expect(() => Schema.decodeUnknownSync(schema)(JSON.parse(body))).not.toThrow()
  }
})
