// The ledger's pure parts: which flows a report makes, and a balance told in the unit in which its item's stock is kept.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { lotStream } from "../../core/journal/stream.ts"
import { conversion } from "../../core/plant/conversion.ts"
import { fromText } from "../../core/plant/decimal.ts"
import { ItemId, LotId, OrderId, StorageLocationId, WorkCenterId } from "../../core/plant/identifiers.ts"
import { LotScope } from "../../core/plant/lot.ts"
import { Unit } from "../../core/plant/quantity.ts"
import { amountNames, balanceOf } from "../../projections/ledger/balance.ts"
import { flowsOf } from "../../projections/ledger/flow.ts"
import { inOwnUnit } from "../../projections/ledger/own-unit.ts"
import { order, quantity, Writer } from "./events.ts"

const lot = { scope: LotScope.make("plant/plant-1"), itemId: ItemId.make("STEEL/7"), lotId: LotId.make("L-1") }
const part = { ...lot, lotId: LotId.make("L-2") }
const own = { itemId: lot.itemId, lotId: lot.lotId, posting: "requested" } as const
const hall = StorageLocationId.make("HALL")
const yard = StorageLocationId.make("YARD")

const flowsOfLast = (writer: Writer) => writer.events.slice(-1).flatMap(flowsOf)

describe("A report makes a flow", () => {
  it("at both ends of a split, each where it is", () => {
    const writer = new Writer()
    const into = [{ lotId: part.lotId, quantity: quantity("4"), storageLocation: yard }]
    writer.write(lotStream(lot), { type: "LotSplit", data: { ...own, storageLocation: hall, into } })
    expect(flowsOfLast(writer)).toMatchObject([
      { lot: lotStream(lot), kind: "passedOn", location: "HALL", counterpart: lotStream(part) },
      { lot: lotStream(part), kind: "derived", location: "YARD", counterpart: lotStream(lot) }
    ])
  })

  it("of material without a number, with the order and the work center", () => {
    const writer = new Writer()
    const materials = [{ itemId: lot.itemId, quantity: quantity("3", "KGM"), storageLocation: hall }]
    const data = {
      orderId: OrderId.make("4711"),
      workCenterId: WorkCenterId.make("SAW-1"),
      materials,
      posting: own.posting
    }
    writer.write(order("4711"), { type: "MaterialConsumed", data })
    const [flow] = flowsOfLast(writer)
    expect(flow).toMatchObject({ kind: "consumed", counterpart: order("4711"), workCenter: "SAW-1", location: "HALL" })
    expect(flow).not.toHaveProperty("lot")
  })

  it("but none of what a reaction tells the lot again", () => {
    const writer = new Writer()
    const data = { ...part, from: lot, quantity: quantity("4"), through: "split" } as const
    writer.write(lotStream(part), { type: "LotDerived", data })
    expect(flowsOfLast(writer)).toEqual([])
  })
})

const [piece, box, drum] = [Unit.make("EA"), Unit.make("BX"), Unit.make("DR")]
const item = { own: piece, conversions: [conversion("BX", "EA", { numerator: fromText("12") })] }

describe("A balance in an item's own unit", () => {
  it("adds up what master data convert, and explains no more and no less than before", () => {
    const amounts = fc.record({ received: fc.nat(999), consumed: fc.nat(999), onHand: fc.nat(999) })
    fc.assert(
      fc.property(amounts, amounts, (boxes, pieces) => {
        const sums = (of: typeof boxes) => ({
          received: fromText(String(of.received)),
          consumed: fromText(String(of.consumed)),
          onHand: fromText(String(of.onHand))
        })
        const balances = [balanceOf(box, sums(boxes)), balanceOf(piece, sums(pieces))]
        const [balance, ...others] = inOwnUnit(balances, item)
        expect(others).toEqual([])
        expect(balance?.unit).toBe("EA")
        for (const name of amountNames) {
          const expected = Number(balances[0]?.[name]) * 12 + Number(balances[1]?.[name])
          expect(Number(balance?.[name])).toBe(expected)
        }
      })
    )
  })

  it("leaves apart what nothing converts, or not exactly", () => {
    const third = { own: box, conversions: item.conversions }
    const balances = [balanceOf(piece, { received: fromText("5") }), balanceOf(drum, { received: fromText("1") })]
    expect(inOwnUnit(balances, third)).toEqual(balances)
    expect(inOwnUnit([balanceOf(piece, { received: fromText("6") })], third)).toMatchObject([
      { unit: "BX", received: "0.5", made: "0.5", unexplained: "0.5" }
    ])
  })
})
