// How far a projection has come in each partition of the journal. Used by the runner and by whoever waits for a view.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../core/journal/event.ts"
import type { Checkpoint } from "../core/port/checkpoints.ts"
import type { Projection } from "./projection.ts"
import { recordset } from "./recordset.ts"

/** Another runner has applied these events, or the projection's version has changed: nothing was applied here. */
export class CheckpointMoved extends Schema.TaggedError<CheckpointMoved>()("CheckpointMoved", {
  projection: Schema.String
}) {}

export const loadCheckpoint = Effect.fnUntraced(function* ({ name, version }: Projection) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly partition: number; readonly offset: number }>`
    select partition, "offset"::float8 as "offset" from projection_checkpoint
    where projection = ${name} and version = ${version}`
  const checkpoint: Checkpoint = new Map(rows.map((row) => [row.partition, row.offset]))
  return checkpoint
})

/** The checkpoint after these events; they are in order within each partition. */
export const advance = (from: Checkpoint, events: ReadonlyArray<RecordedEvent>): Checkpoint => {
  const to = new Map(from)
  for (const event of events) to.set(event.partition, event.offset)
  return to
}

/**
 * Moves the checkpoints that differ, inside the transaction that applies the events between them. The rows are
 * locked in order, so a second runner waits here and then finds that they have moved: it can't apply a batch twice.
 */
export const moveCheckpoint = Effect.fnUntraced(function* (
  { name, version }: Projection,
  from: Checkpoint,
  to: Checkpoint
) {
  const sql = yield* SqlClient.SqlClient
  const moves: Array<{ partition: number; before: number; after: number }> = []
  for (const [partition, after] of to) {
    const before = from.get(partition)
    if (before !== undefined && before !== after) moves.push({ partition, before, after })
  }
  const moved = yield* sql`
    with move as (
      select * from ${recordset(sql, { partition: "integer", before: "bigint", after: "bigint" }, moves)}
    ), locked as (
      select partition from projection_checkpoint
      where projection = ${name} and version = ${version} and partition in (select partition from move)
      order by partition for update
    )
    update projection_checkpoint as checkpoint set "offset" = move.after
    from move join locked using (partition)
    where checkpoint.projection = ${name} and checkpoint.partition = move.partition
      and checkpoint."offset" = move.before
    returning checkpoint.partition`
  if (moved.length !== moves.length) return yield* new CheckpointMoved({ projection: name })
})

/** How far each of these views has come, all at one time. */
export const checkpointsOf = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly projection: string; readonly partition: number; readonly offset: number }>`
    select projection, partition, "offset"::float8 as "offset" from projection_checkpoint
    where projection = any(string_to_array(${names.join(",")}, ','))`
  const byName = Map.groupBy(rows, ({ projection }) => projection)
  return new Map(
    names.map((name): readonly [string, Checkpoint] => [
      name,
      new Map((byName.get(name) ?? []).map(({ offset, partition }) => [partition, offset]))
    ])
  )
})

/** How many events a view that has come so far is behind these heads (`Journal.heads`). */
export const behind = (checkpoint: Checkpoint, heads: ReadonlyMap<number, number>): number => {
  let events = 0
  for (const [partition, head] of heads) events += Math.max(0, head - (checkpoint.get(partition) ?? 0))
  return events
}

/** How many events the view is behind these heads (`Journal.heads`). */
export const lag = (name: string, heads: ReadonlyMap<number, number>) =>
  Effect.map(checkpointsOf([name]), (all) => behind(all.get(name) ?? new Map(), heads))

/** Whether the view holds everything up to these heads. */
export const caughtUp = (name: string, heads: ReadonlyMap<number, number>) =>
  Effect.map(lag(name, heads), (behind) => behind === 0)
