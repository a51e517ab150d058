// One ERP document as the events of its stream tell it: what it says, at which plant, and where in its lane it belongs.
import { describe, expect, it } from "vitest"
import type { AnyEvent } from "../../core/event/catalogue.ts"
import { lotStream } from "../../core/journal/stream.ts"
import { CaseId, ItemId, LotId, MessageId, OperationId, OrderId } from "../../core/plant/identifiers.ts"
import { type LotKey, LotScope } from "../../core/plant/lot.ts"
import { instant } from "../../core/plant/time.ts"
import { postingKey } from "../../core/port/erp.ts"
import { evolve, type Posting } from "../../projections/postings/posting.ts"
import { at, order, quantity, Writer, type Written } from "./events.ts"

/** The documents of one stream, in the order of its lane. */
const laneOf = (stream: ReturnType<typeof order>, ...events: ReadonlyArray<readonly [AnyEvent, Written]>) => {
  const writer = new Writer()
  for (const [event, written] of events) writer.write(stream, event, written)
  const postings = new Map<string, Posting>()
  for (const event of writer.events) {
    for (const posting of evolve((key) => postings.get(key), event)) postings.set(posting.key, posting)
  }
  return [...postings.values()].toSorted(
    (left, right) => left.place - right.place || left.version - right.version || (left.kind < right.kind ? 1 : -1)
  )
}
const inWords = (postings: ReadonlyArray<Posting>) => postings.map(({ kind, version }) => `${version} ${kind}`)

const stream = order("4711")
const about = { orderId: OrderId.make("4711"), operationId: OperationId.make("10") }
const posting = "requested" as const
const reverses = { messageId: MessageId.make("m") }
const confirmed: AnyEvent = { type: "OperationConfirmed", data: { ...about, posting, yield: quantity("1") } }

const lot: LotKey = { scope: LotScope.make("enterprise"), itemId: ItemId.make("STEEL"), lotId: LotId.make("L-1") }
const ofLot = { itemId: lot.itemId, lotId: lot.lotId }
const received: AnyEvent = { type: "LotReceived", data: { ...ofLot, quantity: quantity("5", "KGM"), posting } }

describe("a lane", () => {
  it("goes by when things happened, whenever they were told", () => {
    const lane = laneOf(stream, [confirmed, { minute: 20 }], [confirmed, { minute: 10 }])
    expect(inWords(lane)).toEqual(["2 confirmation", "1 confirmation"])
  })

  it("has a reversal after what it takes back, whatever time it gives", () => {
    const reversed: AnyEvent = {
      type: "ReportReversed",
      data: { orderId: about.orderId, reverses, reason: "Wrong", posting, version: 1 }
    }
    const lane = laneOf(stream, [confirmed, { minute: 20 }], [reversed, { minute: 5 }])
    expect(inWords(lane)).toEqual(["1 confirmation", "2 reversal"])
    expect(lane[1]?.place).toBe(instant(at(20)))
  })

  it("has a correction's own document after the reversal of what it replaces", () => {
    const corrected: AnyEvent = {
      type: "ReportCorrected",
      data: { ...about, corrects: reverses, reason: "Counted again", yield: quantity("2"), posting, version: 1 }
    }
    const lane = laneOf(stream, [confirmed, { minute: 20 }], [corrected, { minute: 5 }])
    expect(inWords(lane)).toEqual(["1 confirmation", "2 reversal", "2 confirmation"])
  })

  it("has words on a lot's usability before all else, as they came", () => {
    const word = (type: "LotHeld" | "LotReleased"): AnyEvent => ({ type, data: { ...ofLot, reason: "So", posting } })
    const lane = laneOf(
      lotStream(lot),
      [received, { minute: 0 }],
      [word("LotHeld"), { minute: 30 }],
      [word("LotReleased"), { minute: 20 }]
    )
    expect(inWords(lane)).toEqual(["2 lotStatus", "3 lotStatus", "1 goodsMovement"])
  })
})

it("a reversal is posted at the plant of what it takes back, whoever reports it", () => {
  const takesBack = { type: "LotReceived", quantities: [quantity("5", "KGM")] } as const
  const reversed: AnyEvent = {
    type: "LotReportReversed",
    data: { ...ofLot, reverses, reason: "Wrong", version: 1, takesBack, posting }
  }
  const lane = laneOf(
    lotStream(lot),
    [received, { source: "ulm/mes.events/wms" }],
    [reversed, { source: "aalen/mes.events/wms" }]
  )
  expect(lane.map(({ plant }) => plant)).toEqual(["ulm", "ulm"])
})

it("what the ERP itself tells of asks for no document", () => {
  const told: AnyEvent = { type: "LotReceived", data: { ...ofLot, quantity: quantity("5", "KGM") } }
  expect(laneOf(lotStream(lot), [told, { source: "ulm/erp.events/erp" }])).toEqual([])
})

it("what waited for a period stays told of as refused when it is resumed: a person may have posted it meanwhile", () => {
  const key = postingKey(stream, 1, "confirmation")
  const deferred = (kind: string): readonly [AnyEvent, Written] => [
    { type: "PostingDeferred", data: { posting: key, attempt: 1, until: 5, class: kind, reason: "So" } },
    {}
  ]
  const resumed: readonly [AnyEvent, Written] = [{ type: "PostingResumed", data: { posting: key, attempt: 1 } }, {}]
  const codes = ["ClosedPeriod", "TechnicalFailure"].map((kind) => {
    const [posting] = laneOf(stream, [confirmed, {}], deferred(kind), resumed)
    return [posting?.state, posting?.code, posting?.until]
  })
  expect(codes).toEqual([
    ["Requested", "ClosedPeriod", null],
    ["Requested", null, null]
  ])
})

