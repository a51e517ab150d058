// Questions to the view `timers`. Used by what fires them and by tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { StreamName } from "../../core/journal/stream.ts"
import { MessageReference } from "../../core/message/metadata.ts"
import { PostingKey } from "../../core/plant/identifiers.ts"
import { LotKey } from "../../core/plant/lot.ts"
import { OccurredAt } from "../../core/plant/time.ts"

/** What is told when it is due; its time is the due time. */
export const TimedMessage = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("PostingResumed"),
    body: Schema.Struct({ posting: PostingKey, attempt: Schema.Int })
  }),
  Schema.Struct({
    type: Schema.Literal("DirectiveOverdue"),
    body: Schema.Struct({ directive: MessageReference })
  }),
  Schema.Struct({
    type: Schema.Literal("AcknowledgementOverdue"),
    body: Schema.Struct({ revision: Schema.Int, attempt: Schema.Int })
  }),
  Schema.Struct({
    type: Schema.Literal("LotBreachOverdue"),
    body: Schema.Struct({ ...LotKey.fields, breach: Schema.String, since: Schema.Int })
  }),
  Schema.Struct({
    type: Schema.Literal("LotExpiryReached"),
    body: Schema.Struct({ ...LotKey.fields, expiresAt: OccurredAt })
  })
])
export type TimedMessage = typeof TimedMessage.Type

export const Timer = Schema.Struct({
  stream: Schema.String.pipe(Schema.fromBrand("StreamName", StreamName)),
  /** Of the event that asked for it. */
  version: Schema.Int,
  message: TimedMessage,
  /** Milliseconds since 1970. */
  dueAt: Schema.Number,
  traceparent: Schema.NullOr(Schema.String)
})
export type Timer = typeof Timer.Type

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Timer))

/** The timers due at `now` (milliseconds since 1970), the longest overdue first. */
export const dueTimers = Effect.fnUntraced(function* (now: number, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select stream, version, message, due_at as "dueAt", traceparent
    from timers.timer where due_at <= ${now}::float8 order by due_at, key limit ${limit}`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})
