// The three columns of lots: what isn't in the ERP yet is told with its document, and stock that nothing explains by itself.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { none, stockCell, sum } from "../../../adapters/reconciliation/cells.ts"
import { compareLots, type LotsSeen } from "../../../adapters/reconciliation/lots.ts"
import { lotStream, orderStream, type StreamName } from "../../../core/journal/stream.ts"
import { add, fromText, negate } from "../../../core/plant/decimal.ts"
import { ItemId, LotId, OrderId, PlantId } from "../../../core/plant/identifiers.ts"
import { type LotKey, LotScope, plantScope } from "../../../core/plant/lot.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { type Movement, postingKey } from "../../../core/port/erp.ts"
import type { PostingRow } from "../../../projections/postings/queries.ts"

const [ulm, bonn] = [PlantId.make("ulm"), PlantId.make("bonn")]
const steel = ItemId.make("STEEL")
const kilograms = Unit.make("KGM")
const lot = (name: string, scope: LotScope = plantScope(ulm)): LotKey => ({
  scope,
  itemId: steel,
  lotId: LotId.make(name)
})
const onHand = (key: LotKey, value: string) => ({ ...key, unit: kilograms, onHand: fromText(value) })
const inStock = ({ itemId, lotId }: LotKey, value: string) => ({
  itemId,
  lotId,
  quantity: { value: fromText(value), unit: kilograms }
})

const outside = (
  stream: StreamName,
  state: PostingRow["state"],
  key: LotKey,
  direction: Movement["direction"],
  value: string
): PostingRow => ({
  ...{ key: postingKey(stream, 1, "goodsMovement"), plant: ulm, kind: "goodsMovement", stream, version: 1, state },
  content: {
    movements: [
      {
        type: direction === "in" ? "supplierReceipt" : "goodsIssue",
        direction,
        ...key,
        quantity: { value: fromText(value), unit: kilograms }
      }
    ]
  },
  ...{
    waitsForLots: false,
    reverses: null,
    reversed: false,
    adopted: false,
    movedFrom: null,
    refused: false,
    mode: "on",
    group: null,
    postingDate: "2026-11-23",
    attempts: 0
  },
  ...{ document: null, class: null, code: null, reason: null, until: null, requestedAt: 7, traceparent: null }
})

const seen = (some: Partial<LotsSeen>): LotsSeen => ({
  ...{ plants: [ulm], balances: [], outside: [], acknowledged: none, held: new Map([[ulm, []]]), told: none },
  ...some
})

const at = (some: Partial<LotsSeen>, plant = ulm) => {
  const compared = compareLots(seen(some)).get(plant)
  if (compared === undefined) throw new Error("The plant is compared")
  const { findings, ...counts } = compared
  return { ...counts, findings: findings.map(({ kind, stream }) => `${kind} ${stream}`) }
}

const one = lot("L1")
const stream = lotStream(one)

