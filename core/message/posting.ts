// Messages from the poster and the timers to the actor that asked for an ERP document. Anyone may import this file.
import { Schema, Struct } from "effect"
import { DocumentOfOrder, postingEvents } from "../event/posting.ts"
import { OccurredAt } from "../plant/time.ts"

const about = { occurredAt: OccurredAt }

/** Whether an attempt was a resubmission is what the actor knows, not the poster. */
const said = <Fields extends Schema.Struct.Fields>(fields: Fields) => Struct.omit(fields, ["resubmission"])

/** Outcome name → body; the event that the actor records has the same name and content. */
export const postingMessages = {
  PostingAccepted: Schema.Struct({ ...about, ...postingEvents.PostingAccepted.fields }),
  PostingVerified: Schema.Struct({ ...about, ...said(postingEvents.PostingVerified.fields) }),
  PostingDeferred: Schema.Struct({ ...about, ...postingEvents.PostingDeferred.fields }),
  PostingDateMoved: Schema.Struct({ ...about, ...postingEvents.PostingDateMoved.fields }),
  PostingResumed: Schema.Struct({ ...about, ...postingEvents.PostingResumed.fields }),
  PostingInDoubt: Schema.Struct({ ...about, ...postingEvents.PostingInDoubt.fields }),
  PostingOmitted: Schema.Struct({ ...about, ...said(postingEvents.PostingOmitted.fields) }),
  PostingShadowed: Schema.Struct({ ...about, ...postingEvents.PostingShadowed.fields }),
  PostingAdopted: Schema.Struct({ ...about, ...said(postingEvents.PostingAdopted.fields) }),
  PostingFailed: Schema.Struct({ ...about, ...said(postingEvents.PostingFailed.fields) })
} as const

/** From the poster of an ERP that takes an order's documents together: these are due, each at this attempt. */
export const groupingMessages = {
  PostingsDue: Schema.Struct({
    ...about,
    documents: Schema.Array(Schema.Struct({ ...DocumentOfOrder.fields, attempt: Schema.Int }))
  })
} as const

export type GroupingMessage = {
  [Type in keyof typeof groupingMessages]: {
    readonly type: Type
    readonly body: (typeof groupingMessages)[Type]["Type"]
  }
}[keyof typeof groupingMessages]

export type PostingMessage = {
  [Type in keyof typeof postingMessages]: { readonly type: Type; readonly body: (typeof postingMessages)[Type]["Type"] }
}[keyof typeof postingMessages]
