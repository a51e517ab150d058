// Messages from the poster and the timers to the actor that asked for an ERP document. Anyone may import this file.
import { Schema } from "effect"
import { orderEvents } from "../event/order.ts"
import { OrderId } from "../plant/identifiers.ts"
import { OccurredAt } from "../plant/time.ts"

const about = { orderId: OrderId, occurredAt: OccurredAt }

/** Outcome name → body; the event that the actor records has the same name and content. */
export const postingMessages = {
  PostingAccepted: Schema.Struct({ ...about, ...orderEvents.PostingAccepted.fields }),
  PostingVerified: Schema.Struct({ ...about, ...orderEvents.PostingVerified.fields }),
  PostingDeferred: Schema.Struct({ ...about, ...orderEvents.PostingDeferred.fields }),
  PostingResumed: Schema.Struct({ ...about, ...orderEvents.PostingResumed.fields }),
  PostingInDoubt: Schema.Struct({ ...about, ...orderEvents.PostingInDoubt.fields }),
  PostingFailed: Schema.Struct({ ...about, ...orderEvents.PostingFailed.fields })
} as const

export type PostingMessage = {
  [Type in keyof typeof postingMessages]: { readonly type: Type; readonly body: (typeof postingMessages)[Type]["Type"] }
}[keyof typeof postingMessages]
