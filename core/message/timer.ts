// Messages of the timers to an actor, besides the poster's own (`posting.ts`). Anyone may import this file.
import { Schema } from "effect"
import { nameOrHash, type StreamName } from "../journal/stream.ts"
import { MessageId, Source } from "../plant/identifiers.ts"
import { LotKey } from "../plant/lot.ts"
import { OccurredAt } from "../plant/time.ts"
import { MessageReference } from "./metadata.ts"

/** A longer name than this stands in a message's id by its hash. */
const longestName = 300

/**
 * What a timer fires as is known by the event that asked for it, its stream and its version: one that fires twice is a
 * duplicate.
 */
export const timerReference = (stream: StreamName, version: number): MessageReference => ({
  source: Source.make("traveler/timer"),
  messageId: MessageId.make(`timer/${nameOrHash(stream, longestName)}/${version}`)
})

/** To any stream on which a directive waits. */
export const directiveTimers = {
  /** The directive has waited for what it names as long as one may without a person. */
  DirectiveOverdue: Schema.Struct({ occurredAt: OccurredAt, directive: MessageReference })
} as const

/** To an order that was dispatched to the MES. */
export const orderTimers = {
  /** The MES has had as long to acknowledge it as the plant's policy gives. */
  AcknowledgementOverdue: Schema.Struct({ occurredAt: OccurredAt, revision: Schema.Int, attempt: Schema.Int })
} as const

export const lotTimers = {
  /** The breach has stood as long as one may without a person. */
  LotBreachOverdue: Schema.Struct({
    ...LotKey.fields,
    occurredAt: OccurredAt,
    breach: Schema.String,
    since: Schema.Int
  }),
  /** The time has come that a receipt gave as the lot's expiry. */
  LotExpiryReached: Schema.Struct({ ...LotKey.fields, occurredAt: OccurredAt, expiresAt: OccurredAt })
} as const

type Messages<Schemas extends { readonly [type: string]: { readonly Type: unknown } }> = {
  [Type in keyof Schemas]: { readonly type: Type; readonly body: Schemas[Type]["Type"] }
}[keyof Schemas]

export type DirectiveTimer = Messages<typeof directiveTimers>
export type OrderTimer = Messages<typeof orderTimers>
export type LotTimer = Messages<typeof lotTimers>
export type TimerMessage = DirectiveTimer | OrderTimer | LotTimer
