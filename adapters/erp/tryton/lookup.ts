// What Tryton knows of a plant, its products, units and lots, looked up for one document. Used inside adapters/erp/tryton.
import { Effect, Schema } from "effect"
import { DataQualityIssue, type TechnicalFailure } from "../../../core/failure.ts"
import type { PlantId } from "../../../core/plant/identifiers.ts"
import { dateOf, dayOf, TrytonDate, TrytonDecimal } from "./answer.ts"
import type { Ask, Search } from "./ask.ts"

const Reference = Schema.NullOr(Schema.Int)

export const Warehouse = Schema.Struct({
  id: Schema.Int,
  storage_location: Schema.Int,
  input_location: Schema.Int,
  output_location: Schema.Int,
  production_location: Reference,
  waste_locations: Schema.Array(Schema.Int)
})
export type Warehouse = typeof Warehouse.Type

export const Product = Schema.Struct({
  id: Schema.Int,
  code: Schema.String,
  default_uom: Schema.Int,
  cost_price: Schema.NullOr(TrytonDecimal),
  /** Types of locations to and from which it isn't moved without a lot. */
  lot_required: Schema.NullOr(Schema.Array(Schema.String))
})
export type Product = typeof Product.Type

export const Uom = Schema.Struct({
  id: Schema.Int,
  symbol: Schema.String,
  digits: Schema.Int,
  /** Quantities in it are rounded to multiples of this when stock is counted. */
  rounding: Schema.Finite,
  factor: Schema.Finite,
  category: Schema.Int
})
export type Uom = typeof Uom.Type

export const Lot = Schema.Struct({ id: Schema.Int, product: Schema.Int, number: Schema.String })
export type Lot = typeof Lot.Type

const LotInStock = Schema.Struct({ id: Schema.Int, quantity: Schema.NullOr(Schema.Finite) })

export const Party = Schema.Struct({
  id: Schema.Int,
  addresses: Schema.Array(Schema.Int),
  supplier_location: Reference,
  customer_location: Reference
})
export type Party = typeof Party.Type

/** Code of the party that stands for whoever supplies or is supplied: a document doesn't say. */
export const partnerCode = "TRAVELER"

const unknown = (field: string, value: string, nextStep: string) =>
  new DataQualityIssue({ field, value, reason: `Tryton has no ${field} ${value}`, nextStep })

const names = (schema: { readonly fields: object }): ReadonlyArray<string> => Object.keys(schema.fields)

export interface Lookup {
  readonly warehouse: (plant: PlantId) => Effect.Effect<Warehouse, TechnicalFailure | DataQualityIssue>
  readonly products: (codes: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Product>, TechnicalFailure>
  readonly units: Effect.Effect<ReadonlyArray<Uom>, TechnicalFailure>
  readonly lots: (
    products: ReadonlyArray<number>,
    numbers: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<Lot>, TechnicalFailure>
  /** How much of each lot is in a location now, in its product's unit of stock. */
  readonly inStock: (
    location: number,
    lots: ReadonlyArray<number>
  ) => Effect.Effect<ReadonlyMap<number, number>, TechnicalFailure>
  readonly partner: Effect.Effect<Party, TechnicalFailure | DataQualityIssue>
  /** By Tryton's clock, `yyyy-mm-dd`. */
  readonly today: Effect.Effect<string, TechnicalFailure>
  readonly isClosed: (day: string) => Effect.Effect<boolean, TechnicalFailure>
}

export const lookup = (ask: Ask, search: Search): Lookup => ({
  warehouse: (plant) =>
    search(
      Warehouse,
      "stock.location",
      [
        ["type", "=", "warehouse"],
        ["code", "=", plant]
      ],
      names(Warehouse)
    ).pipe(
      Effect.flatMap(([warehouse]) =>
        warehouse === undefined
          ? Effect.fail(unknown("warehouse", plant, "Give a warehouse of Tryton the plant's id as its code"))
          : Effect.succeed(warehouse)
      )
    ),
  products: (codes) =>
    codes.length === 0
      ? Effect.succeed([])
      : search(Product, "product.product", [["code", "in", codes]], names(Product)),
  units: search(Uom, "product.uom", [], names(Uom)),
  lots: (products, numbers) =>
    numbers.length === 0
      ? Effect.succeed([])
      : search(
          Lot,
          "stock.lot",
          [
            ["product", "in", products],
            ["number", "in", numbers]
          ],
          names(Lot)
        ),
  inStock: (location, lots) =>
    Effect.gen(function* () {
      if (lots.length === 0) return new Map()
      const today = yield* ask(TrytonDate, "model.ir.date.today", [])
      // Until today: nothing may be posted later than that.
      const rows = yield* search(LotInStock, "stock.lot", [["id", "in", lots]], ["quantity"], {
        locations: [location],
        stock_date_end: today
      })
      return new Map(rows.map(({ id, quantity }) => [id, quantity ?? 0]))
    }),
  partner: search(Party, "party.party", [["code", "=", partnerCode]], names(Party)).pipe(
    Effect.flatMap(([party]) =>
      party === undefined
        ? Effect.fail(unknown("party", partnerCode, "Add a party of this code, with an address, to Tryton"))
        : Effect.succeed(party)
    )
  ),
  today: Effect.map(ask(TrytonDate, "model.ir.date.today", []), dayOf),
  isClosed: (day) =>
    Effect.map(
      ask(Schema.Int, "model.stock.period.search_count", [
        [
          ["state", "=", "closed"],
          ["date", ">=", dateOf(day)]
        ]
      ]),
      (count) => count > 0
    )
})
