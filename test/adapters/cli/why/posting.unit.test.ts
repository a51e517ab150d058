// What an ERP document waits for, in each of its states.
import { describe, expect, it } from "vitest"
import { whyAskedFor, whyPosting } from "../../../../adapters/cli/why/posting.ts"
import { sentence } from "../../../../adapters/cli/why/reason.ts"
import { PartnerId } from "../../../../core/plant/identifiers.ts"
import type { LotWait, PostingRow } from "../../../../projections/postings/queries.ts"
import { failure, quantity, subjectOf, Writer } from "../../../projections/events.ts"
import {
  about,
  aCase,
  aLot,
  anOrder,
  aPosting,
  breachCase,
  caseId,
  decided,
  keyOf,
  lot,
  stream,
  streamOfLot
} from "./known.ts"

const { itemId, lotId } = lot
const shipped = {
  type: "LotShipped",
  data: {
    itemId,
    lotId,
    quantity: quantity("3", "KGM"),
    customer: PartnerId.make("C-9"),
    document: "DN-1",
    posting: "withheld"
  }
} as const

/** The last of these documents of one order. */
const ofLast = (
  postings: ReadonlyArray<PostingRow>,
  writer = new Writer(),
  cases = [aCase({ posting: "another" })]
) => {
  const posting = postings.at(-1)
  if (posting === undefined) throw new Error("A document is asked about")
  return whyPosting(posting, anOrder(writer, { postings, cases }))
}
const saidOf = (...postings: ReadonlyArray<PostingRow>): string => sentence(ofLast(postings))

describe("a requested document waits for", () => {
  it("its turn", () => {
    expect(saidOf(aPosting(1, "Verified"), aPosting(2, "Requested"))).toBe(
      `Posting ${keyOf(2)} waits for its turn, which is the next of its lane: Traveler sends it within moments, for as long as the ERP answers`
    )
  })

  it("the one before it, and so for what that one waits for", () => {
    expect(saidOf(aPosting(1, "InDoubt", { reason: "No answer" }), aPosting(2, "Requested"))).toBe(
      `Posting ${keyOf(2)} waits for document ${keyOf(1)} before it, which waits for the ERP's word on whether it has the document (No answer): ` +
        "Traveler asks for it by its key until it is told"
    )
  })

  it("no withheld one before it", () => {
    expect(saidOf(aPosting(1, "Withheld"), aPosting(2, "Requested"))).toContain("waits for its turn")
  })

  it("the document that it takes back", () => {
    const reversal = aPosting(2, "Requested", { kind: "reversal", reverses: keyOf(1) })
    expect(saidOf(aPosting(1, "Withheld"), reversal)).toContain(`waits for document ${keyOf(1)}, which it takes back `)
    expect(saidOf(aPosting(1, "Waived", { document: "5001" }), reversal)).toContain("waits for its turn")
  })
})

it("a reversal of what has ended without a document waits for its own end", () => {
  const reversal = aPosting(2, "Requested", { kind: "reversal", reverses: keyOf(1) })
  for (const state of ["Waived", "Withdrawn"] as const) {
    expect(saidOf(aPosting(1, state), reversal)).toContain(
      `waits for its own end, since document ${keyOf(1)}, which it takes back, is ${state.toLowerCase()}: Traveler `
    )
  }
})

it("what a message asked for is told of orders and lots", () => {
  const writer = new Writer()
  writer.write(streamOfLot, shipped)
  writer.write(streamOfLot, shipped)
  const postings = [1, 2].map((version) =>
    aPosting(version, "InDoubt", { kind: "goodsMovement", stream: streamOfLot, reason: `No answer ${version}` })
  )
  const asked = (known: Parameters<typeof whyAskedFor>[1]) =>
    whyAskedFor(writer.events.slice(0, 1), known).map(({ waitsFor }) => waitsFor)
  const waits = ["the ERP's word on whether it has the document (No answer 1)"]
  expect(asked(aLot(writer, { postings }))).toEqual(waits)
  expect(asked(anOrder(writer, { postings }))).toEqual(waits)
})

it("a deferred one waits for its next attempt", () => {
  const row = { attempts: 2, class: "TechnicalFailure", reason: "Locked", until: Date.parse("2026-11-23T07:00:00Z") }
  expect(saidOf(aPosting(1, "Deferred", row))).toBe(
    `Posting ${keyOf(1)} waits for its attempt 3 at 2026-11-23T07:00:00.000Z, since attempt 2 ended in TechnicalFailure (Locked): Traveler makes it then`
  )
})

it("an accepted one waits to be read back", () => {
  expect(saidOf(aPosting(1, "Accepted", { document: "5001" }))).toContain(
    "waits for being read back from the ERP as 5001: Traveler "
  )
})

it("a refused one waits for a decision, after what the ERP says mends it", () => {
  const row = aCase({
    subject: "posting",
    posting: keyOf(1),
    failureClass: "BusinessRuleViolation",
    field: "code",
    value: "PERIOD_CLOSED",
    reason: "December is closed",
    nextStep: "Open the period; then: traveler exceptions resubmit ID; or waive ID, where it isn't needed",
    ownerRole: "supervisor"
  })
  expect(sentence(ofLast([aPosting(1, "Failed")], new Writer(), [row]))).toBe(
    `Posting ${keyOf(1)} waits for a decision on document ${keyOf(1)}, refused with PERIOD_CLOSED (BusinessRuleViolation: December is closed): ` +
      `a supervisor mends the cause (Open the period), then has it posted again with: npm run traveler -- exceptions resubmit ${caseId} ${decided}`
  )
})

