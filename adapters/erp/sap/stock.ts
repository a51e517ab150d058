// What is on hand in a plant of SAP's, and what of it may be taken. Used by `books.ts` alone.
//
// SAP's own stock: what is a supplier's, a customer's, a project's or a sales order's is none of the plant's.
import { Effect, Option, Schema } from "effect"
import type { TechnicalFailure } from "../../../core/failure.ts"
import { add, type Decimal, zero } from "../../../core/plant/decimal.ts"
import type { ItemId, PlantId } from "../../../core/plant/identifiers.ts"
import { LotScope, plantScope } from "../../../core/plant/lot.ts"
import type { AvailableMaterial, HeldStock } from "../../../core/port/erp.ts"
import { inParts } from "../in-parts.ts"
import { many, SapDecimal } from "./answer.ts"
import type { Ask } from "./ask.ts"
import { itemOf, lotOf, materialNumber, padded, storageLocationOf } from "./numbers.ts"
import type { SapPlant } from "./options.ts"
import { allOf } from "./pages.ts"
import { oneOf, text } from "./query.ts"
import { services } from "./session.ts"
import { unitOf } from "./units.ts"

const Stock = Schema.Struct({
  Material: Schema.NonEmptyString,
  /** None where it is on its way within the plant. */
  StorageLocation: Schema.String,
  Batch: Schema.String,
  InventoryStockType: Schema.String,
  MaterialBaseUnit: Schema.NonEmptyString,
  MatlWrhsStkQtyInMatlBaseUnit: SapDecimal
})
type Stock = typeof Stock.Type

const Product = Schema.Struct({ Product: Schema.NonEmptyString, BaseUnit: Schema.NonEmptyString })

const [decodeStock, decodeProducts] = [many(Stock), many(Product)]

/** The other types are in quality inspection, blocked, or on their way. */
const unrestricted = "01"

/** So many are asked for at once: they are part of the address. */
const materialsAtOnce = 20

const stockWhere = (ask: Ask, plant: SapPlant, more: ReadonlyArray<string>) =>
  allOf(ask, {
    path: `${services.stock}/A_MatlStkInAcctMod`,
    filter: [`Plant eq ${text(plant.plant)}`, "InventorySpecialStockType eq ''", ...more].join(" and "),
    decoder: decodeStock,
    place: [
      ["Material", ({ Material }) => padded.material(Material)],
      ["Batch", ({ Batch }) => Batch],
      ["StorageLocation", ({ StorageLocation }) => StorageLocation],
      ["InventoryStockType", ({ InventoryStockType }) => InventoryStockType]
    ]
  })

/** Of all types of stock together: whatever quality says of it, it is there. */
export const stockOf = Effect.fnUntraced(function* (ask: Ask, id: PlantId, plant: SapPlant) {
  const scope = plant.batchLevel === "plant" ? plantScope(id) : LotScope.make("enterprise")
  const lines = Map.groupBy(
    yield* stockWhere(ask, plant, []),
    ({ Batch, Material, StorageLocation }) => `${Material}\n${Batch}\n${StorageLocation}`
  )
  return [...lines.values()].flatMap(([first, ...others]): ReadonlyArray<HeldStock> => {
    if (first === undefined) return []
    const value = sumOf([first, ...others])
    if (value === zero) return []
    return [
      {
        itemId: itemOf(first.Material),
        ...(first.Batch === "" ? {} : { lotId: lotOf(first.Batch), scope }),
        ...(first.StorageLocation === "" ? {} : { storageLocation: storageLocationOf(first.StorageLocation) }),
        quantity: { value, unit: unitOf(first.MaterialBaseUnit) }
      }
    ]
  })
})

const sumOf = (lines: ReadonlyArray<Stock>): Decimal =>
  lines.reduce((sum, line) => add(sum, line.MatlWrhsStkQtyInMatlBaseUnit), zero)

const availableOf = Effect.fnUntraced(function* (ask: Ask, plant: SapPlant, asked: ReadonlyMap<string, ItemId>) {
  const products = yield* allOf(ask, {
    path: `${services.products}/A_Product`,
    filter: oneOf("Product", [...asked.keys()]),
    decoder: decodeProducts,
    place: [["Product", ({ Product }) => padded.material(Product)]]
  })
  const stock = yield* stockWhere(ask, plant, [
    `InventoryStockType eq ${text(unrestricted)}`,
    oneOf("Material", [...asked.keys()])
  ])
  return products.flatMap(({ BaseUnit, Product }): ReadonlyArray<AvailableMaterial> => {
    const itemId = asked.get(padded.material(Product))
    const value = sumOf(stock.filter(({ Material }) => padded.material(Material) === padded.material(Product)))
    return itemId === undefined ? [] : [{ itemId, quantity: { value, unit: unitOf(BaseUnit) } }]
  })
})

export const available = (
  ask: Ask,
  plant: SapPlant,
  items: ReadonlyArray<ItemId>
): Effect.Effect<ReadonlyArray<AvailableMaterial>, TechnicalFailure> =>
  Effect.gen(function* () {
    // What can't be a number of SAP's is nothing that it knows.
    const numbers = yield* Effect.forEach(items, (item) => Effect.option(materialNumber(item)))
    const asked = numbers.flatMap((number, index) => {
      const item = items[index]
      return Option.isNone(number) || item === undefined ? [] : [[number.value, item] as const]
    })
    const found = yield* Effect.forEach(inParts(asked, materialsAtOnce), (part) =>
      availableOf(ask, plant, new Map(part))
    )
    return found.flat()
  })
