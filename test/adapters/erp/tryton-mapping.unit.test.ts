// What of a document Tryton has words for; what it holds of lots, units and quantities comes back as it was.
import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { classify, codeOf } from "../../../adapters/erp/tryton/classification.ts"
import { lotNumber, lotOfNumber } from "../../../adapters/erp/tryton/lot-number.ts"
import { isOfSequence, operationOfStep } from "../../../adapters/erp/tryton/operations.ts"
import { decimalOfNumber, inUnitOfStock, numberOfDecimal } from "../../../adapters/erp/tryton/quantities.ts"
import { continuationNumber, orderOfNumber } from "../../../adapters/erp/tryton/record-number.ts"
import { recordOf } from "../../../adapters/erp/tryton/records.ts"
import { inItsWords } from "../../../adapters/erp/tryton/words.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import {
  ItemId,
  LotId,
  OperationId,
  OrderId,
  PlantId,
  PostingKey,
  StorageLocationId
} from "../../../core/plant/identifiers.ts"
import { LotScope, plantScope } from "../../../core/plant/lot.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import type { Document, Movement } from "../../../core/port/erp.ts"
import { goodsMovement, group, reversal } from "../../erp/documents.ts"

const plant = PlantId.make("P1")

const line = (type: Movement["type"], direction: Movement["direction"], lot: string, value: string, unit = "KGM") => ({
  type,
  direction,
  itemId: ItemId.make("STEEL"),
  lotId: LotId.make(lot),
  storageLocation: StorageLocationId.make("HALL-2"),
  quantity: { value: fromText(value), unit: Unit.make(unit) }
})

const ofLines = (...movements: ReadonlyArray<Movement>): Document => ({ ...group(plant, "O-1", 2), movements })

const held = (type: Movement["type"], direction: Movement["direction"], lot: string, value: string, unit = "KGM") => {
  const { storageLocation: _, ...rest } = line(type, direction, lot, value, unit)
  return { ...rest, scope: plantScope(plant) }
}

describe("in its words", () => {
  it("nets what goes in and out of a lot, drops what comes to nothing, and has an order of its own", () => {
    const document = ofLines(
      line("productReceipt", "in", "L-9", "1"),
      line("goodsIssue", "out", "L-2", "5"),
      line("goodsReturn", "in", "L-2", "0.75"),
      line("goodsIssue", "out", "L-1", "3"),
      line("goodsReturn", "in", "L-1", "3"),
      line("byProductReceipt", "in", "L-8", "2", "PCE")
    )
    const words = inItsWords(document)
    expect(words.movements).toEqual([
      held("goodsIssue", "out", "L-2", "4.25"),
      held("productReceipt", "in", "L-8", "2", "EA"),
      held("productReceipt", "in", "L-9", "1")
    ])
    const reordered = { ...document, movements: document.movements?.toReversed() ?? [] }
    expect(inItsWords(reordered)).toEqual(words)
  })

  it("says the scrap of the whole order, and nothing else of its operations", () => {
    const document = group(plant, "O-1", 2)
    const [operation] = document.operations ?? []
    if (operation === undefined) throw new Error("No operation")
    const other = { ...operation, operationId: OperationId.make("0020") }
    const words = inItsWords({ ...document, operations: [operation, other, { ...other, takenBack: true }] })
    expect(words.amounts).toEqual({ scrap: { value: "1", unit: "EA" } })
    expect("operations" in words).toBe(false)
  })

  it("is the same said twice", () => {
    for (const document of [group(plant, "O-1", 2), goodsMovement(plant, "L-1", 2, "in"), ofLines()]) {
      const { key, kind, plant: where, postingDate } = document
      expect(inItsWords(document)).toMatchObject({ key, kind, plant: where, postingDate })
      expect(inItsWords({ ...inItsWords(document), operations: document.operations ?? [] })).toEqual(
        inItsWords(document)
      )
    }
  })

  it("calls what was taken back as it was posted", () => {
    const document = goodsMovement(plant, "L-1", 2, "in")
    const back = reversal(document, 3)
    expect(inItsWords(back)).toEqual({
      ...inItsWords(document),
      key: back.key,
      kind: "reversal",
      reverses: document.key
    })
    expect([recordOf(document), recordOf(back)]).toEqual(["stock.shipment.in", "stock.shipment.in.return"])
  })

  it("says of a move within the plant that nothing moves", () => {
    const lines = [line("locationTransfer", "out", "L-1", "5"), line("locationTransfer", "in", "L-1", "5")]
    const words = inItsWords({ ...goodsMovement(plant, "L-1", 2, "in"), movements: lines })
    expect("movements" in words).toBe(false)
  })
})

