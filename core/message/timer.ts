// Messages of the timers to an actor, besides the poster's own (`posting.ts`). Anyone may import this file.
import { Schema } from "effect"
import { OrderId } from "../plant/identifiers.ts"
import { OccurredAt } from "../plant/time.ts"
import { MessageReference } from "./metadata.ts"

export const timerMessages = {
  /** The directive has waited for what it names as long as one may without a person. */
  DirectiveOverdue: Schema.Struct({ orderId: OrderId, occurredAt: OccurredAt, directive: MessageReference })
} as const

export type TimerMessage = {
  [Type in keyof typeof timerMessages]: { readonly type: Type; readonly body: (typeof timerMessages)[Type]["Type"] }
}[keyof typeof timerMessages]