describe("a withheld one waits for", () => {
  const found = (writer: Writer) =>
    writer.write(stream, {
      type: "BreachFound",
      data: {
        breach: "overproduction/10",
        kind: "overproduction",
        operationId: "10",
        since: writer.versionOf(stream) + 1
      }
    })
  const cases = [aCase(), breachCase("overproduction/10", "Too many")]

  it("what was open when it was asked for, and nothing that came later", () => {
    const writer = new Writer()
    found(writer)
    writer.write(stream, { type: "OperationStarted", data: about })
    writer.park(stream, "mes/17")
    const { reasons } = ofLast([aPosting(2, "Withheld")], writer, cases)
    expect(reasons.map(({ waitsFor }) => waitsFor)).toEqual([expect.stringContaining("overproduction/10 (Too many)")])
  })

  it("no breach that came later, where it is final, but a message that was parked later", () => {
    const writer = new Writer()
    writer.write(stream, { type: "OperationStarted", data: about })
    found(writer)
    writer.park(stream, "mes/17")
    const final = aPosting(1, "Withheld", { content: { final: true } })
    const { reasons } = ofLast([final], writer, cases)
    expect(reasons.map(({ waitsFor }) => waitsFor)).toEqual([expect.stringMatching(/^message mes\/17 of /)])
  })

  it("nothing that was parked later under an id that was used before it", () => {
    const writer = new Writer()
    writer.write(stream, { type: "OperationStarted", data: about }, { messageId: "mes/17" })
    const parked = { failure, subject: subjectOf("mes/17#ab") }
    writer.write(stream, { type: "MessageParked", data: parked }, { messageId: "mes/17" })
    const rows = [aCase({ messageId: "mes/17#ab" })]
    const waitsFor = (version: number) => ofLast([aPosting(version, "Withheld")], writer, rows).reasons[0]?.waitsFor
    expect(waitsFor(1)).toBe("its order or lot, which withholds it")
    expect(waitsFor(3)).toMatch(/^message mes\/17#ab of /)
  })

  it("what was open on its lot when it was asked for, and nothing that came later", () => {
    const writer = new Writer()
    writer.park(streamOfLot, "wms/1")
    writer.write(streamOfLot, shipped)
    writer.park(streamOfLot, "wms/3")
    const rows = ["wms/1", "wms/3"].map((messageId) => aCase({ messageId, waiting: streamOfLot }))
    const posting = aPosting(2, "Withheld", { kind: "goodsMovement", stream: streamOfLot })
    const known = aLot(writer, { cases: rows, postings: [posting] })
    expect(whyPosting(posting, known).reasons.map(({ waitsFor }) => waitsFor)).toEqual([
      expect.stringMatching(/^message wms\/1 of /)
    ])
  })

  it("whatever is missing, where it is final", () => {
    const writer = new Writer()
    writer.write(stream, { type: "OperationStarted", data: about }, { sequence: 2 })
    const of = (final: boolean) =>
      ofLast([aPosting(1, "Withheld", { content: { final } })], writer, []).reasons[0]?.waitsFor
    expect(of(true)).toMatch(/^number 1 of /)
    expect(of(false)).toBe("its order or lot, which withholds it")
    const replacement = aPosting(3, "Withheld", { content: { final: true } })
    const reversal = aPosting(3, "Withheld", { kind: "reversal", reverses: keyOf(1) })
    expect(ofLast([replacement, reversal], writer, []).reasons[0]?.waitsFor).toMatch(/^number 1 of /)
  })
})

it.each([
  [aPosting(1, "Verified"), "it is verified in the ERP as 5001"],
  [aPosting(1, "Verified", { reversed: true }), "it is verified in the ERP as 5001, and was taken back there"],
  [aPosting(1, "Waived"), "it is waived"],
  [aPosting(1, "Withdrawn"), "it is withdrawn"]
])("$0.state: waits for nothing", (posting, state) => {
  expect(saidOf(posting)).toBe(`Posting ${keyOf(1)} waits for nothing: ${state}.`)
})

describe("a movement out of stock waits for", () => {
  const taking = aPosting(1, "Requested", { kind: "goodsMovement", waitsForLots: true })
  const of = (wait: Partial<LotWait>) => {
    const lots = [{ key: taking.key, lot: streamOfLot, heard: true, blocks: [], receipts: [], ...wait }]
    return whyPosting(taking, anOrder(new Writer(), { postings: [taking], lots })).reasons
  }

  it("its lot to hear of it", () => {
    expect(of({ heard: false })).toMatchObject([
      { waitsFor: "lot plant/plant-1/STEEL/L-1 to hear of it", who: "Traveler" }
    ])
  })

  it("what is open on its lot, as the lot tells", () => {
    expect(of({ blocks: ["usedWhileRestricted"] })).toMatchObject([
      {
        waitsFor: "lot plant/plant-1/STEEL/L-1, of which usedWhileRestricted is open",
        how: "is told by: npm run traveler -- why lot plant/plant-1/STEEL/L-1"
      }
    ])
  })

  it("what puts its lot into stock", () => {
    const receipt = keyOf(7, "goodsMovement")
    expect(of({ receipts: [receipt] })).toMatchObject([
      { waitsFor: `document ${receipt}, which puts lot plant/plant-1/STEEL/L-1 into stock` }
    ])
  })
})
