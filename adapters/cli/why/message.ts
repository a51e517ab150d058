// What a message waits for: by its cases, and by what it came to in the stream where it was recorded. Pure. Used by `why`
// alone.

import { endsWait } from "../../../core/event/waiting.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import type { MessageReference } from "../../../core/message/metadata.ts"
import type { CaseRow } from "../../../projections/exceptions/queries.ts"
import { caseToCome, isUnderWay, messageOf, ofOwnCase } from "./cases.ts"
import { deferredReversal } from "./lot.ts"
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
export const carries = (event: RecordedEvent, messageId: string): boolean => {
  const { metadata } = event
  const isTwins = metadata.corrects !== undefined && metadata.messageId === messageId
  return isTwins || messageOf(event).messageId === messageId
}

/** The message was recorded all the same, by the events before this one. */
const isOnlySuspected = ({ data, type }: RecordedEvent): boolean =>
  type === "DuplicateSuspected" && data.subject.kind === "message" && data.subject.recorded === true

/** Not the message's own: a rule that it breaks, say, or what it let go on. */
const isOfWhatFollowed = ({ part }: RecordedEvent): boolean => part !== undefined && part > 0

/** What the last word on it is: parked, or waiting, or settled. */
const pending = ({ events, message }: KnownMessage): ReadonlyArray<Reason> => {
  const last = events.findLast((event) => !isOnlySuspected(event) && (!isOfWhatFollowed(event) || endsWait(event)))
  switch (last?.type) {
    case "MessageDeferred":
      return [deferredDirective(last)]
    case "LotReversalDeferred":
      return [deferredReversal(last)]
    case "MessageParked":
    case "DuplicateSuspected":
      return [caseToCome(`message ${message.messageId}`)]
    default:
      return []
  }
}

/** Whether it was sent twice is a question of its own, and keeps the message from nothing. */
const suspected = ({ cases, events, message }: KnownMessage): ReadonlyArray<Reason> => {
  const rows = cases.filter(({ recorded }) => recorded)
  if (rows.length > 0) return rows.filter(isUnderWay).map(ofOwnCase)
  return events.some(isOnlySuspected)
    ? [caseToCome(`whether message ${message.messageId} is one report that was sent twice`)]
    : []
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
  const own = cases.filter(({ recorded }) => !recorded)
  const open = own.filter(isUnderWay)
  // A closed case has settled what was parked: nothing is to come of it.
  const waiting = open.length > 0 ? open.map(ofOwnCase) : own.length > 0 ? [] : pending(known)
  const closed = cases.filter((row) => !isUnderWay(row)).map(decided)
  const state = [...closed, recordedAs(events)].filter((words) => words !== "").join("; ")
  return {
    subject: "message",
    id: `${message.messageId} of ${message.source}`,
    reasons: [...waiting, ...documents, ...suspected(known)],
    state
  }
}
