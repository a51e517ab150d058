// What opens a case: a message that is parked, a document that failed, and a breach, whoever's message brought it about.
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { cases } from "../../../actors/reactions/cases.ts"
import { reactionMetadata } from "../../../actors/reactions/reaction.ts"
import { resubmissionSource } from "../../../actors/reactions/resubmissions.ts"
import type { AnyEvent } from "../../../core/event/catalogue.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { orderStream } from "../../../core/journal/stream.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import {
  CaseId,
  MessageId,
  OperationId,
  OrderId,
  PlantId,
  PostingKey,
  Source
} from "../../../core/plant/identifiers.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { OccurredAt } from "../../../core/plant/time.ts"

const plant = PlantId.make("ulm")
const mes = Source.make("ulm/mes.events/mes")
const digest = sha256(new TextEncoder().encode("body"))

const recorded = (source: Source, event: AnyEvent): RecordedEvent => ({
  partition: 3,
  offset: 7,
  stream: orderStream(plant, OrderId.make("4711")),
  version: 2,
  recordedAt: Date.UTC(2026, 10, 23),
  metadata: {
    source,
    messageId: MessageId.make("m1"),
    digest,
    queue: "traveler.in.ulm",
    occurredAt: OccurredAt.make("2026-11-23T06:00:00+00:00")
  },
  part: 1,
  hash: digest,
  ...event
})

const breach = "overproduction/OP10"
const found: Extract<AnyEvent, { readonly type: "BreachFound" }> = {
  type: "BreachFound",
  data: {
    breach,
    kind: "overproduction",
    operationId: OperationId.make("OP10"),
    since: 2,
    reported: fromText("711"),
    allowed: fromText("352"),
    unit: Unit.make("EA")
  }
}
const withdrawn: AnyEvent = { type: "BreachWithdrawn", data: { breach } }
const parked: AnyEvent = {
  type: "MessageParked",
  data: {
    failure: { class: "DataQualityIssue", field: "body", value: "x", reason: "Unreadable", nextStep: "Correct it" },
    subject: {
      kind: "message",
      message: { source: mes, messageId: MessageId.make("m1") },
      digest,
      delivery: {
        queue: "traveler.in.ulm",
        plant,
        exchange: "mes.events",
        type: "OperationConfirmed",
        contentType: "application/json",
        schemaVersion: "1"
      }
    }
  }
}

const messages = (source: Source, event: AnyEvent) =>
  Effect.runSync(cases.react(recorded(source, event)) ?? Effect.succeed([])).map(({ content, stream }) => {
    if (content._tag !== "Understood") throw new Error("A reaction's message is always understood")
    return { ...content.message, stream }
  })

/** The types of the messages that the event sends. */
const sent = (source: Source, event: AnyEvent) => messages(source, event).map(({ type }) => type)

describe("the reaction `cases`", () => {
  it("raises a case for a breach, and withdraws it", () => {
    expect(sent(mes, found)).toEqual(["CaseRaised"])
    expect(sent(mes, withdrawn)).toEqual(["CaseWithdrawn"])
    expect(messages(mes, found)).toMatchObject([{ body: { subject: { kind: "breach", breach, since: 2 } } }])
  })

  it.each(["", "x"])(
    "raises one where an operation's id is long, of characters that take two units each (%j)",
    (odd) => {
      const operationId = OperationId.make(`${odd}${"\u{1F527}".repeat(150)}`)
      const data = { ...found.data, operationId, breach: `overproduction/${operationId}` }
      expect(sent(mes, { type: "BreachFound", data })).toEqual(["CaseRaised"])
    }
  )

  it("does so too where a resubmitted message brought it about", () => {
    expect(sent(resubmissionSource, found)).toEqual(["CaseRaised"])
    expect(sent(resubmissionSource, withdrawn)).toEqual(["CaseWithdrawn"])
  })

  it("raises a case for a parked message, but none for one that was parked again: it has its case", () => {
    expect(sent(mes, parked)).toEqual(["CaseRaised"])
    expect(sent(resubmissionSource, parked)).toEqual([])
  })
})

