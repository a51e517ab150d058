// The view `reconciliation`: what runs found at each plant and when the last one was, what people have let stand, and which
// documents they have taken as the ERP has them.
import { Effect } from "effect"
import { category, orderOf, plantOf } from "../../core/journal/stream.ts"
import { shownQuantities } from "../../core/message/reconciliation.ts"
import type { Projection } from "../projection.ts"
import { columnNames, recordset, takeExcluded } from "../recordset.ts"
import { byText } from "../sorted.ts"

/** What a month's stream says; the last month that has a run is how it is now. */
const run = `
create table if not exists run (
  stream text collate "C" primary key,
  plant text not null,
  -- Milliseconds since 1970.
  at float8 not null,
  orders integer not null,
  lots integer not null,
  equal integer not null,
  differences integer not null,
  more integer not null
)`
const difference = `
create table if not exists difference (
  stream text collate "C" not null,
  id text collate "C" not null,
  content jsonb not null,
  quantities text not null,
  open boolean not null,
  primary key (stream, id)
)`
const accepted = `
create table if not exists accepted (
  plant text not null,
  difference text collate "C" not null,
  quantities text not null,
  primary key (plant, difference, quantities)
)`
/** What an order's stream said last of it. */
const acknowledged = `
create table if not exists acknowledged (
  stream text collate "C" not null,
  document text collate "C" not null,
  plant text not null,
  order_id text not null,
  content jsonb not null,
  primary key (stream, document)
)`

const runColumns = {
  stream: "text",
  plant: "text",
  at: "float8",
  orders: "integer",
  lots: "integer",
  equal: "integer",
  differences: "integer",
  more: "integer"
}
const contentColumns = { content: "jsonb", quantities: "text", open: "boolean" }
const differenceColumns = { stream: "text", id: "text", ...contentColumns }
const acceptedColumns = { plant: "text", difference: "text", quantities: "text" }
const acknowledgedColumns = { stream: "text", document: "text", plant: "text", order_id: "text", content: "jsonb" }

interface Keyed {
  readonly stream: string
  readonly [column: string]: unknown
}

const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const runs = new Map<string, Keyed>()
  const found = new Map<string, Keyed & { readonly id: string }>()
  const gone = new Map<string, { readonly stream: string; readonly id: string }>()
  const letStand = new Map<
    string,
    { readonly plant: string; readonly difference: string; readonly quantities: string }
  >()
  const taken = new Map<string, Keyed & { readonly document: string }>()
  for (const event of events) {
    const { metadata, stream, type } = event
    const plant = plantOf(stream)
    switch (type) {
      case "PlantReconciled":
        runs.set(stream, { stream, more: 0, ...event.data, at: Date.parse(metadata.occurredAt) })
        break
      case "DifferenceFound": {
        const { id } = event.data
        gone.delete(`${stream}\n${id}`)
        found.set(`${stream}\n${id}`, {
          ...{ stream, id, open: true },
          ...{ content: event.data, quantities: shownQuantities(event.data) }
        })
        break
      }
      case "DifferenceGone": {
        const { id } = event.data
        const key = `${stream}\n${id}`
        const row = found.get(key)
        if (row === undefined) gone.set(key, { stream, id })
        else found.set(key, { ...row, open: false })
        break
      }
      case "DifferenceAccepted": {
        const { difference, quantities } = event.data
        letStand.set(`${plant}\n${difference}\n${quantities}`, { plant, difference, quantities })
        break
      }
      case "DocumentAcknowledged": {
        const { content, document } = event.data
        if (category(stream) !== "order") break
        taken.set(`${stream}\n${document}`, { stream, document, plant, order_id: orderOf(stream), content })
        break
      }
    }
  }
  if (runs.size > 0) {
    const rows = byText([...runs.values()], ({ stream }) => stream)
    yield* sql`
      insert into run (${columnNames(sql, runColumns)}) select * from ${recordset(sql, runColumns, rows)}
      on conflict (stream) do update set ${takeExcluded(sql, runColumns)}`
  }
  if (gone.size > 0) {
    yield* sql`
      update difference set open = false from ${recordset(sql, { stream: "text", id: "text" }, [...gone.values()])}
      where difference.stream = row.stream and difference.id = row.id`
  }
  if (found.size > 0) {
    const rows = byText([...found.values()], ({ id, stream }) => `${stream}\n${id}`)
    yield* sql`
      insert into difference (${columnNames(sql, differenceColumns)}) select * from ${recordset(sql, differenceColumns, rows)}
      on conflict (stream, id) do update set ${takeExcluded(sql, contentColumns)}`
  }
  if (letStand.size > 0) {
    const rows = byText([...letStand.values()], (row) => `${row.plant}\n${row.difference}\n${row.quantities}`)
    yield* sql`
      insert into accepted (${columnNames(sql, acceptedColumns)}) select * from ${recordset(sql, acceptedColumns, rows)}
      on conflict do nothing`
  }
  if (taken.size > 0) {
    const rows = byText([...taken.values()], ({ document, stream }) => `${stream}\n${document}`)
    yield* sql`
      insert into acknowledged (${columnNames(sql, acknowledgedColumns)})
      select * from ${recordset(sql, acknowledgedColumns, rows)}
      on conflict (stream, document) do update set content = excluded.content`
  }
})

export const reconciliation: Projection = {
  name: "reconciliation",
  version: 1,
  tables: [run, difference, accepted, acknowledged],
  apply
}
