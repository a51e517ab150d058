// Events that any stream may hold, written by the partition that hosts its actor. Anyone may import this file.
import { Schema } from "effect"
import { RecordedFailure } from "../failure.ts"
import { CaseSubject } from "../message/exception.ts"

/** A message that changed nothing: kept, so that its id is handled for ever. */
const MessageNoted = Schema.Struct({ type: Schema.String, reason: Schema.String })

/**
 * A message that can't be understood or decided. Its bytes are in `raw` under the metadata's digest. `waiting` is the
 * stream that it belongs to, where it is parked on its case's own: that one has never seen it.
 */
const MessageParked = Schema.Struct({
  failure: RecordedFailure,
  subject: CaseSubject,
  waiting: Schema.optionalKey(Schema.String)
})

/**
 * The body of a message that gave no id came again, and the broker doesn't say that it redelivered it; or a body came
 * under another id than before, and was recorded once more.
 */
const DuplicateSuspected = Schema.Struct({ failure: RecordedFailure, subject: CaseSubject })

export const genericEvents = { MessageNoted, MessageParked, DuplicateSuspected } as const

export type GenericEvent = {
  [Type in keyof typeof genericEvents]: { readonly type: Type; readonly data: (typeof genericEvents)[Type]["Type"] }
}[keyof typeof genericEvents]
