// The statements that find and read what an export holds: whole rows, with the hash before each. Used by `export.ts` and
// `wanted.ts`.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { EventRow } from "../../core/journal/event.ts"
import { genesis } from "../../core/journal/hash.ts"
import type { StreamName } from "../../core/journal/stream.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { type EventColumns, eventColumns, toRow } from "../postgres/statements/columns.ts"
import { int8s } from "../postgres/statements/parameters.ts"

const failing = technicalFailure("events of the journal")

/** Offsets in one partition, in order. */
export interface Offsets {
  readonly partition: number
  readonly offsets: ReadonlyArray<number>
}

/** Of one stream's events; none for a stream that isn't there. */
export const offsetsOfStream = Effect.fnUntraced(function* (partition: number, name: StreamName) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly offset: string }>`
    select e."offset"::text from event e
    where e.partition = ${partition}
      and e.stream_key = (select key from stream where partition = ${partition} and name = ${name})
    order by e."offset"`
  return rows.map(({ offset }) => Number(offset))
}, Effect.mapError(failing))

/** Of the events recorded from one time to before another: a run, since that time never goes back within a partition. */
export const offsetsOfTime = Effect.fnUntraced(function* (partition: number, from: number, to: number) {
  const sql = yield* SqlClient.SqlClient
  const [run] = yield* sql<{ readonly first: string | null; readonly last: string | null }>`
    select min("offset")::text as first, max("offset")::text as last from event
    where partition = ${partition} and recorded_at >= ${from}::int8 and recorded_at < ${to}::int8`
  if (run?.first == null || run.last === null) return []
  const first = Number(run.first)
  return Array.from({ length: Number(run.last) - first + 1 }, (_, index) => first + index)
}, Effect.mapError(failing))

type WholeRow = EventColumns & {
  readonly stream_key: number
  readonly name: string
  readonly previous: Uint8Array | null
}

/** In order of offset; an event that is gone is absent. */
export const rowsAt = Effect.fnUntraced(function* ({ offsets, partition }: Offsets) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<WholeRow>`
    select ${sql.literal(eventColumns)},
      coalesce((select name from stream s where s.partition = event.partition and s.key = stream_key), '') as name,
      (select before.hash from event before
        where before.partition = ${partition} and before."offset" = event."offset" - 1) as previous
    from event
    where partition = ${partition} and "offset" = any(${int8s(offsets)})
    order by "offset"`
  return rows.map((columns): { readonly row: EventRow; readonly previous: Uint8Array } => ({
    row: { ...toRow(columns, columns.name), key: columns.stream_key },
    previous: columns.previous ?? genesis
  }))
}, Effect.mapError(failing))
