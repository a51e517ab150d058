// Questions to the view `lots`. Used by the command line and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { LotBreach } from "../../core/event/lot.ts"
import { Decimal } from "../../core/plant/decimal.ts"
import { ItemId, LotId, type PlantId } from "../../core/plant/identifiers.ts"
import { type LotKey, LotScope, plantScope } from "../../core/plant/lot.ts"
import { Unit } from "../../core/plant/quantity.ts"
import { recordset } from "../recordset.ts"

const key = { scope: LotScope, itemId: ItemId, lotId: LotId }

export const LotRow = Schema.Struct({
  ...key,
  disposition: Schema.NullOr(Schema.Literals(["held", "released", "rejected"])),
  reason: Schema.NullOr(Schema.String),
  /** When its history begins, where the ERP had it before that. */
  takenOverAt: Schema.NullOr(Schema.String),
  expiresAt: Schema.NullOr(Schema.String),
  expired: Schema.Boolean,
  supplier: Schema.NullOr(Schema.String),
  supplierLot: Schema.NullOr(Schema.String),
  certificate: Schema.NullOr(Schema.String),
  breaches: Schema.Record(
    Schema.String,
    Schema.Struct({ ...LotBreach.fields, state: Schema.Literals(["open", "waived"]) })
  ),
  version: Schema.Int,
  updatedAt: Schema.Date
})
export type LotRow = typeof LotRow.Type

/** Sums may have more digits than any one quantity. */
export const BalanceRow = Schema.Struct({
  unit: Unit,
  takenOver: Decimal,
  received: Decimal,
  receivedBack: Decimal,
  /** By orders. */
  produced: Decimal,
  returned: Decimal,
  consumed: Decimal,
  /** Out of other lots, and into them. */
  derived: Decimal,
  passedOn: Decimal,
  adjusted: Decimal,
  sampled: Decimal,
  scrapped: Decimal,
  shipped: Decimal,
  onHand: Decimal
})
export type BalanceRow = typeof BalanceRow.Type

/** The empty text is a place that nobody said. */
export const LocationRow = Schema.Struct({ location: Schema.String, unit: Unit, quantity: Decimal })
export type LocationRow = typeof LocationRow.Type

const decodeKeys = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct(key)))
const decodeLots = Schema.decodeUnknownEffect(Schema.Array(LotRow))
const decodeBalances = Schema.decodeUnknownEffect(Schema.Array(BalanceRow))
const decodeLocations = Schema.decodeUnknownEffect(Schema.Array(LocationRow))

/**
 * Lots by their number alone, `<item>/<lot>` or `<scope>/<item>/<lot>`; at most 20. A number may hold slashes, so what
 * follows any of them is looked up.
 */
