// Events of what waits on a stream, version 1: directives that name what isn't known, messages that are parked.
// Anyone may import this file.
import { Schema } from "effect"
import { MessageReference } from "../message/metadata.ts"
import { CaseId } from "../plant/identifiers.ts"

export const waitingEvents = {
  /** What a directive waits for hasn't come in time: a person decides. */
  DirectiveOverdue: Schema.Struct({ directive: MessageReference, type: Schema.String, waitsFor: Schema.String }),
  /** What an overdue directive waited for has come after all. */
  DirectiveWentOn: Schema.Struct({ directive: MessageReference }),
  /** A person ends the wait of an overdue directive; it is noted, and changes nothing. */
  DirectiveWaived: Schema.Struct({ directive: MessageReference, caseId: CaseId }),
  /** The wait for a parked message is over: its repaired twin was recorded, or a person waived it. */
  ParkedMessageSettled: Schema.Struct({
    message: MessageReference,
    caseId: CaseId,
    resolution: Schema.Literals(["resubmitted", "waived"])
  })
} as const

export type WaitingEvent = {
  [Type in keyof typeof waitingEvents]: { readonly type: Type; readonly data: (typeof waitingEvents)[Type]["Type"] }
}[keyof typeof waitingEvents]
