// Which of our documents a person had posted: one of theirs is one of ours at most.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { adoptable } from "../../../adapters/erp/adoption.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { ItemId, LotId, OperationId, OrderId, PlantId, PostingKey } from "../../../core/plant/identifiers.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import type { Document, HeldDocument, Movement } from "../../../core/port/erp.ts"

const EA = Unit.make("EA")
const quantity = (value: string) => ({ value: fromText(value), unit: EA })

const ours = (key: string, value: string, more: Partial<Document> = {}): Document => ({
  key: PostingKey.make(key),
  kind: "confirmation",
  plant: PlantId.make("ulm"),
  orderId: OrderId.make("4711"),
  operationId: OperationId.make("10"),
  amounts: { yield: quantity(value) },
  final: false,
  postingDate: "2026-11-30",
  ...more
})

const theirs = (document: string, value: string, more: Partial<HeldDocument> = {}): HeldDocument => {
  const { amounts, operationId, orderId } = ours("k", value)
  return {
    document,
    kind: "confirmation",
    content: {
      ...(orderId === undefined ? {} : { orderId }),
      ...(operationId === undefined ? {} : { operationId }),
      ...(amounts === undefined ? {} : { amounts }),
      final: false
    },
    ...more
  }
}

const found = (left: ReadonlyArray<Document>, right: ReadonlyArray<HeldDocument>, taken: ReadonlyArray<string> = []) =>
  Object.fromEntries(adoptable(left, right, new Set(taken)))

describe("a person's document is ours", () => {
  it("where it says the same quantities of the same operation, whatever day and whether or not it says final", () => {
    const held = theirs("1", "5", { postingDate: "2026-12-01" })
    expect(found([ours("a", "5", { final: true })], [held])).toEqual({ a: "1" })
    expect(found([ours("a", "5")], [theirs("1", "6")])).toEqual({})
    expect(found([ours("a", "5", { operationId: OperationId.make("20") })], [theirs("1", "5")])).toEqual({})
  })

  it("but not where it was booked for a day before that happened", () => {
    expect(found([ours("a", "5")], [theirs("1", "5", { postingDate: "2026-11-29" })])).toEqual({})
  })

  it("where what it says beyond that amounts to nothing", () => {
    const amounts = { yield: quantity("5"), scrap: quantity("0") }
    expect(found([ours("a", "5", { amounts })], [theirs("1", "5")])).toEqual({ a: "1" })
  })

  it("where it moves the same lots, in whichever order its lines are", () => {
    const line = (lot: string): Movement => ({
      type: "goodsIssue",
      direction: "out",
      itemId: ItemId.make("STEEL"),
      lotId: LotId.make(lot),
      quantity: quantity("2")
    })
    const about = { kind: "goodsMovement" as const, amounts: {} }
    const movement = ours("a", "0", { ...about, movements: [line("1"), line("2")] })
    const by = (movements: ReadonlyArray<Movement>) => ({ ...movement, movements })
    const held = (movements: ReadonlyArray<Movement>) => [
      { document: "1", kind: "goodsMovement" as const, content: by(movements) }
    ]
    expect(found([movement], held([line("2"), line("1")]))).toEqual({ a: "1" })
    expect(found([movement], held([line("1"), line("3")]))).toEqual({})
  })

  it("where it says the same of each operation, of one that says several", () => {
    const of = (yielded: string) => ({
      operations: [
        { operationId: OperationId.make("10"), amounts: { yield: quantity(yielded) }, final: false },
        { operationId: OperationId.make("20"), amounts: { yield: quantity("1") }, final: false }
      ]
    })
    const { amounts: _, operationId: __, ...about } = ours("a", "0")
    const group: Document = { ...about, kind: "group", ...of("5") }
    const held = (operations: NonNullable<Document["operations"]>) => [
      { document: "1", kind: "group" as const, content: { operations } }
    ]
    expect(found([group], held(of("5").operations.toReversed()))).toEqual({ a: "1" })
    expect(found([group], held(of("6").operations))).toEqual({})
  })

  it("but never one that we posted, nor one that another of ours is already", () => {
    expect(found([ours("a", "5")], [theirs("1", "5", { key: PostingKey.make("b") })])).toEqual({})
    expect(found([ours("a", "5")], [theirs("1", "5")], ["1"])).toEqual({})
  })

  it("once: as many of ours are found as there are of theirs, and no two are the same one", () => {
    const values = fc.array(fc.constantFrom("1", "2", "3"), { maxLength: 8 })
    fc.assert(
      fc.property(values, values, (mine, others) => {
        const matched = adoptable(
          mine.map((value, index) => ours(`k${index}`, value)),
          others.map((value, index) => theirs(String(index), value)),
          new Set()
        )
        expect(new Set(matched.values()).size).toBe(matched.size)
        for (const value of ["1", "2", "3"]) {
          const count = (list: ReadonlyArray<string>) => list.filter((other) => other === value).length
          const adopted = mine.filter((other, index) => other === value && matched.has(PostingKey.make(`k${index}`)))
          expect(adopted.length).toBe(Math.min(count(mine), count(others)))
        }
      })
    )
  })
})
