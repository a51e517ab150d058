// Reaction: what a stream can't settle alone opens a case; what goes away by itself withdraws it.
import { Effect, Schema } from "effect"
import type { LotBreach } from "../../core/event/lot.ts"
import type { Breach } from "../../core/event/order.ts"
import type { PostingEvent, Resubmission } from "../../core/event/posting.ts"
import type { ReleaseEvent } from "../../core/event/release.ts"
import type { WaitingEvent } from "../../core/event/waiting.ts"
import { BusinessRuleViolation, DataQualityIssue, RecordedFailure, recorded } from "../../core/failure.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { sha256 } from "../../core/journal/hash.ts"
import { caseStream, category, lotOf, type StreamName } from "../../core/journal/stream.ts"
import type { MessageReference } from "../../core/message/metadata.ts"
import { beginning, type CaseId, MessageId, type PostingKey, Source } from "../../core/plant/identifiers.ts"
import type { CanonicalMessage, Incoming } from "../../core/port/door.ts"
import { postingKey } from "../../core/port/erp.ts"
import { caseId } from "../case-id.ts"
import { type Reaction, reactionMessage } from "./reaction.ts"
import { resubmissionSource } from "./resubmissions.ts"

const name = "cases"

const encoder = new TextEncoder()

/** A breach has one case for ever: it is reopened when the breach comes back. */
const breachCase = (stream: StreamName, breach: string): CaseId => {
  const digest = sha256(encoder.encode(`${stream}\n${breach}`))
  return caseId(
    { source: Source.make("traveler/breach"), messageId: MessageId.make(`sha256:${beginning(breach, 100)}`) },
    digest
  )
}

/** So has a document: it is reopened when it fails again. */
const postingCase = (posting: PostingKey): CaseId =>
  caseId(
    { source: Source.make("traveler/posting"), messageId: MessageId.make(posting) },
    sha256(encoder.encode(posting))
  )

const isClass = Schema.is(RecordedFailure.fields.class)

type Refusal = Extract<PostingEvent, { readonly type: "PostingFailed" }>["data"]

/** What the ERP said, in the words of its adapter; the next step ends with the ways on from here. */
const refusal = ({ class: kind, code, field = "document", nextStep, reason }: Refusal): RecordedFailure => {
  const isTechnical = kind === "TechnicalFailure"
  const first = isTechnical ? "It was tried until its time was up; see why" : (nextStep ?? "See why")
  return {
    class: isClass(kind) ? kind : "TechnicalFailure",
    field,
    value: code,
    reason,
    nextStep: `${first}; then: traveler exceptions resubmit ID; or waive ID, where it was done by hand or isn't needed`
  }
}

/** The first failure opens a case. */
const outcome = (event: RecordedEvent, { posting, resubmission }: Refusal | Success, failure?: RecordedFailure) => {
  const id = postingCase(posting)
  const { occurredAt } = event.metadata
  const subject = { kind: "posting", posting, stream: event.stream } as const
  if (resubmission !== undefined) return settled(event, resubmission, failure)
  return failure === undefined
    ? undefined
    : send(event, id, {
        type: "CaseRaised",
        body: { caseId: id, occurredAt, subject, failure, waiting: event.stream }
      })
}

type Success = Extract<PostingEvent, { readonly type: "PostingVerified" | "PostingAdopted" | "PostingOmitted" }>["data"]

/** So has a directive: it waits once. */
const directiveCase = (stream: StreamName, { source, messageId }: MessageReference): CaseId =>
  caseId(
    { source: Source.make("traveler/directive"), messageId },
    sha256(encoder.encode(`${stream}\n${source}\n${messageId}`))
  )

/** So has an order's way to the MES: it is reopened when it stands again, at whatever step. */
const releaseCase = (stream: StreamName): CaseId =>
  caseId(
    { source: Source.make("traveler/release"), messageId: MessageId.make("release") },
    sha256(encoder.encode(stream))
  )

type Stopped = Extract<ReleaseEvent, { readonly type: "ReleaseStopped" }>["data"]

