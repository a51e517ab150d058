// One ERP document as the events of its stream tell it: what it says, at which plant, and where in its lane it belongs.
import { describe, expect, it } from "vitest"
import type { AnyEvent } from "../../core/event/catalogue.ts"
import { lotStream } from "../../core/journal/stream.ts"
import { ItemId, LotId, MessageId, OperationId, OrderId } from "../../core/plant/identifiers.ts"
import { type LotKey, LotScope } from "../../core/plant/lot.ts"
import { instant } from "../../core/plant/time.ts"
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
