// Which lots suppliers sent lately: what a mock recall begins with. Used by the core's own exercise and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { StreamName } from "../../core/journal/stream.ts"

const decodeRows = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ lot: Schema.String.pipe(Schema.fromBrand("StreamName", StreamName)) }))
)

/**
 * One of the lots that were received since then (milliseconds since 1970); which one follows from the seed, so that
 * exercises go through all of them rather than through the newest again and again. None where none was received.
 */
export const someLotReceived = Effect.fnUntraced(function* (since: number, seed: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select lot from ledger.flow
    where kind = 'received' and lot is not null and known_until is null and occurred_at >= ${since}::float8
    group by lot order by md5(lot || ${seed}) limit 1`
  const [row] = yield* decodeRows(rows).pipe(Effect.orDie)
  return row?.lot
})
