// What an order waits for, who can mend it, and how.
import { describe, expect, it } from "vitest"
import { asJson, sentence, withoutCore } from "../../../../adapters/cli/why/reason.ts"
import { MessageId, Source } from "../../../../core/plant/identifiers.ts"
import { at, failure, subjectOf, Writer } from "../../../projections/events.ts"
import {
  about,
  aCase,
  aPosting,
  breachCase,
  caseId,
  decided,
  keyOf,
  mes,
  ofOrder,
  orderId,
  said,
  stream,
  suspectedTwice
} from "./known.ts"

const start = { type: "OperationStarted", data: about } as const

const breachFound = {
  type: "BreachFound",
  data: { breach: "overproduction/10", kind: "overproduction", operationId: "10", since: 1 }
} as const
const overproduced = breachCase("overproduction/10", "Operation 10 reports 459 EA, the order allows 258 EA")

const deferredReversal = (writer: Writer) =>
  writer.write(
    stream,
    {
      type: "MessageDeferred",
      data: {
        type: "ReportReversed",
        body: {
          orderId,
          occurredAt: at(0),
          reverses: { messageId: MessageId.make("mes/9") },
          reason: "Wrong order"
        },
        waitsFor: `${mes}\nmes/9`
      }
    },
    { messageId: "mes/18" }
  )

const deferredClose = (writer: Writer) =>
  writer.write(
    stream,
    {
      type: "MessageDeferred",
      data: { type: "ProductionOrderClosed", body: { orderId, occurredAt: at(0) }, waitsFor: "gap" }
    },
    { messageId: "erp/2", source: "plant-1/erp.events/erp" }
  )