describe("a posting date that a closed period moved", () => {
  const key = postingKey(stream, 1, "confirmation")
  const moved = (attempt: number, from: string, to: string): readonly [AnyEvent, Written] => [
    { type: "PostingDateMoved", data: { posting: key, attempt, from, to, reason: "Closed" } },
    {}
  ]
  const accepted: AnyEvent = { type: "PostingAccepted", data: { posting: key, attempt: 2, document: "1" } }

  it("is the document's from then on, for its next attempt, and keeps its place in the lane", () => {
    const [first, second] = laneOf(
      stream,
      [confirmed, { minute: 10 }],
      [confirmed, { minute: 20 }],
      moved(1, "2026-11-23", "2026-12-01")
    )
    const date = { posting_date: "2026-12-01", moved_from: "2026-11-23" }
    expect(first).toMatchObject({ key, state: "Requested", attempts: 1, ...date })
    expect(second).toMatchObject({ posting_date: "2026-11-23", moved_from: null })
  })

  it("may move more than once, and stays whatever becomes of it", () => {
    const moves = [moved(1, "2026-11-23", "2026-12-01"), moved(2, "2026-12-01", "2027-01-01")] as const
    const [posting] = laneOf(stream, [confirmed, {}], ...moves, [accepted, {}])
    expect(posting).toMatchObject({ state: "Accepted", posting_date: "2027-01-01", moved_from: "2026-11-23" })
  })

  it("is that of a group, not of what is in it", () => {
    const group = postingKey(stream, 2, "group")
    const lane = laneOf(
      stream,
      [confirmed, {}],
      [{ type: "PostingsGrouped", data: { documents: [{ version: 1, kind: "confirmation" }] } }, {}],
      [
        {
          type: "PostingDateMoved",
          data: { posting: group, attempt: 1, from: "2026-11-23", to: "2026-12-01", reason: "Closed" }
        },
        {}
      ]
    )
    expect(lane.map(({ kind, posting_date, state }) => [kind, posting_date, state])).toEqual([
      ["confirmation", "2026-11-23", "Requested"],
      ["group", "2026-12-01", "Requested"]
    ])
  })

  it("isn't what a reversal of the document has, which is of its own time", () => {
    const reversed: AnyEvent = {
      type: "ReportReversed",
      data: { orderId: about.orderId, reverses, reason: "Wrong", posting, version: 1 }
    }
    const lane = laneOf(stream, [confirmed, {}], moved(1, "2026-11-23", "2026-12-01"), [reversed, { minute: 30 }])
    expect(lane[1]).toMatchObject({ kind: "reversal", posting_date: "2026-11-23", moved_from: null })
  })
})

it("a goods movement leaves out what the ERP backflushes; its reversal takes back what was posted", () => {
  const line = (itemId: string) => ({ itemId: ItemId.make(itemId), quantity: quantity("1") })
  const materials = [line("STEEL"), line("OIL"), line("BOLT")]
  const consumed: AnyEvent = {
    type: "MaterialConsumed",
    data: { orderId: about.orderId, materials, posting, backflushed: [0, 2] }
  }
  const reversed: AnyEvent = {
    type: "ReportReversed",
    data: { orderId: about.orderId, reverses, reason: "Wrong", posting, version: 1, material: true }
  }
  const lane = laneOf(stream, [consumed, {}], [reversed, { minute: 5 }])
  expect(lane.map(({ content, kind }) => [kind, content.movements?.map(({ itemId }) => itemId)])).toEqual([
    ["goodsMovement", ["OIL"]],
    ["reversal", ["OIL"]]
  ])
  const { posting: _, ...unposted } = { orderId: about.orderId, materials, posting, backflushed: [0, 1, 2] }
  expect(laneOf(stream, [{ type: "MaterialConsumed", data: unposted }, {}])).toEqual([])
})

it("stays one that the ERP refused, whatever becomes of it after a person sent it again: one of theirs may be there", () => {
  const about = { posting: postingKey(stream, 1, "confirmation"), attempt: 1 }
  const refused: AnyEvent = {
    type: "PostingFailed",
    data: { ...about, class: "DataQualityIssue", code: "NO_SUCH_ORDER", reason: "", field: "orderId", nextStep: "" }
  }
  const resubmission = { caseId: CaseId.make("0123456789abcdef0123456789abcdef"), attempt: 1 }
  const again: AnyEvent = { type: "PostingRequestedAgain", data: { ...about, resubmission } }
  const deferred: AnyEvent = {
    type: "PostingDeferred",
    data: { ...about, attempt: 2, until: 0, class: "TechnicalFailure", reason: "It isn't there" }
  }
  const resumed: AnyEvent = { type: "PostingResumed", data: { ...about, attempt: 2 } }
  const told = [refused, again, deferred, resumed].map((event) => [event, {}] as const)
  expect(laneOf(stream, [confirmed, {}])).toMatchObject([{ refused: false }])
  expect(laneOf(stream, [confirmed, {}], ...told)).toMatchObject([{ state: "Requested", code: null, refused: true }])
})
