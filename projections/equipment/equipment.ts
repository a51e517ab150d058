// The view `equipment`: what was said of each work center, whichever day's stream says it, and in any order. What it
// does, for which order, and between which clean breaks follows from that when it is asked for (`timeline.ts`).
import { Effect } from "effect"
import { isEquipmentEvent } from "../../core/event/equipment.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { plantOf } from "../../core/journal/stream.ts"
import { identity } from "../../core/message/metadata.ts"
import { instant } from "../../core/plant/time.ts"
import type { Projection } from "../projection.ts"
import { columnNames, recordset } from "../recordset.ts"
import { byText } from "../sorted.ts"
import { applyPresence, presenceTables } from "./presence.ts"
import {
  type EquipmentEvents,
  isReversal,
  isStatement,
  type Reversal,
  reversedBy,
  type Statements,
  statementsOf
} from "./statement.ts"

/** Every work center that anything was said of. `heard_at`: milliseconds since 1970, of the last time. */
const workCenter = `
create table if not exists work_center (
  plant text collate "C" not null,
  work_center text collate "C" not null,
  heard_at float8 not null,
  primary key (work_center, plant)
) with (fillfactor = 70)`

/** `at` is the instant of `occurred_at` in milliseconds since 1970; by it, source, message and number they are ranked. */
const statement = `
create table if not exists statement (
  stream text collate "C" not null,
  version integer not null,
  -- Of those that one message makes.
  number integer not null,
  plant text collate "C" not null,
  work_center text collate "C" not null,
  kind text collate "C" not null,
  at float8 not null,
  occurred_at text not null,
  source text collate "C" not null,
  message_id text collate "C" not null,
  said jsonb not null,
  primary key (stream, version, number)
)`
const byTime = "create index if not exists statement_by_time on statement (plant, work_center, kind, at)"

/** Reports that were taken back, perhaps before they came. */
const reversal = `
create table if not exists reversal (
  stream text collate "C" not null,
  version integer not null,
  plant text collate "C" not null,
  work_center text collate "C" not null,
  source text collate "C" not null,
  message_id text collate "C" not null,
  partition integer not null,
  "offset" bigint not null,
  recorded_at float8 not null,
  primary key (stream, version)
)`
const byWorkCenter = "create index if not exists reversal_by_work_center on reversal (plant, work_center)"

const workCenterColumns = { plant: "text", work_center: "text", heard_at: "float8" }
const placeColumns = { stream: "text", version: "integer", plant: "text", work_center: "text" }
const messageColumns = { ...placeColumns, source: "text", message_id: "text" }
const reversalColumns = { ...messageColumns, partition: "integer", offset: "bigint", recorded_at: "float8" }
const statementColumns = {
  ...messageColumns,
  number: "integer",
  kind: "text",
  at: "float8",
  occurred_at: "text",
  said: "jsonb"
}

const placeOf = ({ data, stream, version }: EquipmentEvents) => ({
  stream,
  version,
  plant: plantOf(stream),
  work_center: data.workCenterId
})

const statementRows = (event: Statements) => {
  const { messageId: message_id, source } = identity(event.metadata)
  return statementsOf(event).map(({ occurredAt: occurred_at, said: { _tag: kind, ...said } }, number) => {
    const place = placeOf(event)
    return { ...place, source, message_id, number, kind, at: instant(occurred_at), occurred_at, said }
  })
}

const reversalRow = (event: RecordedEvent & Reversal) => {
  const { messageId: message_id, source } = reversedBy(event)
  const { offset, partition, recordedAt: recorded_at } = event
  return { ...placeOf(event), source, message_id, partition, offset, recorded_at }
}

/** The last time that each was heard of. */
const heard = (events: ReadonlyArray<EquipmentEvents>) => {
  const rows = new Map<string, { plant: string; work_center: string; heard_at: number }>()
  for (const event of events) {
    const { plant, work_center } = placeOf(event)
    const key = `${work_center}\n${plant}`
    const heard_at = Math.max(event.recordedAt, rows.get(key)?.heard_at ?? 0)
    rows.set(key, { plant, work_center, heard_at })
  }
  return byText([...rows.values()], ({ plant, work_center }) => `${work_center}\n${plant}`)
}

/** What was taken back isn't here, whichever of the two came first. */
const applyStatements: Projection["apply"] = Effect.fnUntraced(function* (sql, batch) {
  const events: ReadonlyArray<EquipmentEvents> = batch.filter(isEquipmentEvent)
  if (events.length === 0) return
  yield* sql`
    insert into work_center (${columnNames(sql, workCenterColumns)})
    select * from ${recordset(sql, workCenterColumns, heard(events))}
    on conflict (work_center, plant) do update set heard_at = greatest(work_center.heard_at, excluded.heard_at)`
  const reversals = byText(events.filter(isReversal).map(reversalRow), ({ stream }) => stream)
  if (reversals.length > 0) {
    yield* sql`
      insert into reversal (${columnNames(sql, reversalColumns)})
      select * from ${recordset(sql, reversalColumns, reversals)}`
    yield* sql`
      delete from statement using ${recordset(sql, reversalColumns, reversals)}
      where statement.plant = row.plant and statement.work_center = row.work_center
        and statement.source = row.source and statement.message_id = row.message_id`
  }
  const rows = byText(events.filter(isStatement).flatMap(statementRows), ({ stream }) => stream)
  if (rows.length === 0) return
  yield* sql`
    insert into statement (${columnNames(sql, statementColumns)})
    select * from ${recordset(sql, statementColumns, rows)}
    where not exists (
      select from reversal where reversal.plant = row.plant and reversal.work_center = row.work_center
        and reversal.source = row.source and reversal.message_id = row.message_id)`
})

const apply: Projection["apply"] = (sql, events) =>
  Effect.andThen(applyStatements(sql, events), applyPresence(sql, events))

export const equipment: Projection = {
  name: "equipment",
  version: 2,
  tables: [workCenter, statement, byTime, reversal, byWorkCenter, ...presenceTables],
  apply
}
