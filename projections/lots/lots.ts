// The view `lots`: what is known of each lot, the exact balance of what came and went, and where it is.
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { isLotEvent } from "../../core/event/lot.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { lotOf, type StreamName } from "../../core/journal/stream.ts"
import { copiedRows } from "../copied-rows.ts"
import type { OfHistories, Projection } from "../projection.ts"
import { columnNames, recordset, takeExcluded } from "../recordset.ts"
import { byText } from "../sorted.ts"
import { LotChanges, visible } from "./changes.ts"
import type { Lot } from "./lot.ts"
import { balance, type Column } from "./movement.ts"
import { type LotColumns, tables } from "./tables.ts"

const keyColumns = { scope: "text", item: "text", lot: "text" }
const visibleColumns = {
  disposition: "text",
  reason: "text",
  taken_over_at: "text",
  expires_at: "text",
  expired: "boolean",
  supplier: "text",
  supplier_lot: "text",
  certificate: "text",
  breaches: "jsonb",
  version: "integer",
  updated_at: "float8",
  state: "json"
}
const viewColumns = { ...keyColumns, ...visibleColumns }
const sumColumns = {
  taken_over: "numeric",
  received: "numeric",
  received_back: "numeric",
  produced: "numeric",
  returned: "numeric",
  derived: "numeric",
  adjusted: "numeric",
  passed_on: "numeric",
  consumed: "numeric",
  sampled: "numeric",
  scrapped: "numeric",
  shipped: "numeric"
} satisfies { readonly [Name in Column]: string }
const balanceColumns = { ...keyColumns, unit: "text", ...sumColumns }
const locationColumns = { ...keyColumns, location: "text", unit: "text", quantity: "numeric" }

const textOf = ({ scope, item, lot }: LotColumns): string => `${scope}\n${item}\n${lot}`

const columnsOf = (stream: StreamName): LotColumns => {
  const { scope, itemId: item, lotId: lot } = lotOf(stream)
  return { scope, item, lot }
}

const load = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, events: ReadonlyArray<RecordedEvent>) {
  const keys = new Map(events.map(({ stream }) => [stream, columnsOf(stream)]))
  const rows = yield* sql<LotColumns & { readonly state: Lot }>`
    select scope, item, lot, state from lot_view join ${recordset(sql, keyColumns, [...keys.values()])}
      using (scope, item, lot)`
  const stored = new Map(rows.map((row) => [textOf(row), row.state]))
  const sorted = byText([...keys], ([, key]) => textOf(key))
  return new Map(sorted.map(([stream, key]) => [stream, new LotChanges(key, stored.get(textOf(key)))]))
})

const viewRow = ({ key, lot }: LotChanges) => ({ ...key, ...visible(lot) })

/** What `apply` leaves of them in empty tables. */
const rowsOfHistories: OfHistories["rows"] = (histories) => {
  const byStream = new Map<StreamName, LotChanges>()
  for (const event of histories.filter(isLotEvent)) {
    const { stream } = event
    const lot = byStream.get(stream) ?? new LotChanges(columnsOf(stream))
    byStream.set(stream, lot)
    lot.take(event)
  }
  const changes = [...byStream.values()]
  return [
    copiedRows("lot_view", viewColumns, changes.map(viewRow)),
    copiedRows(
      "lot_balance",
      balanceColumns,
      changes.flatMap(({ sums }) => [...sums.values()])
    ),
    copiedRows(
      "lot_location",
      locationColumns,
      changes.flatMap(({ locations }) => [...locations.values()])
    )
  ]
}

const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, batch) {
  // A message that was parked on a lot's stream says nothing of the lot yet.
  const events = batch.filter(isLotEvent)
  if (events.length === 0) return
  const byStream = yield* load(sql, events)
  for (const event of events) byStream.get(event.stream)?.take(event)
  const changes = [...byStream.values()]
  yield* sql`
    insert into lot_view (${columnNames(sql, viewColumns)})
    select * from ${recordset(sql, viewColumns, changes.map(viewRow))}
    on conflict (scope, item, lot) do update set ${takeExcluded(sql, visibleColumns)}`
  const sums = changes.flatMap((change) => [...change.sums.values()])
  if (sums.length > 0) {
    const added = sql.literal(
      Object.keys(balance)
        .map((name) => `${name} = known.${name} + excluded.${name}`)
        .join(", ")
    )
    yield* sql`
      insert into lot_balance as known (${columnNames(sql, balanceColumns)})
      select * from ${recordset(sql, balanceColumns, sums)}
      on conflict (scope, item, lot, unit) do update set ${added}`
  }
  const locations = changes.flatMap((change) => [...change.locations.values()])
  if (locations.length > 0) {
    yield* sql`
      insert into lot_location as known (${columnNames(sql, locationColumns)})
      select * from ${recordset(sql, locationColumns, locations)}
      on conflict (scope, item, lot, location, unit) do update set quantity = known.quantity + excluded.quantity`
  }
})

export const lots: Projection = {
  name: "lots",
  version: 5,
  tables,
  apply,
  ofHistories: { category: "lot", rows: rowsOfHistories }
}