describe("a lot", () => {
  it("is equal where all say the same", () => {
    const balances = [onHand(one, "5")]
    expect(at({ balances, held: new Map([[ulm, [inStock(one, "5")]]]) })).toEqual({ lots: 1, equal: 1, findings: [] })
  })

  it("tells its own document that isn't in the ERP, and that of an order is told by the order", () => {
    const balances = [onHand(one, "5")]
    const receipt = outside(stream, "Failed", one, "in", "5")
    expect(at({ balances, outside: [receipt] })).toEqual({ lots: 1, equal: 0, findings: [`failed ${stream}`] })
    const issue = outside(orderStream(ulm, OrderId.make("4711")), "Withheld", one, "out", "2")
    const held = new Map([[ulm, [inStock(one, "7")]]])
    expect(at({ balances, outside: [issue], held })).toEqual({ lots: 1, equal: 0, findings: [] })
  })

  it("tells stock that nothing explains", () => {
    const balances = [onHand(one, "5")]
    const found = compareLots(seen({ balances, held: new Map([[ulm, [inStock(one, "4")]]]) })).get(ulm)?.findings
    expect(found).toMatchObject([
      { kind: "stock", reported: { KGM: "5" }, journal: { KGM: "5" }, erp: { KGM: "4" }, beyond: { KGM: "-1" } }
    ])
    const told = sum([[stockCell(stream, "KGM"), fromText("-1")]])
    expect(at({ balances, held: new Map([[ulm, [inStock(one, "4")]]]), told })).toMatchObject({
      equal: 0,
      findings: []
    })
    const acknowledged = at({ balances, held: new Map([[ulm, [inStock(one, "4")]]]), acknowledged: told })
    expect(acknowledged).toEqual({ lots: 1, equal: 1, findings: [] })
  })

  it("isn't judged while a document of it may be there or not", () => {
    const receipt = outside(stream, "InDoubt", one, "in", "5")
    const balances = [onHand(one, "5")]
    const held = new Map([[ulm, [inStock(one, "5")]]])
    expect(at({ balances, outside: [receipt], held }).findings).toEqual([`inDoubt ${stream}`])
  })

  it("whose number is unique beyond a plant is compared over all of them", () => {
    const everywhere = lot("L1", LotScope.make("enterprise"))
    const balances = [onHand(everywhere, "9")]
    const plants = [bonn, ulm]
    const equal = new Map([
      [bonn, [inStock(everywhere, "4")]],
      [ulm, [inStock(everywhere, "5")]]
    ])
    expect(at({ plants, balances, held: equal })).toMatchObject({ lots: 0, findings: [] })
    expect(at({ plants, balances, held: equal }, bonn)).toMatchObject({ lots: 1, equal: 1, findings: [] })
    const missing = new Map([
      [bonn, []],
      [ulm, [inStock(everywhere, "5")]]
    ])
    expect(at({ plants, balances, held: missing }).findings).toEqual([`stock ${lotStream(everywhere)}`])
  })

  it("has two columns where the ERP can't be asked", () => {
    const found = compareLots({
      ...seen({ balances: [onHand(one, "5")], outside: [outside(stream, "Requested", one, "in", "5")] }),
      held: undefined
    })
    expect(found.get(ulm)?.findings).toMatchObject([
      { kind: "onItsWay", reported: { KGM: "5" }, journal: { KGM: "0" }, erp: {} }
    ])
  })
})

it("lots in which nothing is planted show no difference, and what is planted is found, exactly", () => {
  const amount = fc.integer({ min: 1, max: 99 }).map((tenths) => fromText(String(tenths / 10)))
  const facts = fc.array(fc.record({ lot: fc.nat(4), amount, isIn: fc.boolean(), isPosted: fc.boolean() }))
  fc.assert(
    fc.property(facts, fc.nat(4), amount, (all, planted, more) => {
      const lots = Array.from({ length: 5 }, (_, index) => lot(`L${index}`))
      const amounts = (index: number, isPosted: boolean) =>
        all
          .filter((fact) => fact.lot === index && (fact.isPosted || !isPosted))
          .reduce((total, fact) => add(total, fact.isIn ? fact.amount : negate(fact.amount)), fromText("0"))
      const balances = lots.map((key, index) => onHand(key, amounts(index, false)))
      const open = all.flatMap((fact, index) => {
        const key = lots[fact.lot]
        if (fact.isPosted || key === undefined) return []
        return [
          outside(orderStream(ulm, OrderId.make(`O${index}`)), "Failed", key, fact.isIn ? "in" : "out", fact.amount)
        ]
      })
      const stock = (of: number) =>
        lots.map((key, index) => inStock(key, index === of ? add(amounts(index, true), more) : amounts(index, true)))
      const held = (of: number) => new Map([[ulm, stock(of)]])
      expect(at({ balances, outside: open, held: held(-1) }).findings).toEqual([])
      const found = at({ balances, outside: open, held: held(planted) }).findings
      expect(found).toEqual([`stock ${lotStream(lot(`L${planted}`))}`])
    }),
    { numRuns: 100 }
  )
})
