// The statement that writes events, and the one that asks whether they are written. Used by the appender only.
import type { SqlClient } from "effect/sql"
import type { EventRow } from "../../../core/journal/event.ts"
import { hex } from "../../../core/journal/hash.ts"
import type { PartitionAppend, RawMessage } from "../../../core/journal/journal.ts"
import { byteas, int4s, int8s, texts } from "./parameters.ts"

/** Each digest once and in order, so that two statements with the same bytes can't wait for each other. */
const distinct = (raw: ReadonlyArray<RawMessage>): ReadonlyArray<RawMessage> =>
  raw.length < 2
    ? raw
    : Array.from(new Map(raw.map((message) => [hex(message.digest), message])))
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([, message]) => message)

/**
 * Events, the names of their new streams and raw bytes of many partitions: one statement, one round trip, one commit.
 * Rows go in by (partition, offset). Raw bytes that are there already are left as they are: the digest says that they
 * are equal, or that they were redacted.
 */
export const insertAppends = (sql: SqlClient.SqlClient, appends: ReadonlyArray<PartitionAppend>) => {
  const sorted = appends.toSorted((left, right) => left.partition - right.partition)
  const rows = sorted.flatMap((append) => append.rows)
  const streams = sorted.flatMap(({ partition, newStreams }) => newStreams.map((stream) => ({ partition, ...stream })))
  const raw = distinct(sorted.flatMap((append) => append.raw))
  return sql`
    with new_stream as (
      insert into stream (partition, key, name)
      select * from unnest(
        ${int4s(streams.map(({ partition }) => partition))},
        ${int4s(streams.map(({ key }) => key))},
        ${texts(streams.map(({ name }) => name))})
    ), new_raw as (
      insert into raw (hash, bytes)
      select * from unnest(
        ${byteas(raw.map(({ digest }) => digest))},
        ${byteas(raw.map(({ bytes }) => bytes))})
      on conflict do nothing
    )
    insert into event
      (partition, "offset", stream_key, version, type, schema_version, recorded_at, content, hash)
    select * from unnest(
      ${int4s(rows.map(({ partition }) => partition))},
      ${int8s(rows.map(({ offset }) => offset))},
      ${int4s(rows.map(({ key }) => key))},
      ${int4s(rows.map(({ version }) => version))},
      ${texts(rows.map(({ type }) => type))},
      ${int4s(rows.map(({ schemaVersion }) => schemaVersion))},
      ${int8s(rows.map(({ recordedAt }) => recordedAt))},
      ${byteas(rows.map(({ content }) => content))},
      ${byteas(rows.map(({ hash }) => hash))})`.raw
}

/** Hashes stored at the offsets of `rows`, which are one partition's and without a gap. */
export const storedHashes = (sql: SqlClient.SqlClient, rows: readonly [EventRow, ...ReadonlyArray<EventRow>]) =>
  sql<{ readonly hash: Uint8Array }>`
    select hash from event
    where partition = ${rows[0].partition}
      and "offset" between ${rows[0].offset}::int8 and ${rows[0].offset + rows.length - 1}::int8
    order by "offset"`

/** Makes the tables that hold these offsets of a partition, where there are none. */
export const makeRanges = (sql: SqlClient.SqlClient, partition: number, first: number, last: number) =>
  sql`select make_event_ranges(${partition}, ${first}::int8, ${last}::int8)`
