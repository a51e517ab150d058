// The view `lots`: what is known of each lot, the exact balance of what came and went, and where it is.
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { isLotEvent } from "../../core/event/lot.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { lotOf, type StreamName } from "../../core/journal/stream.ts"
import { add, type Decimal, zero } from "../../core/plant/decimal.ts"
import type { Projection } from "../projection.ts"
import { columnNames, recordset, takeExcluded } from "../recordset.ts"
import { byText } from "../sorted.ts"
import { evolve, isExpired, type Lot, unknownLot } from "./lot.ts"
import { balance, type Column, movementsOf, placementsOf } from "./movement.ts"
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

const visible = (lot: Lot) => ({
  disposition: lot.disposition?.is,
  reason: lot.disposition?.reason,
  taken_over_at: lot.takenOver,
  expires_at: lot.expiry?.expiresAt,
  expired: isExpired(lot),
  supplier: lot.supplier?.partnerId,
  supplier_lot: lot.supplier?.lotId,
  certificate: lot.supplier?.certificate,
  breaches: lot.breaches,
  version: lot.version,
  updated_at: lot.updatedAt,
  state: lot
})

type SumRow = LotColumns & { readonly unit: string } & { [Name in Column]: Decimal }
type LocationRow = LotColumns & { readonly location: string; readonly unit: string; quantity: Decimal }

const nothing: { readonly [Name in Column]: Decimal } = {
  taken_over: zero,
  received: zero,
  received_back: zero,
  produced: zero,
  returned: zero,
  derived: zero,
  adjusted: zero,
  passed_on: zero,
  consumed: zero,
  sampled: zero,
  scrapped: zero,
  shipped: zero
}

/** What a batch changes of one lot. */
class LotChanges {
  readonly key: LotColumns
  lot: Lot
  readonly sums = new Map<string, SumRow>()
  readonly locations = new Map<string, LocationRow>()

  constructor(key: LotColumns, stored: Lot = unknownLot) {
    this.key = key
    this.lot = stored
  }

  take(event: RecordedEvent): void {
    this.lot = evolve(this.lot, event)
    for (const { column, quantity } of movementsOf(event)) {
      const row = this.#sum(quantity.unit)
      row[column] = add(row[column], quantity.value)
    }
    for (const { location, quantity } of placementsOf(event)) {
      const row = this.#location(location, quantity.unit)
      row.quantity = add(row.quantity, quantity.value)
    }
  }

  #sum(unit: string): SumRow {
    const known = this.sums.get(unit)
    if (known !== undefined) return known
    const row = { ...this.key, unit, ...nothing }
    this.sums.set(unit, row)
    return row
  }

  #location(location: string, unit: string): LocationRow {
    const text = `${location}\n${unit}`
    const row = this.locations.get(text) ?? { ...this.key, location, unit, quantity: zero }
    this.locations.set(text, row)
    return row
  }
}

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

const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, batch) {
  // A message that was parked on a lot's stream says nothing of the lot yet.
  const events = batch.filter(isLotEvent)
  if (events.length === 0) return
  const byStream = yield* load(sql, events)
  for (const event of events) byStream.get(event.stream)?.take(event)
  const changes = [...byStream.values()]
  const rows = changes.map(({ key, lot }) => ({ ...key, ...visible(lot) }))
  yield* sql`
    insert into lot_view (${columnNames(sql, viewColumns)}) select * from ${recordset(sql, viewColumns, rows)}
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

export const lots: Projection = { name: "lots", version: 5, tables, apply }
