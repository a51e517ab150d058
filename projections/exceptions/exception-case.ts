// One exception case's life as the events of its stream tell it. Pure; used by `exceptions.ts` and by tests.

import type { RecordedFailure } from "../../core/failure.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { hex } from "../../core/journal/hash.ts"
import { category, lotOf, plantOf, StreamName } from "../../core/journal/stream.ts"
import type { CaseSubject } from "../../core/message/exception.ts"
import { plantOfScope } from "../../core/plant/lot.ts"

export interface ExceptionCase {
  readonly id: string
  /** `resubmitted` until it is known what became of that; then closed, or open again. */
  readonly state: "open" | "resubmitted" | "closed"
  readonly resolution: "resubmitted" | "waived" | "withdrawn" | null
  readonly subject: CaseSubject["kind"]
  /** None for a lot whose number is unique beyond one plant. */
  readonly plant: string | null
  /** The stream that waits for the decision. */
  readonly waiting: string | null
  readonly failure_class: RecordedFailure["class"]
  readonly field: string
  readonly value: string
  readonly reason: string
  readonly next_step: string
  readonly owner_role: "supervisor" | "steward" | "integrator"
  readonly attempts: number
  /** SHA-256 in hex of the bytes that were tried last. */
  readonly digest: string | null
  readonly source: string | null
  readonly message_id: string | null
  readonly message_type: string | null
  readonly content_type: string | null
  readonly queue: string | null
  /** The sender's count of it, where it gave one. */
  readonly sequence: number | null
  /** It is about a message that was recorded, and perhaps sent twice. */
  readonly recorded: true | null
  /** The breach's key, where it is about one. */
  readonly breach: string | null
  /** The document's key, where it is about one. */
  readonly posting: string | null
  /** The person's random id. */
  readonly decided_by: string | null
  readonly decision_reason: string | null
  /** Milliseconds since 1970. */
  readonly opened_at: number
  readonly updated_at: number
  readonly traceparent: string | null
}

const caseIdOf = (stream: StreamName) => stream.slice("case/".length)

const ofFailure = (failure: RecordedFailure) => ({
  failure_class: failure.class,
  field: failure.field,
  value: failure.value,
  reason: failure.reason,
  next_step: failure.nextStep
})

const plantOfStream = (stream: StreamName): string | null =>
  category(stream) === "lot" ? (plantOfScope(lotOf(stream).scope) ?? null) : plantOf(stream)

const ofSubject = (subject: CaseSubject) =>
  subject.kind === "message"
    ? {
        subject: subject.kind,
        plant: subject.delivery.plant,
        digest: hex(subject.digest),
        source: subject.message.source,
        message_id: subject.message.messageId,
        message_type: subject.delivery.type,
        content_type: subject.delivery.contentType,
        queue: subject.delivery.queue,
        sequence: subject.delivery.sequence ?? null,
        recorded: subject.recorded ?? null,
        breach: null,
        posting: null
      }
    : {
        subject: subject.kind,
        plant: plantOfStream(StreamName(subject.stream)),
        digest: null,
        source: subject.kind === "directive" ? subject.directive.source : null,
        message_id: subject.kind === "directive" ? subject.directive.messageId : null,
        message_type: subject.kind === "directive" ? subject.type : null,
        content_type: null,
        queue: null,
        sequence: null,
        recorded: null,
        breach: subject.kind === "breach" ? subject.breach : null,
        posting: subject.kind === "posting" ? subject.posting : null
      }

/** The id of the case that this event is about, where it is one of a case. */
export const caseOf = (event: RecordedEvent): string | undefined => {
  switch (event.type) {
    case "CaseOpened":
    case "MessageResubmitted":
    case "PostingResubmitted":
    case "ReleaseResubmitted":
    case "CaseReopened":
    case "CaseWaived":
    case "CaseClosed":
      return caseIdOf(event.stream)
    case "MessageParked":
    case "DuplicateSuspected":
      return category(event.stream) === "case" ? caseIdOf(event.stream) : undefined
    default:
      return undefined
  }
}

/** Who decides; an order's case is told by its own event, one that opens on its own stream by its failure's class. */
const ownerRoles = {
  BusinessRuleViolation: "supervisor",
  DataQualityIssue: "steward",
  TechnicalFailure: "integrator"
} as const

const opening = (event: RecordedEvent) => {
  switch (event.type) {
    case "CaseOpened":
      return event.data
    case "MessageParked":
      return { ...event.data, ownerRole: ownerRoles[event.data.failure.class] }
    case "DuplicateSuspected":
      return { ...event.data, ownerRole: ownerRoles[event.data.failure.class], waiting: undefined }
    default:
      return undefined
  }
}

/** The case after this event. */
export const evolve = (known: ExceptionCase | undefined, event: RecordedEvent): ExceptionCase | undefined => {
  const updated_at = event.recordedAt
  const opened = opening(event)
  // The same bytes coming again open a case that is new or closed, and change nothing about another.
  const isAgain = event.type !== "CaseOpened" && known !== undefined && known.state !== "closed"
  if (opened !== undefined && isAgain) return known
  if (opened !== undefined) {
    return {
      id: caseIdOf(event.stream),
      state: "open",
      resolution: null,
      ...ofSubject(opened.subject),
      waiting: opened.waiting ?? null,
      ...ofFailure(opened.failure),
      owner_role: opened.ownerRole,
      attempts: known?.attempts ?? 0,
      decided_by: null,
      decision_reason: null,
      opened_at: known?.opened_at ?? event.recordedAt,
      updated_at,
      traceparent: event.metadata.traceparent ?? null
    }
  }
  if (known === undefined) return undefined
  switch (event.type) {
    case "MessageResubmitted": {
      const { attempt, digest, contentType, reason } = event.data
      const decision = { decided_by: event.metadata.by ?? null, decision_reason: reason }
      const bytes = { digest: hex(digest), content_type: contentType }
      return { ...known, state: "resubmitted", attempts: attempt, ...bytes, ...decision, updated_at }
    }
    case "PostingResubmitted":
    case "ReleaseResubmitted": {
      const { attempt, reason } = event.data
      const decision = { decided_by: event.metadata.by ?? null, decision_reason: reason }
      return { ...known, state: "resubmitted", attempts: attempt, ...decision, updated_at }
    }
    case "CaseReopened":
      return { ...known, state: "open", attempts: event.data.attempt, ...ofFailure(event.data.failure), updated_at }
    case "CaseWaived":
      return { ...known, decided_by: event.metadata.by ?? null, decision_reason: event.data.reason, updated_at }
    case "CaseClosed":
      return { ...known, state: "closed", resolution: event.data.resolution, updated_at }
    default:
      return known
  }
}
