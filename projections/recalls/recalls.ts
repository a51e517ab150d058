// The view `recalls`: each recall and each mock recall, with what was answered, how fast, and what was held.
import { Effect } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { lotStream } from "../../core/journal/stream.ts"
import { instant } from "../../core/plant/time.ts"
import type { Projection } from "../projection.ts"
import { columnNames, recordset } from "../recordset.ts"

const columns = {
  id: "text",
  kind: "text",
  lot: "text",
  direction: "text",
  as_of: "text",
  by: "text",
  reason: "text",
  started_at: "float8",
  scope_known_at: "float8",
  completed_at: "float8",
  smallest: "integer",
  largest: "integer",
  shipments: "integer",
  customers: "integer",
  accounted_percent: "numeric",
  held_scope: "text",
  held_lots: "integer",
  report: "text"
}

/** Times are milliseconds since 1970. */
const recall = `
create table if not exists recall (
  id text collate "C" primary key,
  kind text not null,
  -- Name of the lot's stream.
  lot text not null,
  direction text not null,
  as_of text,
  -- Null where the core practised by itself.
  by text,
  reason text not null,
  started_at float8 not null,
  scope_known_at float8 not null,
  completed_at float8 not null,
  smallest integer not null,
  largest integer not null,
  shipments integer not null,
  customers integer not null,
  accounted_percent numeric not null,
  held_scope text,
  held_lots integer not null,
  report text not null
)`

type Recorded = Extract<RecordedEvent, { readonly type: "RecallRecorded" }>

const rowOf = ({ data, metadata }: Recorded) => ({
  id: data.recallId,
  kind: data.kind,
  lot: lotStream(data.lot),
  direction: data.direction,
  as_of: data.asOf,
  by: metadata.by,
  reason: data.reason,
  started_at: instant(data.startedAt),
  scope_known_at: instant(data.scopeKnownAt),
  completed_at: instant(data.completedAt),
  ...data.scopes,
  shipments: data.shipments,
  customers: data.customers,
  accounted_percent: data.accountedPercent,
  held_scope: data.held?.scope,
  held_lots: data.held?.lots ?? 0,
  report: data.report
})

/** One recall is recorded once: an id that comes again is another sender's, and the first one stands. */
const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const rows = events.filter((event) => event.type === "RecallRecorded").map(rowOf)
  if (rows.length === 0) return
  yield* sql`
    insert into recall (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, rows)}
    on conflict do nothing`
})

export const recalls: Projection = { name: "recalls", version: 1, tables: [recall], apply }
