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
import { itemWordOf } from "./item-word.ts"
import { finishOf, planOf, wordOf } from "./progress.ts"
import { takenBackBy, toldBy } from "./reversal.ts"
import { stockOf } from "./stock.ts"
import {
  finishColumns,
  flowColumns,
  itemWordColumns,
  planColumns,
  stockColumns,
  tables,
  wordColumns
} from "./tables.ts"
import { type Counted, totalColumns, totalNames, totalsOf } from "./total.ts"

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

const itemWordRows = (event: RecordedEvent) => {
  const word = itemWordOf(event)
  return word === undefined ? [] : [{ stream: event.stream, ...ofEvent(event), ...rankColumnsOf(event), ...word }]
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

const reversalsOf = (event: RecordedEvent) => {
  const takenBack = takenBackBy(event)
  return takenBack === undefined
    ? []
    : [{ stream: event.stream, ...takenBack, known_until: event.recordedAt, until_offset: event.offset }]
}

/**
 * Ends the rows that these take back, which stand before them in the same stream: they are stored by now. Gives what of it
 * counted in totals.
 */
const end = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, events: ReadonlyArray<RecordedEvent>) {
  const reversals = byText(events.flatMap(reversalsOf), ({ stream, until_offset }) => `${stream}\n${until_offset}`)
  const named = recordset(sql, reversalColumns, reversals)
  if (reversals.length === 0) return []
  const set = sql.literal("set known_until = row.known_until, until_offset = row.until_offset")
  const flows = yield* sql<Counted>`
    update flow ${set} from ${named}
    where reporter = row.stream and flow.version = row.version and flow.known_until is null
    returning lot, unit, kind, quantity::text`
  const stock = yield* sql<Counted>`
    update stock ${set} from ${named}
    where lot = row.stream and (stock.version = row.version or stock.told = row.told) and stock.known_until is null
    returning lot, unit, 'onHand' as kind, quantity::text`
  yield* sql`
    update word ${set} from ${named}
    where lot = row.stream and word.version = row.version and word.known_until is null`
  yield* sql`
    update finish ${set} from ${named}
    where "order" = row.stream and finish.version = row.version and finish.known_until is null`
  return [...flows, ...stock]
})

const totalSums = totalNames
  .map((name) => `"${name}" = coalesce(known."${name}" + excluded."${name}", known."${name}", excluded."${name}")`)
  .join(", ")

const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const flows = events.flatMap(flowRows)
  const stock = events.flatMap(stockRows)
  yield* insert(sql, "flow", flowColumns, flows)
  yield* insert(sql, "stock", stockColumns, stock)
  yield* insert(sql, "word", wordColumns, events.flatMap(wordRows))
  yield* insert(sql, "plan", planColumns, events.flatMap(planRows))
  yield* insert(sql, "finish", finishColumns, events.flatMap(finishRows))
  yield* insert(sql, "item_word", itemWordColumns, events.flatMap(itemWordRows))
  const ended = yield* end(sql, events)
  const totals = totalsOf([...flows, ...stock.map((row) => ({ ...row, kind: "onHand" }))], ended)
  if (totals.length === 0) return
  const sorted = byText(totals, ({ lot, unit }) => `${lot}\n${unit}`)
  yield* sql`
    insert into total as known (${columnNames(sql, totalColumns)}) select * from ${recordset(sql, totalColumns, sorted)}
    on conflict (lot, unit) do update set ${sql.literal(totalSums)}`
})

export const ledger: Projection = { name: "ledger", version: 3, tables, apply }