/** What became of a resubmission goes to the case that sent it; without a failure it went on. */
const settled = (event: RecordedEvent, { attempt, caseId }: Resubmission, failure?: RecordedFailure) => {
  const { occurredAt } = event.metadata
  const body = { caseId, occurredAt, attempt, ...(failure === undefined ? {} : { failure }) }
  return send(event, caseId, { type: "ResubmissionSettled", body })
}

const releaseStopped = (event: RecordedEvent, { failure, resubmission, revision }: Stopped) => {
  if (resubmission !== undefined) return settled(event, resubmission, failure)
  const { stream } = event
  const { occurredAt } = event.metadata
  const id = releaseCase(stream)
  const subject = { kind: "release", revision, stream } as const
  return send(event, id, { type: "CaseRaised", body: { caseId: id, occurredAt, subject, failure, waiting: stream } })
}

const releaseNeedsNobody = (event: RecordedEvent) => {
  const id = releaseCase(event.stream)
  return send(event, id, { type: "CaseWithdrawn", body: { caseId: id, occurredAt: event.metadata.occurredAt } })
}

type Overdue = Extract<WaitingEvent, { readonly type: "DirectiveOverdue" }>["data"]

const missing = ({ type, waitsFor }: Overdue) => {
  const [source = "", messageId] = waitsFor.split("\n")
  const isRelease = waitsFor === "release"
  return new DataQualityIssue({
    field: isRelease ? "orderId" : type === "ReportCorrected" ? "corrects" : "reverses",
    value: messageId === undefined ? waitsFor : `${messageId} of ${source}`,
    reason: `${type} waits for ${isRelease ? "the order's release" : "a report"} that hasn't come`,
    nextStep: "Have it sent, or find out what was meant; or waive the directive, which then changes nothing"
  })
}

const send = (event: RecordedEvent, id: CaseId, message: CanonicalMessage): ReadonlyArray<Incoming> => [
  reactionMessage(name, event, caseStream(id), message)
]

const violation = ({ allowed, kind, operationId, reported, unit }: Breach) => {
  const quantity = `${reported ?? ""} ${unit ?? ""}`.trim()
  const reasons = {
    overproduction: `Operation ${operationId} reports ${quantity}, the order allows ${allowed} ${unit}`,
    underproduction: `Operation ${operationId} reports ${quantity}, the order was completed and asks for ${allowed} ${unit}`,
    unitNotPlanned: `Operation ${operationId} reports ${quantity}, and was planned in another unit`,
    reportAfterCancellation: `Operation ${operationId} was worked on after the order was cancelled`,
    reportAfterTechnicalCompletion: `Operation ${operationId} was worked on after the order was completed or closed`
  }
  return new BusinessRuleViolation({
    field: `${kind} of ${operationId}`,
    value: quantity || operationId,
    reason: reasons[kind],
    nextStep: "A supervisor waives it to let its postings go, or the report is reversed or the order changed"
  })
}

const lotViolation = (stream: StreamName, { extent, kind, unit }: LotBreach) => {
  const { itemId, lotId } = lotOf(stream)
  const lot = `Lot ${lotId} of ${itemId}`
  const many = extent === "1" ? "once" : `${extent} times`
  const reasons = {
    negativeBalance: `${lot} has given ${extent} ${unit} more than it had`,
    usedWhileRestricted: `${lot} was used ${many} while it was held or rejected`,
    usedAfterExpiry: `${lot} was used ${many} after it had expired`
  }
  const nextSteps = {
    negativeBalance: "Have what came into it reported, or count it and adjust it; or waive it",
    usedWhileRestricted: "A quality engineer decides on what was made of it, and waives it, or the release is reported",
    usedAfterExpiry: "A quality engineer decides on what was made of it, and waives it"
  }
  return new BusinessRuleViolation({
    field: kind,
    value: unit === undefined ? extent : `-${extent} ${unit}`,
    reason: reasons[kind],
    nextStep: nextSteps[kind]
  })
}