describe("the id of a reaction's message", () => {
  it.each(["", "x"])("is one also where the stream is long, of characters that take two units each (%j)", (odd) => {
    const order = orderStream(plant, OrderId.make(`${odd}${"\u{1F527}".repeat(150)}`))
    expect(reactionMetadata("cases", recorded(mes, found), order).messageId).toMatch(/^3\/7\/order\/ulm\//)
  })
})

describe("a document that failed", () => {
  const posting = PostingKey.make("order/ulm/4711/1/confirmation")
  const poster = Source.make("traveler/poster/sandbox")
  const outcome = { posting, attempt: 2 }
  const resubmission = { caseId: CaseId.make("0123456789abcdef0123456789abcdef"), attempt: 3 }
  const why = { class: "BusinessRuleViolation", code: "PERIOD_CLOSED", reason: "Closed" }
  const failed: AnyEvent = { type: "PostingFailed", data: { ...outcome, ...why, field: "code", nextStep: "Open it" } }
  const verified: AnyEvent = { type: "PostingVerified", data: { ...outcome, document: "5000001" } }

  it("raises a case that shows what the ERP said and which document it is", () => {
    expect(messages(poster, failed)).toMatchObject([
      {
        type: "CaseRaised",
        body: {
          subject: { kind: "posting", posting, stream: "order/ulm/4711" },
          failure: {
            class: "BusinessRuleViolation",
            field: "code",
            value: "PERIOD_CLOSED",
            reason: "Closed",
            nextStep: expect.stringMatching(/^Open it; then: traveler exceptions resubmit ID/)
          },
          waiting: "order/ulm/4711"
        }
      }
    ])
  })

  it.each(["TechnicalFailure", "Unheard-of"])("is an integrator's where it is a %s", (kind) => {
    const [raised] = messages(poster, { type: "PostingFailed", data: { ...outcome, ...why, class: kind } })
    expect(raised).toMatchObject({ body: { failure: { class: "TechnicalFailure", field: "document" } } })
  })

  it("tells the case of a resubmission what became of it, and none where there is none", () => {
    const again = { ...failed, data: { ...failed.data, resubmission } } as AnyEvent
    const posted = { ...verified, data: { ...verified.data, resubmission } } as AnyEvent
    const body = { caseId: resubmission.caseId, attempt: 3 }
    expect(messages(poster, again)).toMatchObject([
      { type: "ResubmissionSettled", body: { ...body, failure: { value: "PERIOD_CLOSED" } } }
    ])
    const [told] = messages(poster, posted)
    expect(told).toMatchObject({ type: "ResubmissionSettled", body, stream: `case/${resubmission.caseId}` })
    expect(told?.body).not.toHaveProperty("failure")
    expect(sent(poster, verified)).toEqual([])
  })

  it("that goes with others ends its resubmission, and a group that is made anew withdraws its case", () => {
    const documents = [{ version: 1, kind: "confirmation" }] as const
    const [told] = messages(poster, { type: "PostingsGrouped", data: { documents, resubmissions: [resubmission] } })
    expect(told).toMatchObject({ type: "ResubmissionSettled", body: { caseId: resubmission.caseId, attempt: 3 } })
    expect(told?.body).not.toHaveProperty("failure")
    const group = PostingKey.make("order/ulm/4711/3/group")
    const [raised] = messages(poster, { type: "PostingFailed", data: { posting: group, attempt: 1, ...why } })
    expect(messages(mes, { type: "PostingsUngrouped", data: { group: 3 } })).toMatchObject([
      { type: "CaseWithdrawn", stream: raised?.stream }
    ])
  })

  it("is withdrawn with its report, from the case that its failure raised", () => {
    const [raised] = messages(poster, failed)
    expect(messages(mes, { type: "PostingWithdrawn", data: { version: 1 } })).toMatchObject([
      { type: "CaseWithdrawn", stream: raised?.stream }
    ])
  })
})

describe("a directive that names what doesn't come", () => {
  const directive = { source: mes, messageId: MessageId.make("r") }
  const overdue = (waitsFor: string): AnyEvent => ({
    type: "DirectiveOverdue",
    data: { directive, type: "ReportReversed", waitsFor }
  })
  const timer = Source.make("traveler/timer")

  it("raises a case for a steward, once it is overdue, that names what is missing", () => {
    expect(messages(timer, overdue(`${mes}\nnever`))).toMatchObject([
      {
        type: "CaseRaised",
        body: {
          subject: { kind: "directive", directive, type: "ReportReversed", stream: "order/ulm/4711" },
          failure: { class: "DataQualityIssue", field: "reverses", value: `never of ${mes}` },
          waiting: "order/ulm/4711"
        }
      }
    ])
    expect(messages(timer, overdue("release"))).toMatchObject([
      { body: { failure: { field: "orderId", value: "release" } } }
    ])
  })

  it("is withdrawn from the same case when it goes on", () => {
    const [raised] = messages(timer, overdue(`${mes}\nnever`))
    expect(messages(mes, { type: "DirectiveWentOn", data: { directive } })).toMatchObject([
      { type: "CaseWithdrawn", stream: raised?.stream }
    ])
  })
})

describe("a release that stands", () => {
  const runner = Source.make("traveler/release")
  const step = { revision: 2, attempt: 1 }
  const failure = {
    class: "BusinessRuleViolation",
    field: "materialAvailable",
    value: "1 component",
    reason: "Too little",
    nextStep: "Have it delivered"
  } as const
  const stopped = { ...step, at: "checks", failure } as const
  const resubmission = { caseId: CaseId.make("0123456789abcdef0123456789abcdef"), attempt: 3 }

  it("raises one case for the order, whatever it stands at", () => {
    const [raised] = messages(runner, { type: "ReleaseStopped", data: stopped })
    expect(raised).toMatchObject({
      type: "CaseRaised",
      body: {
        subject: { kind: "release", revision: 2, stream: "order/ulm/4711" },
        failure,
        waiting: "order/ulm/4711"
      }
    })
    const [other] = messages(runner, { type: "ReleaseStopped", data: { ...stopped, at: "report" } })
    expect(other?.stream).toBe(raised?.stream)
  })

  it("tells the case of a resubmission what became of it", () => {
    const body = { caseId: resubmission.caseId, attempt: 3 }
    expect(messages(runner, { type: "ReleaseStopped", data: { ...stopped, resubmission } })).toMatchObject([
      { type: "ResubmissionSettled", body: { ...body, failure } }
    ])
    const [told] = messages(runner, { type: "ReleaseWentOn", data: { ...step, resubmission } })
    expect(told).toMatchObject({ type: "ResubmissionSettled", body, stream: `case/${resubmission.caseId}` })
    expect(told?.body).not.toHaveProperty("failure")
  })

  it("needs nobody once it goes on by itself or ends, and ends without a case where it had none", () => {
    const [raised] = messages(runner, { type: "ReleaseStopped", data: stopped })
    const cancelled = { ...step, because: "orderCancelled" } as const
    expect(messages(mes, { type: "ReleaseWentOn", data: step })).toMatchObject([
      { type: "CaseWithdrawn", stream: raised?.stream }
    ])
    expect(messages(mes, { type: "ReleaseCancelled", data: { ...cancelled, stopped: true } })).toMatchObject([
      { type: "CaseWithdrawn", stream: raised?.stream }
    ])
    expect(sent(mes, { type: "ReleaseCancelled", data: cancelled })).toEqual([])
  })
})
