// Questions to the view `recalls`. Used by the command line, the core's own exercise and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { StreamName } from "../../core/journal/stream.ts"
import { RecallKind, RecallScope } from "../../core/message/recall.ts"
import { Decimal } from "../../core/plant/decimal.ts"
import { PersonId, RecallId } from "../../core/plant/identifiers.ts"

export const RecallRow = Schema.Struct({
  id: RecallId,
  kind: RecallKind,
  lot: Schema.String.pipe(Schema.fromBrand("StreamName", StreamName)),
  direction: Schema.String,
  asOf: Schema.NullOr(Schema.String),
  by: Schema.NullOr(PersonId),
  reason: Schema.String,
  startedAt: Schema.Date,
  scopeKnownAt: Schema.Date,
  completedAt: Schema.Date,
  smallest: Schema.Int,
  largest: Schema.Int,
  shipments: Schema.Int,
  customers: Schema.Int,
  accountedPercent: Decimal,
  heldScope: Schema.NullOr(RecallScope),
  heldLots: Schema.Int,
  report: Schema.String
})
export type RecallRow = typeof RecallRow.Type

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(RecallRow))

/** The latest first, at most `limit`. */
export const latestRecalls = Effect.fnUntraced(function* (limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select id, kind, lot, direction, as_of as "asOf", by, reason, to_timestamp(started_at / 1000) as "startedAt",
      to_timestamp(scope_known_at / 1000) as "scopeKnownAt", to_timestamp(completed_at / 1000) as "completedAt",
      smallest, largest, shipments, customers, trim_scale(accounted_percent)::text as "accountedPercent",
      held_scope as "heldScope", held_lots as "heldLots", report
    from recalls.recall order by started_at desc, id limit ${limit}`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

/** When the last mock recall was begun; milliseconds since 1970. */
export const lastMockRecall = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly at: number | null }>`
    select max(started_at) as at from recalls.recall where kind = 'mock'`
  return row?.at ?? undefined
})
