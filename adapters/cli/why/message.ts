// What a message waits for: by its cases, and by what it came to in the stream where it was recorded. Pure. Used by `why`
// alone.
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { identity, type MessageReference } from "../../../core/message/metadata.ts"
import type { CaseRow } from "../../../projections/exceptions/queries.ts"
import { caseToCome, isUnderWay, ofOwnCase } from "./cases.ts"
import { deferredDirective } from "./order.ts"
import type { Reason, Why } from "./reason.ts"

export interface KnownMessage {
  readonly message: MessageReference
  /** The events that carry it, or a repaired twin of it, in the stream that was looked through. */
  readonly events: ReadonlyArray<RecordedEvent>
  /** All about it. */
  readonly cases: ReadonlyArray<CaseRow>
  /** Why the documents that it asked for aren't in the ERP. */
  readonly documents: ReadonlyArray<Reason>
}

/** Whether the event carries this message id, as its own or as that of the message whose place it takes. */
export const carries = ({ metadata }: RecordedEvent, messageId: string): boolean =>
  metadata.messageId === messageId || identity(metadata).messageId === messageId

/** The message that an event carries, by the sender's own id. */
export const messageOf = ({ metadata }: RecordedEvent): MessageReference => {
  const { messageId, source } = identity(metadata)
  return { source, messageId }
}

/** What the last word on it is: parked, or waiting, or settled. */
const pending = ({ events, message }: KnownMessage): ReadonlyArray<Reason> => {
  const last = events.at(-1)
  if (last?.type === "MessageDeferred") return [deferredDirective(last)]
  if (last?.type === "MessageParked" || last?.type === "DuplicateSuspected") {
    return [caseToCome(`message ${message.messageId}`)]
  }
  return []
}

const recordedAs = (events: ReadonlyArray<RecordedEvent>): string => {
  const [first] = events
  if (first === undefined) return ""
  const last = events.at(-1)
  if (last?.type === "MessageNoted") return `it changed nothing (${last.data.reason}) in ${first.stream}`
  const versions = events.map(({ type, version }) => `${version} (${type})`).join(", ")
  return `it became version ${versions} of ${first.stream}, and the same again changes nothing`
}

const decided = ({ decisionReason, id, resolution }: CaseRow): string =>
  `its case ${id} was ${resolution === "resubmitted" ? "settled by a corrected message" : resolution}${decisionReason === null ? "" : ` (${decisionReason})`}`

export const whyMessage = (known: KnownMessage): Why => {
  const { cases, documents, events, message } = known
  const open = cases.filter(isUnderWay)
  const closed = cases.filter((row) => !isUnderWay(row)).map(decided)
  // A closed case has settled what was parked: nothing is to come of it.
  const waiting = open.length > 0 ? open.map(ofOwnCase) : closed.length > 0 ? [] : pending(known)
  const state = [...closed, recordedAs(events)].filter((words) => words !== "").join("; ")
  return {
    subject: "message",
    id: `${message.messageId} of ${message.source}`,
    reasons: [...waiting, ...documents],
    state
  }
}
