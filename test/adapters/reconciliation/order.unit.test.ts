// An order's three columns: where nothing is planted in the ERP its books and the journal say the same, whatever was reported,
// refused, waived or taken back; and each thing that is planted is found, once.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { compareOrder } from "../../../adapters/reconciliation/order.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { ItemId, LotId, OperationId } from "../../../core/plant/identifiers.ts"
import type { HeldDocument } from "../../../core/port/erp.ts"
import * as floor from "../../actors/order/floor.ts"
import { arrivals, complete, wild } from "../../actors/order/histories.ts"
import { saidAfterEach } from "../../actors/order/words.ts"
import { heldAfter, isPossible, played, shownAtOnce } from "./erp-model.ts"

const compared = (events: ReadonlyArray<RecordedEvent>, held: ReadonlyArray<HeldDocument> | undefined) =>
  compareOrder({
    plant: floor.plant,
    orderId: floor.orderId,
    events,
    held,
    inItsWords: (document) => document
  }).findings

const ofBooks = new Set(["gone", "changed", "postedByOthers", "notInErp", "stock"])
const inBooks = (events: ReadonlyArray<RecordedEvent>, held: ReadonlyArray<HeldDocument>) =>
  compared(events, held)
    .filter(({ kind }) => ofBooks.has(kind))
    .map(({ about, kind }) => `${kind} ${about}`)

const some = (held: ReadonlyArray<HeldDocument>, pick: number): HeldDocument | undefined => held[pick % held.length]

/** Of an operation and an item that no report names, so that nothing else can be taken for it. */
const byHand: HeldDocument = {
  document: "900",
  kind: "confirmation",
  content: { orderId: floor.orderId, operationId: OperationId.make("99"), amounts: { yield: floor.quantity(3) } },
  postingDate: "2026-11-22"
}

describe.each([
  ["any messages, naming anything", wild],
  ["messages that leave no gap, ends included", complete]
] as const)("after %s", (_, set) => {
  const history = fc
    .tuple(arrivals(set), saidAfterEach)
    .map(([[, shuffled], said]) => played(shuffled, shownAtOnce(said)))
    .filter(isPossible)

  it("an ERP in which nothing is planted holds what the journal holds", () => {
    fc.assert(
      fc.property(history, (events) => {
        expect(inBooks(events, heldAfter(events))).toEqual([])
      }),
      { numRuns: 150 }
    )
  }, 30_000)

  it("what isn't there and what isn't ours is found, each once and nothing else", () => {
    fc.assert(
      fc.property(history, fc.nat(), (events, pick) => {
        const held = heldAfter(events)
        expect(inBooks(events, [...held, byHand])).toEqual(["postedByOthers 900"])
        const changed = some(
          held.filter(({ kind, key }) => kind === "confirmation" && key !== undefined),
          pick
        )
        if (changed === undefined) return
        const amounts = { ...changed.content.amounts, machineTime: floor.quantity(7, "HUR") }
        const other = held.map((one) => (one === changed ? { ...one, content: { ...one.content, amounts } } : one))
        expect(inBooks(events, other)).toEqual([`changed ${changed.key}`])
      }),
      { numRuns: 100 }
    )
  }, 30_000)
})

