// What is on hand in a plant's storage, as Tryton counts it until today. Used by `books.ts` alone.
import { Effect, Schema } from "effect"
import { add, type Decimal, negate, zero } from "../../../core/plant/decimal.ts"
import { ItemId, type PlantId } from "../../../core/plant/identifiers.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import type { AvailableMaterial, HeldStock } from "../../../core/port/erp.ts"
import { dateOf } from "./answer.ts"
import { type Search, technical } from "./ask.ts"
import type { Lookup } from "./lookup.ts"
import { lotOfNumber } from "./lot-number.ts"
import { decimalOfNumber } from "./quantities.ts"
import { unitOf } from "./units.ts"

const counted = {
  id: Schema.Int,
  quantity: Schema.NullOr(Schema.Finite),
  "default_uom.": Schema.Struct({ symbol: Unit })
}

const Product = Schema.Struct({ ...counted, code: Schema.NullOr(ItemId) })
const Lot = Schema.Struct({
  ...counted,
  number: Schema.String,
  product: Schema.Int,
  "product.": Schema.Struct({ code: Schema.NullOr(ItemId) })
})

type Counted = Pick<typeof Product.Type, "quantity" | "default_uom.">

const quantityOf = (counted: Counted, code: string) => {
  const symbol = counted["default_uom."].symbol
  const value = decimalOfNumber(counted.quantity ?? 0)
  return value === undefined
    ? Effect.fail(technical(`${counted.quantity} ${symbol} of ${code} in stock can't be said`))
    : Effect.succeed({ value, unit: unitOf(symbol) ?? symbol })
}

/** Without a code it is no item of ours, and not in a list by items. */
const withoutCode = (id: number) => technical(`Product ${id} is in stock and has no code: give it one in Tryton`)

const nameOf = (code: ItemId | null, id: number) =>
  code === null ? Effect.fail(withoutCode(id)) : Effect.succeed(code)

export const stocktaking = (search: Search, known: Lookup) => {
  /** Of this storage alone; all at once, since Tryton counts it all for any part. */
  const inStorage = Effect.fnUntraced(function* (plant: PlantId) {
    const { storage_location: storage } = yield* Effect.mapError(known.warehouse(plant), ({ reason }) =>
      technical(reason)
    )
    return { locations: [storage], stock_date_end: dateOf(yield* known.today) }
  })
  const products = (domain: ReadonlyArray<unknown>, context: object) =>
    search(Product, "product.product", domain, ["code", "quantity", "default_uom.symbol"], { ...context })

  return {
    stock: Effect.fnUntraced(function* (plant: PlantId) {
      const context = yield* inStorage(plant)
      const names = ["number", "quantity", "product", "product.code", "default_uom.symbol"]
      const lots = yield* search(Lot, "stock.lot", [["quantity", "!=", 0]], names, context)
      const byLot = yield* Effect.forEach(lots, (lot) =>
        Effect.gen(function* () {
          const itemId = yield* nameOf(lot["product."].code, lot.product)
          const held: HeldStock = {
            itemId,
            ...lotOfNumber(plant, lot.number),
            quantity: yield* quantityOf(lot, itemId)
          }
          return { product: lot.product, held }
        })
      )
      const inLots = new Map<number, Decimal>()
      for (const { held, product } of byLot) {
        inLots.set(product, add(inLots.get(product) ?? zero, held.quantity.value))
      }
      const all = yield* products(["OR", ["quantity", "!=", 0], ["id", "in", [...inLots.keys()]]], context)
      const withoutNumber = yield* Effect.forEach(all, (product) =>
        Effect.gen(function* () {
          const itemId = yield* nameOf(product.code, product.id)
          const { unit, value } = yield* quantityOf(product, itemId)
          const held: HeldStock = {
            itemId,
            quantity: { value: add(value, negate(inLots.get(product.id) ?? zero)), unit }
          }
          return held
        })
      )
      return [...byLot.map(({ held }) => held), ...withoutNumber.filter(({ quantity }) => quantity.value !== zero)]
    }),

    available: Effect.fnUntraced(function* (plant: PlantId, items: ReadonlyArray<ItemId>) {
      if (items.length === 0) return []
      const found = yield* products([["code", "in", items]], yield* inStorage(plant))
      return yield* Effect.forEach(found, (product) =>
        Effect.gen(function* () {
          const itemId = yield* nameOf(product.code, product.id)
          const available: AvailableMaterial = { itemId, quantity: yield* quantityOf(product, itemId) }
          return available
        })
      )
    })
  }
}
