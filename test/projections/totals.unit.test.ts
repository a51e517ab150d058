// What the documents of a group come to: sums that say the same as the documents did, one after the other.
import { Schema } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Amounts } from "../../core/message/order.ts"
import { add, type Decimal, negate, zero } from "../../core/plant/decimal.ts"
import { ItemId, LotId, OperationId } from "../../core/plant/identifiers.ts"
import { LotScope } from "../../core/plant/lot.ts"
import type { DocumentContent, Movement, PostingKind } from "../../core/port/erp.ts"
import { totals } from "../../projections/postings/totals.ts"
import { quantity } from "./events.ts"

interface Member {
  readonly kind: PostingKind
  readonly content: DocumentContent
}

const amounts = Schema.decodeUnknownSync(Amounts)
const op10 = OperationId.make("10")
const confirmed = (text: object, final = false, operationId = op10): Member => ({
  kind: "confirmation",
  content: { operationId, amounts: amounts(text), final }
})
const line = (type: Movement["type"], lot: string, value: string, unit = "KGM"): Movement => ({
  type,
  direction: type === "goodsIssue" ? "out" : "in",
  itemId: ItemId.make("STEEL"),
  lotId: LotId.make(lot),
  scope: LotScope.make("enterprise"),
  quantity: quantity(value, unit)
})
const moved = (...movements: ReadonlyArray<Movement>): Member => ({ kind: "goodsMovement", content: { movements } })
const takenBack = ({ content }: Member): Member => ({ kind: "reversal", content })

const yields = (value: string) => ({ yield: { value, unit: "EA" } })

describe("a group's operations", () => {
  it("have the sums of what was confirmed, and are final where a final confirmation stands", () => {
    expect(
      totals([confirmed(yields("2")), confirmed({ ...yields("3"), scrap: { value: "1", unit: "EA" } }, true)])
    ).toEqual({
      operations: [{ operationId: op10, amounts: { yield: quantity("5"), scrap: quantity("1") }, final: true }]
    })
  })

  it("leave out what was taken back, and its finality", () => {
    const final = confirmed(yields("2"), true)
    expect(totals([final, takenBack(final)])).toEqual({})
    expect(totals([final, confirmed(yields("1")), takenBack(final)])).toEqual({
      operations: [{ operationId: op10, amounts: { yield: quantity("1") }, final: false }]
    })
  })

  it("say what was taken back beyond what they add", () => {
    expect(
      totals([takenBack(confirmed(yields("2"), true)), confirmed({ laborTime: { value: "5", unit: "MIN" } })])
    ).toEqual({
      operations: [
        { operationId: op10, amounts: { laborTime: quantity("5", "MIN") }, final: false },
        { operationId: op10, amounts: { yield: quantity("2") }, final: true, takenBack: true }
      ]
    })
  })

  it("keep units apart, and every reason for scrap", () => {
    const scrap = (value: string, unit: string, scrapReason: string) =>
      confirmed({ scrap: { value, unit }, scrapReason })
    expect(totals([scrap("1", "EA", "scratch"), scrap("2", "KGM", "dent"), scrap("1", "EA", "dent")])).toEqual({
      operations: [
        { operationId: op10, amounts: { scrap: quantity("2"), scrapReason: "dent; scratch" }, final: false },
        { operationId: op10, amounts: { scrap: quantity("2", "KGM"), scrapReason: "dent; scratch" }, final: false }
      ]
    })
  })
})

describe("a group's movements", () => {
  it("are one line for what differs in nothing but its quantity", () => {
    expect(
      totals([
        moved(line("goodsIssue", "A", "1.5"), line("goodsIssue", "B", "2")),
        moved(line("goodsIssue", "A", "0.5"))
      ])
    ).toEqual({
      movements: [line("goodsIssue", "A", "2"), line("goodsIssue", "B", "2")]
    })
  })

  it("leave out what came to nothing, and turn round where more was taken back", () => {
    const issue = moved(line("goodsIssue", "A", "1.5"))
    expect(totals([issue, takenBack(issue)])).toEqual({})
    expect(totals([takenBack(issue), moved(line("goodsIssue", "A", "0.5"))])).toEqual({
      movements: [{ ...line("goodsIssue", "A", "1"), direction: "in" }]
    })
  })

  it("change each lot's stock as the documents do, whichever they are and however they are taken back", () => {
    const anyLine = fc.record({
      type: fc.constantFrom("goodsIssue", "goodsReturn", "productReceipt"),
      lot: fc.constantFrom("A", "B"),
      value: fc.integer({ min: 1, max: 999 }).map((thousandths) => `0.${String(thousandths).padStart(3, "0")}`)
    })
    const anyMember = fc.record({ lines: fc.array(anyLine, { minLength: 1, maxLength: 3 }), isTakenBack: fc.boolean() })
    const stockOf = (members: ReadonlyArray<Member>) => {
      const stock: { [lot: string]: Decimal } = { A: zero, B: zero }
      for (const { content, kind } of members) {
        for (const { direction, lotId = "", quantity } of content.movements ?? []) {
          const isIn = (direction === "in") !== (kind === "reversal")
          stock[lotId] = add(stock[lotId] ?? zero, isIn ? quantity.value : negate(quantity.value))
        }
      }
      return stock
    }
    fc.assert(
      fc.property(fc.array(anyMember, { maxLength: 12 }), (drawn) => {
        const members = drawn.map(({ isTakenBack, lines }) => {
          const document = moved(...lines.map(({ lot, type, value }) => line(type, lot, value)))
          return isTakenBack ? takenBack(document) : document
        })
        const group: Member = { kind: "group", content: totals(members) }
        expect(stockOf([group])).toEqual(stockOf(members))
      })
    )
  })
})
