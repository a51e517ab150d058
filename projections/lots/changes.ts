// What a batch of events changes of one lot: its row, its sums, its places. Pure but for its own state; used by this
// folder alone.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { add, type Decimal, zero } from "../../core/plant/decimal.ts"
import { evolve, isExpired, type Lot, unknownLot } from "./lot.ts"
import { type Column, movementsOf, placementsOf } from "./movement.ts"
import type { LotColumns } from "./tables.ts"

/** What of a lot is a column of its own, and the state that the next event is applied to. */
export const visible = (lot: Lot) => ({
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
export class LotChanges {
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
