// Messages of the timers to an actor, besides the poster's own (`posting.ts`). Anyone may import this file.
import { Schema } from "effect"
import { hex, sha256 } from "../journal/hash.ts"
import type { StreamName } from "../journal/stream.ts"
import { MessageId, OrderId, Source } from "../plant/identifiers.ts"
import { LotKey } from "../plant/lot.ts"
import { OccurredAt } from "../plant/time.ts"
import { MessageReference } from "./metadata.ts"

const encoder = new TextEncoder()

/** A longer name than this stands in a message's id by its hash. */
const longestName = 300

/**
 * What a timer fires as is known by the event that asked for it, its stream and its version: one that fires twice is a
 * duplicate.
 */
export const timerReference = (stream: StreamName, version: number): MessageReference => {
  const name = stream.length > longestName ? `sha256:${hex(sha256(encoder.encode(stream)))}` : stream
  return { source: Source.make("traveler/timer"), messageId: MessageId.make(`timer/${name}/${version}`) }
}

export const orderTimers = {
  /** The directive has waited for what it names as long as one may without a person. */
  DirectiveOverdue: Schema.Struct({ orderId: OrderId, occurredAt: OccurredAt, directive: MessageReference })
} as const

export const lotTimers = {
  /** The time has come that a receipt gave as the lot's expiry. */
  LotExpiryReached: Schema.Struct({ ...LotKey.fields, occurredAt: OccurredAt, expiresAt: OccurredAt })
} as const

type Messages<Schemas extends { readonly [type: string]: { readonly Type: unknown } }> = {
  [Type in keyof Schemas]: { readonly type: Type; readonly body: Schemas[Type]["Type"] }
}[keyof Schemas]

export type OrderTimer = Messages<typeof orderTimers>
export type LotTimer = Messages<typeof lotTimers>
export type TimerMessage = OrderTimer | LotTimer