/** A breach has been found on a stream. */
const breachRaised = (
  event: RecordedEvent,
  { breach, since }: { readonly breach: string; readonly since: number },
  violation: BusinessRuleViolation
) => {
  const { stream } = event
  const caseId = breachCase(stream, breach)
  const body = {
    caseId,
    occurredAt: event.metadata.occurredAt,
    subject: { kind: "breach", breach, stream, since },
    failure: recorded(violation),
    waiting: stream
  } as const
  return send(event, caseId, { type: "CaseRaised", body })
}

const breachWithdrawn = (event: RecordedEvent, breach: string) => {
  const id = breachCase(event.stream, breach)
  return send(event, id, { type: "CaseWithdrawn", body: { caseId: id, occurredAt: event.metadata.occurredAt } })
}

const messages = (event: RecordedEvent): ReadonlyArray<Incoming> | undefined => {
  if (category(event.stream) === "case") return undefined
  const { occurredAt } = event.metadata
  switch (event.type) {
    case "MessageParked":
    case "DuplicateSuspected": {
      // A resubmitted message that is parked again has its case already; `settlements` tells it.
      if (event.metadata.source === resubmissionSource) return undefined
      const id = caseId(event.metadata, event.metadata.digest)
      const { failure, subject } = event.data
      return send(event, id, {
        type: "CaseRaised",
        body: { caseId: id, occurredAt, subject, failure, waiting: event.stream }
      })
    }
    case "BreachFound":
      return breachRaised(event, event.data, violation(event.data))
    case "LotBreachFound":
      // What is missing may be on its way: its timer asks a person.
      return event.data.kind === "negativeBalance"
        ? undefined
        : breachRaised(event, event.data, lotViolation(event.stream, event.data))
    case "LotBreachOverdue":
      return breachRaised(event, event.data, lotViolation(event.stream, event.data))
    case "LotBreachWithdrawn": {
      const { breach, overdue } = event.data
      const hasCase = overdue === true || !breach.startsWith("negativeBalance/")
      return hasCase ? breachWithdrawn(event, breach) : undefined
    }
    case "BreachWithdrawn":
      return breachWithdrawn(event, event.data.breach)
    case "DirectiveOverdue": {
      const { directive, type } = event.data
      const id = directiveCase(event.stream, directive)
      const subject = { kind: "directive", directive, type, stream: event.stream } as const
      const failure = recorded(missing(event.data))
      return send(event, id, {
        type: "CaseRaised",
        body: { caseId: id, occurredAt, subject, failure, waiting: event.stream }
      })
    }
    case "DirectiveWentOn": {
      const id = directiveCase(event.stream, event.data.directive)
      return send(event, id, { type: "CaseWithdrawn", body: { caseId: id, occurredAt } })
    }
    case "PostingVerified":
    case "PostingAdopted":
    case "PostingOmitted":
      return outcome(event, event.data)
    case "PostingFailed":
      return outcome(event, event.data, refusal(event.data))
    case "PostingsGrouped": {
      const { resubmissions = [] } = event.data
      return resubmissions.flatMap(({ attempt, caseId }) =>
        send(event, caseId, { type: "ResubmissionSettled", body: { caseId, occurredAt, attempt } })
      )
    }
    case "PostingsUngrouped": {
      const id = postingCase(postingKey(event.stream, event.data.group, "group"))
      return send(event, id, { type: "CaseWithdrawn", body: { caseId: id, occurredAt } })
    }
    case "PostingWithdrawn": {
      const { kind = "confirmation", version } = event.data
      const id = postingCase(postingKey(event.stream, version, kind))
      return send(event, id, { type: "CaseWithdrawn", body: { caseId: id, occurredAt } })
    }
    case "ReleaseStopped":
      return releaseStopped(event, event.data)
    case "ReleaseWentOn": {
      const { resubmission } = event.data
      return resubmission === undefined ? releaseNeedsNobody(event) : settled(event, resubmission)
    }
    case "ReleaseCancelled":
      return event.data.stopped === true ? releaseNeedsNobody(event) : undefined
    default:
      return undefined
  }
}

export const cases: Reaction = {
  name,
  react: (event) => {
    const sent = messages(event)
    return sent === undefined ? undefined : Effect.succeed(sent)
  }
}
