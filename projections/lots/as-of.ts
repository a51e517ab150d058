// One lot as `lot show` would have shown it after some of its events: the view's rows, without tables. Pure; used by
// replays.
import { isLotEvent } from "../../core/event/lot.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { add, subtract, zero } from "../../core/plant/decimal.ts"
import type { LotKey } from "../../core/plant/lot.ts"
import { Unit } from "../../core/plant/quantity.ts"
import { byText } from "../sorted.ts"
import { LotChanges, visible } from "./changes.ts"
import { balance, columns } from "./movement.ts"
import type { BalanceRow, LocationRow, LotRow } from "./queries.ts"

/** All of the view's rows but which event came last. */
export type LotAsOf = Omit<LotRow, "version" | "updatedAt"> & {
  readonly balances: ReadonlyArray<BalanceRow>
  readonly locations: ReadonlyArray<LocationRow>
}

export const lotAfter = (key: LotKey, events: ReadonlyArray<RecordedEvent>): LotAsOf => {
  const changes = new LotChanges({ scope: key.scope, item: key.itemId, lot: key.lotId })
  for (const event of events.filter(isLotEvent)) changes.take(event)
  const row = visible(changes.lot)
  return {
    ...key,
    disposition: row.disposition ?? null,
    reason: row.reason ?? null,
    takenOverAt: row.taken_over_at ?? null,
    expiresAt: row.expires_at ?? null,
    expired: row.expired,
    supplier: row.supplier ?? null,
    supplierLot: row.supplier_lot ?? null,
    certificate: row.certificate ?? null,
    breaches: row.breaches,
    balances: balancesOf(changes),
    locations: locationsOf(changes)
  }
}

/** By the plant's time it has expired when that time has come, whoever noticed. */
export const expiredBy = (lot: LotAsOf, at: number): LotAsOf => ({
  ...lot,
  expired: lot.expiresAt !== null && Date.parse(lot.expiresAt) <= at
})

const balancesOf = ({ sums }: LotChanges): ReadonlyArray<BalanceRow> =>
  byText([...sums.values()], ({ unit }) => unit).map((row) => ({
    unit: Unit.make(row.unit),
    takenOver: row.taken_over,
    received: row.received,
    receivedBack: row.received_back,
    produced: row.produced,
    returned: row.returned,
    consumed: row.consumed,
    derived: row.derived,
    passedOn: row.passed_on,
    adjusted: row.adjusted,
    sampled: row.sampled,
    scrapped: row.scrapped,
    shipped: row.shipped,
    onHand: columns.reduce(
      (sum, column) => (balance[column] === 1 ? add(sum, row[column]) : subtract(sum, row[column])),
      zero
    )
  }))

const locationsOf = ({ locations }: LotChanges): ReadonlyArray<LocationRow> =>
  byText([...locations.values()], ({ location, unit }) => `${location}\n${unit}`)
    .filter(({ quantity }) => quantity !== zero)
    .map(({ location, quantity, unit }) => ({ location, unit: Unit.make(unit), quantity }))