export const lotsCalled = Effect.fnUntraced(function* (id: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select scope, item as "itemId", lot as "lotId" from lots.lot_view
    where lot = any(array(select substr(${id}::text, at) from generate_series(1, length(${id}::text)) as at
      where at = 1 or substr(${id}::text, at - 1, 1) = '/'))
      and (lot = ${id} or item || '/' || lot = ${id} or scope || '/' || item || '/' || lot = ${id})
    order by scope, item, lot limit 20`
  return yield* decodeKeys(rows).pipe(Effect.orDie)
})

/** One lot with its balance by unit and where it is. */
export const lotByKey = Effect.fnUntraced(function* ({ itemId, lotId, scope }: LotKey) {
  const sql = yield* SqlClient.SqlClient
  const is = sql`scope = ${scope} and item = ${itemId} and lot = ${lotId}`
  const [lot] = yield* sql`
    select scope, item as "itemId", lot as "lotId", disposition, reason, taken_over_at as "takenOverAt", expires_at as "expiresAt", expired, supplier,
      supplier_lot as "supplierLot", certificate, breaches, version, to_timestamp(updated_at / 1000) as "updatedAt"
    from lots.lot_view where ${is}`.pipe(Effect.flatMap(decodeLots), Effect.catchTag("SchemaError", Effect.die))
  if (lot === undefined) return undefined
  const balances = yield* sql`
    select unit, trim_scale(taken_over)::text as "takenOver", trim_scale(received)::text as received, trim_scale(received_back)::text as "receivedBack",
      trim_scale(produced)::text as produced, trim_scale(returned)::text as returned,
      trim_scale(consumed)::text as consumed, trim_scale(derived)::text as derived, trim_scale(passed_on)::text as "passedOn",
      trim_scale(adjusted)::text as adjusted, trim_scale(sampled)::text as sampled,
      trim_scale(scrapped)::text as scrapped, trim_scale(shipped)::text as shipped,
      trim_scale(on_hand)::text as "onHand"
    from lots.lot_balance where ${is} order by unit`
  const locations = yield* sql`
    select location, unit, trim_scale(quantity)::text as quantity from lots.lot_location
    where ${is} and quantity <> 0 order by location, unit`
  return {
    ...lot,
    balances: yield* decodeBalances(balances).pipe(Effect.orDie),
    locations: yield* decodeLocations(locations).pipe(Effect.orDie)
  }
})

/** A lot's word and, by unit, its balance; without a unit where nothing of it ever moved. */
export const LotSumRow = Schema.Struct({
  ...key,
  disposition: LotRow.fields.disposition,
  expired: Schema.Boolean,
  unit: Schema.NullOr(Unit),
  onHand: Schema.NullOr(Decimal)
})
export type LotSumRow = typeof LotSumRow.Type

const decodeSums = Schema.decodeUnknownEffect(Schema.Array(LotSumRow))

/** Every lot of a plant's own scope, and those of other scopes whose numbers begin so. */
export const lotsOfPlant = Effect.fnUntraced(function* (plant: PlantId, numbered: string) {
  const sql = yield* SqlClient.SqlClient
  const scope = plantScope(plant)
  const rows = yield* sql`
    select scope, item as "itemId", lot as "lotId", disposition, expired, unit, trim_scale(on_hand)::text as "onHand"
    from lots.lot_view left join lots.lot_balance using (scope, item, lot)
    where scope = ${scope} or (not starts_with(scope, 'plant/') and starts_with(lot, ${numbered}))`
  return yield* decodeSums(rows).pipe(Effect.orDie)
})

/** Of these lots, those of which anything is known. */
export const lotsKnown = Effect.fnUntraced(function* (lots: ReadonlyArray<LotKey>) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<LotKey>`
    select lot_view.scope, item as "itemId", lot as "lotId"
    from lots.lot_view join ${recordset(sql, { scope: "text", itemId: "text", lotId: "text" }, lots)}
      on lot_view.scope = row.scope and item = row."itemId" and lot = row."lotId"`
})

/** Of these lots, those that were taken over, with when their history begins. */
export const lotsTakenOver = Effect.fnUntraced(function* (lots: ReadonlyArray<LotKey>) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<LotKey & { readonly takenOverAt: string }>`
    select lot_view.scope, item as "itemId", lot as "lotId", taken_over_at as "takenOverAt"
    from lots.lot_view join ${recordset(sql, { scope: "text", itemId: "text", lotId: "text" }, lots)}
      on lot_view.scope = row.scope and item = row."itemId" and lot = row."lotId"
    where taken_over_at is not null`
})

const BalanceOfLot = Schema.Struct({ ...key, unit: Unit, onHand: Decimal })
/** What of a lot there is, or less than nothing. */
export type BalanceOfLot = typeof BalanceOfLot.Type

/** Of lots of these plants' own scopes; of those of no plant's, wherever they are. */
export const balancesOfLots = Effect.fnUntraced(function* (scopes: ReadonlyArray<LotScope>, isElsewhere: boolean) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select scope, item as "itemId", lot as "lotId", unit, trim_scale(on_hand)::text as "onHand"
    from lots.lot_balance
    where on_hand <> 0 and (scope = any(${scopes}::text[]) or (${isElsewhere} and not starts_with(scope, 'plant/')))`
  return yield* Schema.decodeUnknownEffect(Schema.Array(BalanceOfLot))(rows).pipe(Effect.orDie)
})
