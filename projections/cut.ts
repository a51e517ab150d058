// What of a view counts: known by then of what had happened by then. Used by the queries of every view that keeps both
// times, and by whoever asks them.
import type { SqlClient } from "effect/sql"
import type { Fragment } from "effect/sql/Statement"
import type { Checkpoint } from "../core/port/checkpoints.ts"

/** Times are milliseconds since 1970. What isn't given cuts nothing. */
export interface Cut {
  /** Recorded by then, and not known by then to be wrong. */
  readonly recordedBy?: number
  /** It had happened by then. */
  readonly occurredBy?: number
  /** Of each partition the events up to this offset alone: views that have come unequally far are read alike. */
  readonly prefix?: Checkpoint
}

export const everything: Cut = {}
export const isEverything = ({ occurredBy, prefix, recordedBy }: Cut): boolean =>
  occurredBy === undefined && prefix === undefined && recordedBy === undefined

/** The offset that the cut gives the row's partition; null, which holds for no row, where it names none. */
const prefixOf = (sql: SqlClient.SqlClient, prefix: Checkpoint): Fragment => {
  const offsets = Array.from(
    { length: Math.max(-1, ...prefix.keys()) + 1 },
    (_, partition) => prefix.get(partition) ?? 0
  )
  return sql`(${`{${offsets.join(",")}}`}::bigint[])[partition + 1]`
}

/**
 * Of a table with `partition`, `offset`, `occurred_at`, `recorded_at`, `known_until` and `until_offset`: the rows that
 * count. Without a cut those that still hold, whatever they say of their times.
 */
export const counts = (sql: SqlClient.SqlClient, { occurredBy, prefix, recordedBy }: Cut): Fragment => {
  const offset = prefix === undefined ? undefined : prefixOf(sql, prefix)
  const holds = sql.or([
    sql`known_until is null`,
    ...(recordedBy === undefined ? [] : [sql`known_until > ${recordedBy}::float8`]),
    ...(offset === undefined ? [] : [sql`until_offset > ${offset}`])
  ])
  return sql.and([
    holds,
    ...(recordedBy === undefined ? [] : [sql`recorded_at <= ${recordedBy}::float8`]),
    ...(occurredBy === undefined ? [] : [sql`occurred_at <= ${occurredBy}::float8`]),
    ...(offset === undefined ? [] : [sql`"offset" <= ${offset}`])
  ])
}
