// Balances in the unit in which each item's stock is kept, where master data convert all of them exactly. Used by recalls
// and by tests. Master data are cut as the balances are: an answer stays what it was, whatever an ERP publishes later.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { masterDataEvents } from "../../core/event/master-data.ts"
import { lotKindOf, lotOf, type StreamName } from "../../core/journal/stream.ts"
import { type Conversion, conversion, type Ratio, ratioBetween } from "../../core/plant/conversion.ts"
import { add, divide, multiply } from "../../core/plant/decimal.ts"
import type { ItemId } from "../../core/plant/identifiers.ts"
import { type LotScope, plantOfScope } from "../../core/plant/lot.ts"
import type { Unit } from "../../core/plant/quantity.ts"
import { type Cut, counts } from "../cut.ts"
import { amountNames, type LotBalance } from "./balance.ts"
import { holdingItemWord } from "./tables.ts"

/** How an item's stock is kept. */
export interface ItemUnit {
  readonly own: Unit
  readonly conversions: ReadonlyArray<Conversion>
}

/** None where one of the amounts has no exact value in that unit. */
const converted = (balance: LotBalance, own: Unit, { denominator, numerator }: Ratio): LotBalance | undefined => {
  const result: { -readonly [Name in keyof LotBalance]: LotBalance[Name] } = { ...balance, unit: own }
  for (const name of amountNames) {
    const amount = divide(multiply(balance[name], numerator), denominator)
    if (amount === undefined) return undefined
    result[name] = amount
  }
  return result
}

const together = (left: LotBalance, right: LotBalance): LotBalance => {
  const result: { -readonly [Name in keyof LotBalance]: LotBalance[Name] } = { ...left }
  for (const name of amountNames) result[name] = add(left[name], right[name])
  return result
}

/** The item's own unit first; what can't be told in it stays as it is. */
export const inOwnUnit = (balances: ReadonlyArray<LotBalance>, item: ItemUnit): ReadonlyArray<LotBalance> => {
  // As nearly all are.
  if (balances.every(({ unit }) => unit === item.own)) return balances
  const owned: Array<LotBalance> = []
  const others: Array<LotBalance> = []
  for (const balance of balances) {
    if (balance.unit === item.own) {
      owned.push(balance)
      continue
    }
    const ratio = ratioBetween(balance.unit, item.own, item.conversions)
    const inOwn = ratio === undefined ? undefined : converted(balance, item.own, ratio)
    if (inOwn === undefined) others.push(balance)
    else owned.push(inOwn)
  }
  const [first, ...rest] = owned
  return first === undefined ? others : [rest.reduce(together, first), ...others]
}

const decodeUnit = Schema.decodeUnknownEffect(masterDataEvents.UnitOfMeasurePublished)
const decodeItem = Schema.decodeUnknownEffect(masterDataEvents.MaterialDefinitionPublished)

/** Of every plant that knows one of these items, by plant. */
const itemUnits = Effect.fnUntraced(function* (items: ReadonlyArray<ItemId>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly plant: string; readonly isUnit: boolean; readonly content: unknown }>`
    select plant, item is null as "isUnit", content from (
      select distinct on (stream) * from ledger.item_word
      where (item is null or item = any(${items}::text[])) and ${counts(sql, cut)}
      order by stream, ${sql.literal(holdingItemWord)}
    ) as held
    where not deleted order by plant, stream`
  const general = new Map<string, Array<Conversion>>()
  for (const { content, isUnit, plant } of rows) {
    if (!isUnit) continue
    const { base, unit } = yield* Effect.orDie(decodeUnit(content))
    const known = general.get(plant) ?? []
    if (base !== undefined) known.push(conversion(unit, base.unit, base))
    general.set(plant, known)
  }
  const known = new Map<string, Map<ItemId, ItemUnit>>()
  for (const { content, isUnit, plant } of rows) {
    if (isUnit) continue
    const { conversions = [], itemId, unit: own } = yield* Effect.orDie(decodeItem(content))
    const ofItem = conversions.map(({ unit, ...ratio }) => conversion(unit, own, ratio))
    const ofPlant = known.get(plant) ?? new Map<ItemId, ItemUnit>()
    known.set(plant, ofPlant.set(itemId, { own, conversions: [...ofItem, ...(general.get(plant) ?? [])] }))
  }
  return known
})

/** Of a lot that is of no one plant the first plant's word counts that has one. */
const unitFor = (known: ReadonlyMap<string, ReadonlyMap<ItemId, ItemUnit>>, scope: LotScope, item: ItemId) => {
  const plant = plantOfScope(scope)
  if (plant !== undefined) return known.get(plant)?.get(item)
  for (const items of known.values()) {
    const unit = items.get(item)
    if (unit !== undefined) return unit
  }
  return undefined
}

/** The same balances, of all these lots, by what had been published as of the same cut. */
export const inOwnUnits = Effect.fnUntraced(function* (
  balances: ReadonlyMap<StreamName, ReadonlyArray<LotBalance>>,
  cut: Cut
) {
  const kinds = Map.groupBy(balances.keys(), lotKindOf)
  const keys = [...kinds].flatMap(([kind, lots]) => lots.slice(0, 1).map((lot) => ({ kind, ...lotOf(lot) })))
  const known = yield* itemUnits([...new Set(keys.map(({ itemId }) => itemId))], cut)
  const own = new Map<StreamName, ReadonlyArray<LotBalance>>()
  for (const { itemId, kind, scope } of keys) {
    const item = unitFor(known, scope, itemId)
    for (const lot of kinds.get(kind) ?? []) {
      const ofLot = balances.get(lot) ?? []
      own.set(lot, item === undefined ? ofLot : inOwnUnit(ofLot, item))
    }
  }
  return own
})
