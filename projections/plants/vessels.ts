// What was said of each plant's vessels, word by word, in both times. Part of the view `plants`, used by it alone.
import { Effect } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { plantOf } from "../../core/journal/stream.ts"
import { instant } from "../../core/plant/time.ts"
import type { Projection } from "../projection.ts"
import { columnNames, recordset } from "../recordset.ts"

const columns = {
  plant: "text",
  version: "integer",
  partition: "integer",
  offset: "bigint",
  occurred_at: "float8",
  recorded_at: "float8",
  location: "text",
  mixing: "text",
  from: "float8",
  by: "text",
  reason: "text"
}

/** As other views that are cut by time have it (`cut.ts`). */
export const vessel = `
create table if not exists vessel (
  plant text collate "C" not null,
  -- Of its event in the plant's stream.
  version integer not null,
  partition integer not null,
  "offset" bigint not null,
  -- Times are milliseconds since 1970: when a person said it, and when that was recorded.
  occurred_at float8 not null,
  recorded_at float8 not null,
  -- Nothing takes a word back but a later one.
  known_until float8,
  until_offset bigint,
  location text collate "C" not null,
  -- Null where it is no vessel.
  mixing text,
  "from" float8 not null,
  by text,
  reason text not null,
  primary key (plant, version)
)`

type Said = Extract<RecordedEvent, { readonly type: "VesselDefined" }>

const rowOf = ({ data, metadata, offset, partition, recordedAt, stream, version }: Said) => ({
  plant: plantOf(stream),
  version,
  partition,
  offset,
  occurred_at: instant(metadata.occurredAt),
  recorded_at: recordedAt,
  location: data.storageLocation,
  mixing: data.mixing,
  from: instant(data.from),
  by: metadata.by,
  reason: data.reason
})

export const applyVessels: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const rows = events.filter((event) => event.type === "VesselDefined").map(rowOf)
  if (rows.length === 0) return
  yield* sql`insert into vessel (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, rows)}`
})