describe("a document", () => {
  const both = played([
    floor.released({ id: "release" }),
    floor.confirmed({ id: "one" }, { yield: floor.quantity(5), scrap: floor.quantity(1) }),
    floor.verified("posted", 2),
    floor.moved("MaterialConsumed", { id: "two" }, "2.5"),
    floor.verified("posted too", 4, 1, "goodsMovement")
  ])

  it("that the ERP holds no more is found with what it says", () => {
    const [found, ...others] = compared(both, heldAfter(both).slice(1))
    expect(others).toEqual([])
    expect(found).toMatchObject({
      kind: "gone",
      posting: floor.key(2),
      reported: { "10: good EA": "5", "10: scrap EA": "1" },
      journal: { "10: good EA": "5", "10: scrap EA": "1" },
      erp: { "10: good EA": "0", "10: scrap EA": "0" }
    })
  })

  it("that was replaced by one that says the same is no difference", () => {
    const [first, ...others] = heldAfter(both)
    if (first === undefined) throw new Error("There are two")
    const { key: _, ...content } = first
    expect(compared(both, [{ ...content, document: "901" }, ...others])).toEqual([])
  })

  it("that was cancelled and booked otherwise is told with what was booked: posted again it might be there twice", () => {
    const [first, ...others] = heldAfter(both)
    if (first === undefined) throw new Error("There are two")
    const yielded = { orderId: floor.orderId, operationId: floor.op10, amounts: { yield: floor.quantity(5) } }
    const byHand: HeldDocument = { document: "901", kind: "confirmation", content: yielded }
    expect(inBooks(both, [byHand, ...others]).sort()).toEqual([`gone ${floor.key(2)}`, "postedByOthers 901"])
  })

  it("that names another lot there leaves the order equal, and the lots to tell it", () => {
    const movements = [{ ...movementOf(both), lotId: LotId.make("L-2") }]
    const held = heldAfter(both).map((one) => (one.kind === "goodsMovement" ? { ...one, content: { movements } } : one))
    const seen = { plant: floor.plant, orderId: floor.orderId, events: both, held }
    const { findings, stockBeyond } = compareOrder({ ...seen, inItsWords: (document) => document })
    expect(findings).toEqual([])
    expect([...stockBeyond]).toEqual([])
  })

  it("that isn't in the ERP tells what became of it, and since when", () => {
    const events = played([
      floor.released({ id: "release" }),
      floor.confirmed({ id: "one" }, { yield: floor.quantity(5) }),
      floor.failed("refused", 2),
      floor.confirmed({ id: "two" }, { yield: floor.quantity(2) })
    ])
    expect(compared(events, [])).toMatchObject([
      {
        kind: "failed",
        about: floor.key(2),
        since: 2,
        reported: { "10: good EA": "7" },
        journal: { "10: good EA": "0" }
      },
      { kind: "onItsWay", about: floor.key(4), since: 4, reported: { "10: good EA": "7" }, erp: { "10: good EA": "0" } }
    ])
    expect(compared(events, undefined)).toMatchObject([{ erp: {} }, { erp: {} }])
  })

  it("that the ERP has while its outcome is unknown is in doubt, and nothing else", () => {
    const events = played([
      floor.released({ id: "release" }),
      floor.confirmed({ id: "one" }, { yield: floor.quantity(5) }),
      floor.inDoubt("doubt", 2)
    ])
    const content = { orderId: floor.orderId, operationId: floor.op10, amounts: { yield: floor.quantity(5) } }
    const held: HeldDocument = { document: "1", key: floor.key(2), kind: "confirmation", content }
    expect(compared(events, [held])).toMatchObject([{ kind: "inDoubt", erp: { "10: good EA": "5" } }])
  })

  it("that says less in the ERP's words is there", () => {
    const held = heldAfter(both).map(({ content, ...document }) => ({ ...document, content: withoutScrap(content) }))
    const findings = compareOrder({
      plant: floor.plant,
      orderId: floor.orderId,
      events: both,
      held,
      inItsWords: (document) => ({ ...document, ...withoutScrap(document) })
    }).findings
    expect(findings).toEqual([])
  })
})

const movementOf = (events: ReadonlyArray<RecordedEvent>) => {
  const [movement] = heldAfter(events).flatMap(({ content }) => content.movements ?? [])
  if (movement === undefined) throw new Error("There is one")
  return movement
}

const withoutScrap = <Content extends HeldDocument["content"]>(content: Content): Content => {
  const { scrap: _, ...amounts } = content.amounts ?? {}
  return content.amounts === undefined ? content : { ...content, amounts }
}