const scopes = [
  plantScope(plant),
  LotScope.make("plant/P2"),
  LotScope.make("enterprise"),
  LotScope.make("supplier/S ü")
]

it("a lot's number in Tryton is of one lot, and gives it back", () => {
  const texts = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom("L", "L (enterprise)", "L (plant/P1)", "L (x)"))
  fc.assert(
    fc.property(texts, fc.constantFrom(...scopes), (text, scope) => {
      const lot = { lotId: LotId.make(text, { disableChecks: true }), scope }
      expect(lotOfNumber(plant, lotNumber(plant, lot))).toEqual(lot)
    })
  )
})

it("a decimal becomes a number and back, or isn't taken", () => {
  const decimals = fc.tuple(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 0, max: 6 }))
  fc.assert(
    fc.property(decimals, ([digits, places]) => {
      const value = fromText((digits / 10 ** places).toFixed(places))
      const number = numberOfDecimal(value, 4)
      const fits = (value.split(".")[1]?.length ?? 0) <= 4
      expect(number === undefined ? undefined : decimalOfNumber(number)).toBe(fits ? value : undefined)
    })
  )
  expect(numberOfDecimal(fromText("123456789012345678.1"), 4)).toBeUndefined()
})

it("what the unit of stock would round isn't taken", () => {
  const [kilogram, gram] = [
    { symbol: "kg", digits: 2, factor: 1 },
    { symbol: "g", digits: 2, factor: 0.001 }
  ]
  expect(inUnitOfStock(fromText("1250"), gram, kilogram)).toBe("1.25")
  expect(inUnitOfStock(fromText("1251"), gram, kilogram)).toBeUndefined()
  expect(inUnitOfStock(fromText("1.25"), kilogram, gram)).toBe("1250")
})

it.each([
  [10, "10", "10"],
  [10, "0010", "0010"],
  [10, "Turn", "0010"],
  [20, "10", "0020"],
  [null, "Turn", "0010"]
])("step %s of operation %s is told as %s, and found by it", (sequence, name, operationId) => {
  expect(operationOfStep(sequence, name)).toBe(operationId)
  expect(isOfSequence(OperationId.make(operationId), sequence)).toBe(true)
})

it("a continuation's number names its order", () => {
  const orderId = OrderId.make("4711 +2")
  const key = PostingKey.make("order/P1/4711 +2/12/group")
  expect(orderOfNumber(continuationNumber(orderId, key), null)).toBe(orderId)
  expect(orderOfNumber(orderId, 7)).toBe(orderId)
})

it.each([
  ["UserError", 'To modify stock move "1" you must reopen period "2024".', "PERIOD_CLOSED", "BusinessRuleViolation"],
  ["UserError", 'To move product "X" you must provide a stock lot.', "LOT_MISSING", "DataQualityIssue"],
  ["UserError", 'The number of digits in the value "1.5" … exceeds the limit of "0".', "INVALID", "DataQualityIssue"],
  ["UserError", "Whatever a module of their own says.", "REFUSED", "BusinessRuleViolation"],
  ["UserWarning", 'The moves "1" have effective dates in the future.', "FUTURE_DATE", "BusinessRuleViolation"],
  ["UserError", 'You are not allowed to access "production".', "NOT_ALLOWED", "TechnicalFailure"],
  ["UserWarning", "Whatever a module of their own asks.", "WARNING", "BusinessRuleViolation"],
  ["UserError", 'The works of production "1" must be finished.', "WORK_UNFINISHED", "BusinessRuleViolation"],
  ["UserError", "You are trying to read records that don't exist anymore.", "GONE", "TechnicalFailure"],
  ['duplicate key value violates unique constraint "one_key"', "", "EXISTS", "TechnicalFailure"],
  ["ConcurrencyException", "Records were modified in the meanwhile", "CONTENTION", "TechnicalFailure"],
  ["could not serialize access due to concurrent update", "", "CONTENTION", "TechnicalFailure"],
  ["'nope'", "", "INVALID", "DataQualityIssue"],
  ["server closed the connection unexpectedly", "", "UNKNOWN", "OutcomeUnknown"]
])("%s %s is %s, a %s", (type, text, code, tag) => {
  const refusal = { type, text: text === "" ? type : text }
  expect([codeOf(refusal), classify(refusal)._tag]).toEqual([code, tag])
})
