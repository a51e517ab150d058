// Reaction: what a stream can't settle alone opens a case; a breach that goes away withdraws it.
import { Effect } from "effect"
import type { Breach } from "../../core/event/order.ts"
import { BusinessRuleViolation, recorded } from "../../core/failure.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { sha256 } from "../../core/journal/hash.ts"
import { caseStream, category, type StreamName } from "../../core/journal/stream.ts"
import { type CaseId, MessageId, Source } from "../../core/plant/identifiers.ts"
import type { CanonicalMessage, Incoming } from "../../core/port/door.ts"
import { caseId } from "../case-id.ts"
import { type Reaction, reactionMessage } from "./reaction.ts"
import { resubmissionSource } from "./resubmissions.ts"

const name = "cases"

const encoder = new TextEncoder()

/** A breach has one case for ever: it is reopened when the breach comes back. */
const breachCase = (stream: StreamName, breach: string): CaseId => {
  const digest = sha256(encoder.encode(`${stream}\n${breach}`))
  return caseId(
    { source: Source.make("traveler/breach"), messageId: MessageId.make(`sha256:${breach.slice(0, 100)}`) },
    digest
  )
}

const send = (event: RecordedEvent, id: CaseId, message: CanonicalMessage): ReadonlyArray<Incoming> => [
  reactionMessage(name, event, caseStream(id), message)
]

const violation = ({ allowed, kind, operationId, reported, unit }: Breach) => {
  const quantity = `${reported ?? ""} ${unit ?? ""}`.trim()
  const reasons = {
    overproduction: `Operation ${operationId} reports ${quantity}, the order allows ${allowed} ${unit}`,
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
    case "BreachFound": {
      const id = breachCase(event.stream, event.data.breach)
      return send(event, id, {
        type: "CaseRaised",
        body: {
          caseId: id,
          occurredAt,
          subject: { kind: "breach", breach: event.data.breach, stream: event.stream },
          failure: recorded(violation(event.data)),
          waiting: event.stream
        }
      })
    }
    case "BreachWithdrawn": {
      const id = breachCase(event.stream, event.data.breach)
      return send(event, id, { type: "CaseWithdrawn", body: { caseId: id, occurredAt } })
    }
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
