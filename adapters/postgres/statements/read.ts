// The statements that read logs forward and find their ends. Used by `journal.ts`.
// Each inner query has a limit or an `offset 0`: Postgres then takes it partition by partition through an index and
// can't turn it into a join over all 64 (a plan made while the journal was empty would do that, and be kept).
import type { SqlClient } from "effect/sql"
import type { HistoriesAsked } from "../../../core/journal/journal.ts"
import { type EventColumns, eventColumns } from "./columns.ts"
import { int4s, int8s, texts } from "./parameters.ts"

export interface NamedEvent extends EventColumns {
  readonly name: string
}

/** Events after each partition's offset, the partitions in the order given, at most `limit` in all. */
export const eventsAfter = (sql: SqlClient.SqlClient, after: ReadonlyArray<readonly [number, number]>, limit: number) =>
  sql<NamedEvent>`
    select e.*, (select name from stream s where s.partition = e.partition and s.key = e.stream_key) as name
    from unnest(
      ${int4s(after.map(([partition]) => partition))},
      ${int8s(after.map(([, offset]) => offset))}
    ) as checkpoint (partition, last)
    cross join lateral (
      select ${sql.literal(eventColumns)} from event
      where event.partition = checkpoint.partition and event."offset" > checkpoint.last
      order by event."offset"
      limit ${limit}
    ) e
    limit ${limit}`

/** One stream's events after a version, in order. */
export const streamAfter = (
  sql: SqlClient.SqlClient,
  stream: { readonly partition: number; readonly key: number },
  version: number,
  limit: number | undefined
) =>
  sql<EventColumns>`
    select ${sql.literal(eventColumns)} from event
    where partition = ${stream.partition} and stream_key = ${stream.key} and version > ${version}
    order by version
    ${limit === undefined ? sql`` : sql`limit ${limit}`}`

/** Stream by stream, each by the index of its versions. */
export const historiesOf = (
  sql: SqlClient.SqlClient,
  { afterKey, category, lastKey, partition, types, upTo }: HistoriesAsked
) =>
  sql<NamedEvent>`
    select e.*, s.name
    from (
      select key, name from stream
      where partition = ${partition} and key > ${afterKey}::int4 and key <= ${lastKey}::int4
        ${category === undefined ? sql`` : sql`and starts_with(name, ${`${category}/`})`}
      order by key offset 0
    ) s
    cross join lateral (
      select ${sql.literal(eventColumns)} from event
      where event.partition = ${partition} and event.stream_key = s.key and event."offset" <= ${upTo}::int8
        ${types === undefined ? sql`` : sql`and event.type = any(${texts(types)})`}
      order by event.version offset 0
    ) e`

/** Whole rows of one partition, with their stream's key. A stream whose name is gone has none, which no hash agrees with. */
export const rowsAfter = (sql: SqlClient.SqlClient, partition: number, after: number, limit: number) =>
  sql<NamedEvent & { readonly stream_key: number }>`
    select e.*, coalesce(
      (select name from stream s where s.partition = e.partition and s.key = e.stream_key), '') as name
    from (
      select ${sql.literal(eventColumns)} from event
      where partition = ${partition} and "offset" > ${after}::int8
      order by "offset"
      limit ${limit}
    ) e`

/** The last row of a partition, and the highest key that it has given to a stream; one row always. */
export const headOf = (sql: SqlClient.SqlClient, partition: number) =>
  sql<{
    readonly last_key: number
    readonly offset: bigint | null
    readonly hash: Uint8Array | null
    readonly recorded_at: bigint | null
  }>`
    select coalesce((select max(key) from stream where partition = ${partition}), 0) as last_key, e.*
    from (values (1)) as one
    left join (
      select "offset", hash, recorded_at from event where partition = ${partition} order by "offset" desc limit 1
    ) e on true`

export const lastOffsets = (sql: SqlClient.SqlClient, partitions: number) =>
  sql<{ readonly partition: number; readonly offset: bigint | null }>`
    select partition, (select max("offset") from event where event.partition = p.partition) as "offset"
    from generate_series(0, ${partitions - 1}) as p (partition)`
