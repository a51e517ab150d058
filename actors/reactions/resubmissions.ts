// Reactions: a case's resubmission goes out as a new message, and what became of it comes back to the case.
import { Effect } from "effect"
import { DataQualityIssue, type RecordedFailure, recorded } from "../../core/failure.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { Journal } from "../../core/journal/journal.ts"
import { caseStream, category } from "../../core/journal/stream.ts"
import { schemaVersion } from "../../core/message/catalogue.ts"
import { CaseId, MessageId, Source } from "../../core/plant/identifiers.ts"
import type { Incoming } from "../../core/port/door.ts"
import { Persons } from "../../core/port/persons.ts"
import { address, badgeOf, read } from "../understand.ts"
import { type Reaction, reactionMessage, reactionMetadata } from "./reaction.ts"

/** Resubmitted messages have this source and the id `<case>/<attempt>`. */
export const resubmissionSource = Source.make("traveler/case")

const settled = (
  name: string,
  event: RecordedEvent,
  id: CaseId,
  attempt: number,
  failure?: RecordedFailure
): Incoming =>
  reactionMessage(name, event, caseStream(id), {
    type: "ResubmissionSettled",
    body: { caseId: id, occurredAt: event.metadata.occurredAt, attempt, ...(failure === undefined ? {} : { failure }) }
  })

const bytesAreGone = (event: RecordedEvent) =>
  recorded(
    new DataQualityIssue({
      field: "body",
      value: event.stream,
      reason: "The message's bytes were redacted",
      nextStep: "Resubmit it with a body: traveler exceptions resubmit ID --body FILE, or waive it"
    })
  )

/** The twin takes the original's place: it names it in `corrects`, keeps its sequence, and is tried like any other. */
export const resubmissions: Reaction<Journal | Persons> = {
  name: "resubmissions",
  react: (event) => {
    if (event.type !== "MessageResubmitted" || event.data.subject.kind !== "message") return undefined
    const { attempt, contentType, digest, subject, type } = event.data
    return Effect.gen(function* () {
      const journal = yield* Journal
      const persons = yield* Persons
      const id = CaseId.make(event.stream.slice("case/".length))
      const body = yield* journal.raw(digest)
      if (body === undefined) return [settled("resubmissions", event, id, attempt, bytesAreGone(event))]
      const { message } = subject
      const delivery = type === undefined ? subject.delivery : { ...subject.delivery, type, schemaVersion }
      const delivered = {
        ...delivery,
        contentType,
        routingKey: `${delivery.plant}.${delivery.type}`,
        messageId: message.messageId,
        redelivered: true,
        body
      }
      const reading = read(delivered)
      const incoming = address(delivered, reading, { receivedAt: event.metadata.occurredAt })
      if (incoming.content._tag === "NotUnderstood") {
        return [settled("resubmissions", event, id, attempt, incoming.content.failure)]
      }
      const badge = badgeOf(reading)
      const [by] = badge === undefined ? [] : yield* persons.identify([{ plant: delivery.plant, badge }])
      const metadata = {
        ...reactionMetadata("resubmissions", event, incoming.stream),
        source: resubmissionSource,
        messageId: MessageId.make(`${id}/${attempt}`),
        digest,
        occurredAt: incoming.metadata.occurredAt,
        corrects: message,
        ...(incoming.metadata.sequence === undefined ? {} : { sequence: incoming.metadata.sequence }),
        ...(by === undefined ? {} : { by })
      }
      return [{ ...incoming, metadata }]
    })
  }
}

/**
 * For a twin that its actor couldn't decide: told to the case that sent it, which is open again with the reason, rather
 * than to a new case about the twin.
 */
export const undecidedTwin = ({ metadata, redelivered }: Incoming, failure: RecordedFailure): Incoming => {
  const [id = "", attempt = "0"] = metadata.messageId.split("/")
  const { corrects: _, ...about } = metadata
  const caseId = CaseId.make(id)
  return {
    stream: caseStream(caseId),
    metadata: { ...about, messageId: MessageId.make(`${id}/${attempt}/undecided`) },
    content: {
      _tag: "Understood",
      message: {
        type: "ResubmissionSettled",
        body: { caseId, occurredAt: metadata.occurredAt, attempt: Number(attempt), failure }
      }
    },
    redelivered
  }
}

/** Whatever stream recorded the twin, or parked it again, its first event tells the case. */
export const settlements: Reaction = {
  name: "settlements",
  react: (event) => {
    if (event.metadata.source !== resubmissionSource || event.part !== 0 || category(event.stream) === "case") {
      return undefined
    }
    const [id = "", attempt = "0"] = event.metadata.messageId.split("/")
    const failure = event.type === "MessageParked" ? event.data.failure : undefined
    return Effect.succeed([settled("settlements", event, CaseId.make(id), Number(attempt), failure)])
  }
}
