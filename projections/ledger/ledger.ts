// The view `ledger`: every movement of every lot in both times, as its reporter said it and as the lot's own stream has it,
// with what says whether a lot may be used and whether an order is finished. For mass balances of many lots at once, as
// of any time. Rows are only ever added, and ended by what takes them back.
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { rankOf } from "../../core/message/rank.ts"
import { instant } from "../../core/plant/time.ts"
import type { Projection } from "../projection.ts"
import { type Columns, columnNames, recordset } from "../recordset.ts"
import { byText } from "../sorted.ts"
import { flowsOf, plantOfFlow } from "./flow.ts"
import { finishOf, planOf, wordOf } from "./progress.ts"
import { takenBackBy, toldBy } from "./reversal.ts"
import { stockOf } from "./stock.ts"
import { finishColumns, flowColumns, planColumns, stockColumns, tables, wordColumns } from "./tables.ts"

const ofEvent = ({ metadata, offset, partition, recordedAt, version }: RecordedEvent) => ({
  version,
  partition,
  offset,
  occurred_at: instant(metadata.occurredAt),
  recorded_at: recordedAt
})

const rankColumnsOf = ({ metadata }: RecordedEvent) => {
  const { messageId, sequence, source } = rankOf(metadata)
  return { sequence, source, message_id: messageId }
}

const flowRows = (event: RecordedEvent) =>
  flowsOf(event).map(
    ({ counterpart, document, item, kind, location, lot, partnerLot, quantity, workCenter }, line) => ({
      reporter: event.stream,
      line,
      ...ofEvent(event),
      plant: plantOfFlow(event),
      lot,
      item,
      kind,
      quantity: quantity.value,
      unit: quantity.unit,
      location,
      counterpart,
      document,
      partner_lot: partnerLot,
      work_center: workCenter
    })
  )

const stockRows = (event: RecordedEvent) =>
  stockOf(event).map(({ location, quantity }, line) => ({
    lot: event.stream,
    line,
    ...ofEvent(event),
    told: toldBy(event),
    location,
    unit: quantity.unit,
    quantity: quantity.value
  }))

const wordRows = (event: RecordedEvent) => {
  const word = wordOf(event)
  return word === undefined ? [] : [{ lot: event.stream, ...ofEvent(event), ...rankColumnsOf(event), ...word }]
}

const planRows = (event: RecordedEvent) => {
  const plan = planOf(event)
  return plan === undefined ? [] : [{ order: event.stream, ...ofEvent(event), ...rankColumnsOf(event), ...plan }]
}

const finishRows = (event: RecordedEvent) => {
  const finish = finishOf(event)
  return finish === undefined ? [] : [{ order: event.stream, ...ofEvent(event), ...finish }]
}

const insert = <Name extends string>(
  sql: SqlClient.SqlClient,
  table: string,
  columns: Columns<Name>,
  rows: Parameters<typeof recordset<Name>>[2]
) =>
  rows.length === 0
    ? Effect.void
    : sql`insert into ${sql.literal(table)} (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, rows)}`

const reversalColumns = {
  stream: "text",
  version: "integer",
  told: "text",
  known_until: "float8",
  until_offset: "bigint"
}

/** The tables whose rows a version names, and the column that names the stream. */
const endings = { flow: "reporter", stock: "lot", word: "lot", finish: `"order"` }

const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  yield* insert(sql, "flow", flowColumns, events.flatMap(flowRows))
  yield* insert(sql, "stock", stockColumns, events.flatMap(stockRows))
  yield* insert(sql, "word", wordColumns, events.flatMap(wordRows))
  yield* insert(sql, "plan", planColumns, events.flatMap(planRows))
  yield* insert(sql, "finish", finishColumns, events.flatMap(finishRows))
  // Whatever a reversal takes back stands before it in the same stream: it is stored by now.
  const reversals = events.flatMap((event) => {
    const takenBack = takenBackBy(event)
    return takenBack === undefined
      ? []
      : [{ stream: event.stream, ...takenBack, known_until: event.recordedAt, until_offset: event.offset }]
  })
  const sorted = byText(reversals, ({ stream, until_offset }) => `${stream}\n${until_offset}`)
  const named = sorted.filter((reversal) => "version" in reversal)
  const told = sorted.filter((reversal) => "told" in reversal)
  for (const [table, stream] of named.length === 0 ? [] : Object.entries(endings)) {
    yield* sql`
      update ${sql.literal(table)} as known set known_until = row.known_until, until_offset = row.until_offset
      from ${recordset(sql, reversalColumns, named)}
      where known.${sql.literal(stream)} = row.stream and known.version = row.version`
  }
  if (told.length > 0) {
    yield* sql`
      update stock set known_until = row.known_until, until_offset = row.until_offset
      from ${recordset(sql, reversalColumns, told)}
      where stock.lot = row.stream and stock.told = row.told`
  }
})

export const ledger: Projection = { name: "ledger", version: 1, tables, apply }
