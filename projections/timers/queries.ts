// Questions to the view `timers`. Used by what fires them and by whoever waits for the core to be drained.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { StreamName } from "../../core/journal/stream.ts"
import { OrderId, PlantId, PostingKey } from "../../core/plant/identifiers.ts"

export const Timer = Schema.Struct({
  posting: PostingKey,
  stream: Schema.String.pipe(Schema.fromBrand("StreamName", StreamName)),
  /** Of the event that asked for it. */
  version: Schema.Int,
  plant: PlantId,
  orderId: OrderId,
  attempt: Schema.Int,
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
    select posting, stream, version, plant, order_id as "orderId", attempt, due_at as "dueAt",
      traceparent
    from timers.timer where due_at <= ${now}::float8 order by due_at, posting limit ${limit}`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})