describe("what a person decides", () => {
  const decided = { plant: floor.plant, orderId: floor.orderId, occurredAt: floor.at(9), reason: "As it is" }
  const start = [
    floor.released({ id: "release" }),
    floor.confirmed({ id: "one" }, { yield: floor.quantity(5) }),
    floor.verified("posted", 2)
  ]
  const acknowledged = floor.documentAcknowledged("taken", {
    ...decided,
    document: "900",
    content: byHand.content
  })

  it("takes a document of somebody else's into the journal", () => {
    const events = played([...start, acknowledged])
    expect(compared(events, [...heldAfter(events), byHand])).toEqual([])
  })

  it("holds for what the document said, and for as long as it is there", () => {
    const events = played([...start, acknowledged])
    const amounts = { yield: floor.quantity(4) }
    const other = { ...byHand, content: { ...byHand.content, amounts } }
    expect(inBooks(events, [...heldAfter(events), other])).toEqual(["changed 900"])
    expect(inBooks(events, heldAfter(events))).toEqual(["changed 900"])
    const none = floor.documentAcknowledged("gone", { ...decided, document: "900", content: {} })
    const after = played([...start, acknowledged, none])
    expect(compared(after, heldAfter(after))).toEqual([])
  })

  it("says nothing of a document that was changed there once that is taken back, or posted again", () => {
    const amounts = { yield: floor.quantity(4) }
    const [own] = heldAfter(played(start))
    if (own === undefined) throw new Error("There is one")
    const number = "5000001"
    const content = { orderId: floor.orderId, operationId: floor.op10, amounts }
    const changed = [...start, floor.documentAcknowledged("changed", { ...decided, document: number, content })]
    expect(compared(played(changed), [{ ...own, document: number, content }])).toEqual([])
    const reversed = [...changed, floor.reversed({ id: "no" }, "one"), floor.verified("taken", 5, 1, "reversal")]
    expect(compared(played(reversed), [])).toEqual([])
    const again = [...changed, floor.repeated("again", { ...decided, posting: floor.key(2) })]
    expect(compared(played(again), [])).toMatchObject([
      { kind: "onItsWay", about: floor.key(5), journal: { "10: good EA": "0" } }
    ])
  })

  it("takes a document that is gone as gone", () => {
    const none = floor.documentAcknowledged("taken", { ...decided, document: "5000001", content: {} })
    const events = played([...start, none])
    expect(inBooks(events, [])).toEqual([])
    // Should it turn up there again, that is told.
    expect(inBooks(events, heldAfter(events))).toEqual([`changed ${floor.key(2)}`])
  })

  it("has a lost document posted again, under another key, and what takes it back takes that back", () => {
    const again = [...start, floor.repeated("again", { ...decided, posting: floor.key(2) })]
    const asked = played(again)
    expect(compared(asked, [])).toMatchObject([
      { kind: "onItsWay", about: floor.key(4), journal: { "10: good EA": "0" } }
    ])
    const posted = [...again, floor.verified("posted again", 4, 2)]
    const content = { orderId: floor.orderId, operationId: floor.op10, amounts: { yield: floor.quantity(5) } }
    expect(compared(played(posted), [{ document: "2", key: floor.key(4), kind: "confirmation", content }])).toEqual([])
    const reversed = played([...posted, floor.reversed({ id: "no" }, "one"), floor.verified("taken", 6, 1, "reversal")])
    expect(compared(reversed, [])).toEqual([])
  })
})

describe("what is left to people", () => {
  const shadow = [
    floor.released({ id: "release" }),
    floor.confirmed({ id: "one" }, { yield: floor.quantity(5) }),
    floor.shadowed("left", 2),
    floor.confirmed({ id: "two" }, { yield: floor.quantity(2) }),
    floor.shadowed("left, too", 4)
  ]
  const theirs = (document: string, good: number): HeldDocument => ({
    document,
    kind: "confirmation",
    content: { orderId: floor.orderId, operationId: floor.op10, amounts: { yield: floor.quantity(good) } }
  })

  it("is no difference where they have posted it, as one or as many", () => {
    expect(compared(played(shadow), [theirs("1", 7)])).toEqual([])
    expect(compared(played(shadow), [theirs("1", 4), theirs("2", 3)])).toEqual([])
    const adopted = played([...shadow, floor.adopted("found", 2)])
    expect(compared(adopted, [theirs("4711001", 5), theirs("2", 2)])).toEqual([])
  })

  it("is told where they have posted less, or more", () => {
    const less = compared(played(shadow), [theirs("1", 6)])
    expect(less).toMatchObject([
      { kind: "shadowed", about: floor.key(2), reported: { "10: good EA": "7" }, erp: { "10: good EA": "6" } },
      { kind: "shadowed", about: floor.key(4) }
    ])
    expect(inBooks(played(shadow), [theirs("1", 7), theirs("2", 1)])).toEqual(["postedByOthers 2"])
    const adopted = played([...shadow, floor.adopted("found", 2)])
    expect(inBooks(adopted, [theirs("4711001", 4), theirs("2", 2)])).toEqual([`changed ${floor.key(2)}`])
  })
})

it("material of a report that the ERP told of is its own, whichever documents it made of it", () => {
  const told = { id: "told", source: floor.erp }
  const events = played([floor.released({ id: "release" }), floor.moved("MaterialConsumed", told, "5")])
  const issue = (document: string, each: string): HeldDocument => ({
    document,
    kind: "goodsMovement",
    content: {
      movements: [
        { type: "goodsIssue", direction: "out", itemId: ItemId.make("STEEL"), quantity: floor.quantity(each, "KGM") }
      ]
    }
  })
  expect(compared(events, [issue("1", "2"), issue("2", "3")])).toEqual([])
  expect(inBooks(events, [issue("1", "2"), issue("2", "4")])).toEqual(["postedByOthers 2", "notInErp told"])
  expect(compared(events, [])).toMatchObject([{ kind: "notInErp", reported: { "consumed STEEL KGM": "5" } }])
  const seen = { plant: floor.plant, orderId: floor.orderId, events, held: [] }
  const { stockBeyond } = compareOrder({ ...seen, inItsWords: (document) => document })
  expect([...stockBeyond]).toEqual([["lot/plant%2Fulm/STEEL/L-1\nKGM", "5"]])
})