describe("an order waits", () => {
  it("for nothing, once its documents are in the ERP", () => {
    const postings = [aPosting(1, "Verified"), aPosting(2, "Verified")]
    expect(sentence(ofOrder(new Writer(), { postings, status: "Closed" }))).toBe(
      "Order plant-1/4711 waits for nothing: it is Closed, and 2 of 2 documents are verified in the ERP."
    )
  })

  it("for a parked message, which a steward corrects", () => {
    const writer = new Writer()
    writer.park(stream, "mes/17")
    expect(said(ofOrder(writer, { cases: [aCase()] }))).toEqual([
      `Order plant-1/4711 waits for message mes/17 of ${mes}, parked because of occurredAt "yesterday" (Expected ISO 8601): ` +
        `a steward corrects it with: npm run traveler -- exceptions resubmit ${caseId} --body FILE ${decided}`
    ])
  })

  it("for one that came with a wrong type, or was stopped by what an integrator mends", () => {
    const writer = new Writer()
    writer.park(stream, "mes/17")
    const how = (row: Parameters<typeof aCase>[0]) => ofOrder(writer, { cases: [aCase(row)] }).reasons[0]
    expect(how({ field: "type" })?.how).toContain("--type TYPE")
    expect(how({ failureClass: "TechnicalFailure", ownerRole: "integrator" })).toMatchObject({
      who: "an integrator",
      how: `mends what stopped it, then sends it again with: npm run traveler -- exceptions resubmit ${caseId} ${decided}`
    })
  })

  it("for the case of a parked message to be opened, where reactions are behind", () => {
    const writer = new Writer()
    writer.park(stream, "mes/17")
    expect(said(ofOrder(writer))).toEqual([
      `Order plant-1/4711 waits for the case about parked message mes/17 of ${mes}: ` +
        "Traveler opens it within a moment; if it doesn't, see: npm run traveler -- doctor"
    ])
  })

  it("for what became of a decision that is on its way", () => {
    const writer = new Writer()
    writer.park(stream, "mes/17")
    const [reason] = ofOrder(writer, { cases: [aCase({ state: "resubmitted", attempts: 2 })] }).reasons
    expect(reason).toMatchObject({
      waitsFor: expect.stringMatching(/^the outcome of resubmission 2 /),
      who: "Traveler"
    })
  })

  it("no longer for a message that was settled", () => {
    const writer = new Writer()
    writer.park(stream, "mes/17")
    const message = { source: Source.make(mes), messageId: MessageId.make("mes/17") }
    writer.write(stream, { type: "ParkedMessageSettled", data: { message, caseId, resolution: "waived" } })
    expect(ofOrder(writer, { cases: [aCase({ state: "closed", resolution: "waived" })] }).reasons).toEqual([])
  })

  it("for a message that its own stream has never seen, parked on the case's", () => {
    expect(ofOrder(new Writer(), { cases: [aCase()] }).reasons).toHaveLength(1)
  })

  it("last for a decision on what may have been sent twice", () => {
    const writer = new Writer()
    writer.write(stream, start, { messageId: "mes/17", sequence: 2 })
    suspectedTwice(writer, stream, "mes/17")
    deferredClose(writer)
    const { reasons } = ofOrder(writer, { cases: [aCase({ recorded: true })] })
    expect(reasons.map(({ waitsFor }) => waitsFor)).toEqual([
      expect.stringMatching(/^number 1 of /),
      expect.stringMatching(/^what is known to be missing/),
      `a decision on whether message mes/17 of ${mes} is one report that was sent twice`
    ])
  })

  it("last for a decision on a message without an id that came again, which can't be corrected", () => {
    const writer = new Writer()
    writer.write(stream, start, { messageId: "sha256:1", sequence: 2 })
    const subject = subjectOf("sha256:1#ab")
    writer.write(stream, { type: "DuplicateSuspected", data: { failure, subject } }, { messageId: "sha256:1" })
    const cases = [aCase({ messageId: "sha256:1#ab", field: "message-id", value: "(none)" })]
    const { reasons } = ofOrder(writer, { cases })
    expect(reasons).toMatchObject([
      { who: "an integrator" },
      {
        waitsFor: expect.stringMatching(/^message sha256:1#ab of /),
        who: "a steward",
        how:
          `resubmits it as it was where it is a second report (exceptions resubmit ${caseId}), ` +
          `or waives it with: npm run traveler -- exceptions waive ${caseId} ${decided}`
      }
    ])
  })

  it("once for a message whose id another body had, by the name that its case knows it by", () => {
    const writer = new Writer()
    const parked = { failure, subject: subjectOf("mes/17#ab") }
    writer.write(stream, { type: "MessageParked", data: parked }, { messageId: "mes/17" })
    const cases = [aCase({ messageId: "mes/17#ab", field: "message-id", value: "mes/17" })]
    expect(ofOrder(writer, { cases }).reasons).toMatchObject([
      {
        waitsFor: expect.stringMatching(/^message mes\/17#ab of /),
        how: expect.stringMatching(/^resubmits it as it was /)
      }
    ])
  })

  it("for a decision on a breach", () => {
    const writer = new Writer()
    writer.write(stream, breachFound)
    expect(said(ofOrder(writer, { cases: [overproduced] }))).toEqual([
      "Order plant-1/4711 waits for a decision on the breach overproduction/10 (Operation 10 reports 459 EA, the order allows 258 EA): " +
        `a supervisor has the report reversed or the order changed, or waives it with: npm run traveler -- exceptions waive ${caseId} ${decided}`
    ])
  })

  it("for the report that a reversal names, and says from when on a person is asked", () => {
    const writer = new Writer()
    deferredReversal(writer)
    expect(said(ofOrder(writer))).toEqual([
      `Order plant-1/4711 waits for report mes/9 of ${mes}, which ReportReversed mes/18 needs: an integrator has it sent; ` +
        "it goes on by itself then, and a steward is asked where it hasn't come by 2026-11-24T06:00:00.000Z"
    ])
  })

  it("for a steward, where that is overdue", () => {
    const writer = new Writer()
    deferredReversal(writer)
    const overdue = aCase({
      subject: "directive",
      messageId: "mes/18",
      messageType: "ReportReversed",
      value: `mes/9 of ${mes}`
    })
    expect(said(ofOrder(writer, { cases: [overdue] }))).toEqual([
      `Order plant-1/4711 waits for report mes/9 of ${mes}, which ReportReversed mes/18 needs and which is overdue: ` +
        `a steward has it sent, or ends the wait with: npm run traveler -- exceptions waive ${caseId} ${decided}`
    ])
  })

  it("for the numbers that a sender has skipped", () => {
    const writer = new Writer()
    for (const sequence of [1, 3, 6]) writer.write(stream, start, { sequence })
    expect(said(ofOrder(writer))).toEqual([
      `Order plant-1/4711 waits for number 2, 4 to 5 of ${mes} (counted to 6): an integrator has the sender send it again; ` +
        "if it was sent, see: npm run traveler -- exceptions list --state open --plant plant-1"
    ])
  })

  it("for a message that nobody can read, where its sender has given it a number that is missing", () => {
    const writer = new Writer()
    for (const sequence of [1, 3]) writer.write(stream, start, { sequence })
    const unread = [2, 4].map((sequence) => aCase({ waiting: null, field: "body", value: "12 bytes", sequence }))
    expect(said(ofOrder(writer, { unread }))).toEqual([
      expect.stringMatching(
        /waits for number 2 of .* \(counted to 3\), which may be message mes\/17 of .*, parked because of body .*: a steward corrects/
      )
    ])
    const [first] = unread
    const several = first === undefined ? [] : [first, first]
    expect(ofOrder(writer, { unread: several }).reasons).toEqual([
      {
        waitsFor: `number 2 of ${mes} (counted to 3), which may be one of 2 messages that nobody can read`,
        who: "a steward",
        how: `finds out which and corrects it, of the cases ${caseId}, ${caseId}`
      }
    ])
  })

  it("for its restart, where it is held", () => {
    const writer = new Writer()
    writer.write(stream, { type: "ProductionOrderHeld", data: { orderId, reason: "Gauge" } }, { messageId: "erp/1" })
    expect(said(ofOrder(writer, { status: "Held" }))).toEqual([
      `Order plant-1/4711 waits for its restart, since it is held (Gauge): whoever held it by message erp/1 of ${mes} has ProductionOrderRestarted sent`
    ])
  })

  it("for the first document of its lane", () => {
    const postings = [
      aPosting(1, "Verified"),
      aPosting(2, "InDoubt", { reason: "No answer" }),
      aPosting(3, "Requested")
    ]
    expect(said(ofOrder(new Writer(), { postings }))).toEqual([
      `Order plant-1/4711 waits for document ${keyOf(2)}, which waits for the ERP's word on whether it has the document (No answer): ` +
        "Traveler asks for it by its key until it is told"
    ])
  })
})

it("what matters most is said first, what follows from the rest comes last, and machines get all of it", () => {
  const writer = new Writer()
  writer.write(stream, start, { sequence: 2 })
  deferredClose(writer)
  writer.write(stream, breachFound)
  writer.park(stream, "mes/17")
  const why = ofOrder(writer, { cases: [overproduced, aCase()], postings: [aPosting(1, "Withheld")] })
  expect(why.reasons.map(({ waitsFor }) => waitsFor)).toEqual([
    expect.stringMatching(/^message mes\/17 /),
    expect.stringMatching(/^a decision on the breach /),
    expect.stringMatching(/^number 1 /),
    "what is known to be missing, before ProductionOrderClosed erp/2 can hold"
  ])
  expect(sentence(why)).toContain(" (3 more: --json): a steward ")
  expect(asJson(why)).toMatchObject({
    subject: "order",
    id: "plant-1/4711",
    state: "it is Running, and 0 of 1 documents are verified in the ERP, 1 withheld",
    who: "a steward",
    more: [{ who: "a supervisor" }, { who: "an integrator" }, { who: "Traveler" }]
  })
})

it("without a core nothing goes on by itself, so that comes before all that would", () => {
  const writer = new Writer()
  writer.park(stream, "mes/17")
  const why = withoutCore(ofOrder(writer, { cases: [aCase()], postings: [aPosting(1, "Requested")] }))
  expect(why.reasons.map(({ who }) => who)).toEqual(["a steward", "whoever runs Traveler", "Traveler"])
  expect(why.reasons[1]?.how).toBe("starts one with: npm run traveler -- run")
  const still = ofOrder(writer, { cases: [aCase()] })
  expect(withoutCore(still)).toEqual(still)
})
