// The transaction that applies events to a view. Used by the runner and by rebuilds.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../core/journal/event.ts"
import type { Checkpoint } from "../core/port/checkpoints.ts"
import { moveCheckpoint } from "./checkpoint.ts"
import { type Projection, schemaInFront } from "./projection.ts"

/**
 * Until the transaction ends. A commit needn't wait for the disk: commits reach it in order, so a crash takes back the
 * last batches with their checkpoints, and they are applied again. Handlers look rows up by key and nothing else; a
 * plan made while the tables were empty would scan them for as long as it is kept.
 */
const settings = (sql: SqlClient.SqlClient, schema: string) => sql`
  select set_config('synchronous_commit', 'off', true), set_config('enable_seqscan', 'off', true),
    set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    ${schemaInFront(sql, schema)}`

/** All of these events and the checkpoint after them, or nothing. */
export const applyEvents = Effect.fnUntraced(function* (
  projection: Projection,
  from: Checkpoint,
  to: Checkpoint,
  events: ReadonlyArray<RecordedEvent>
) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* settings(sql, projection.name)
      yield* moveCheckpoint(projection, from, to)
      yield* projection.apply(sql, events)
    })
  )
})
