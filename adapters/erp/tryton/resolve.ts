// A document's lines as Tryton's moves: product, lot, unit and quantity, each found and each exact. Used by `prepare.ts`
// alone.
import { Effect } from "effect"
import { DataQualityIssue } from "../../../core/failure.ts"
import { compare, type Decimal, negate, zero } from "../../../core/plant/decimal.ts"
import type { PlantId } from "../../../core/plant/identifiers.ts"
import type { Unit } from "../../../core/plant/quantity.ts"
import type { Lookup, Product, Uom } from "./lookup.ts"
import { lotNumber } from "./lot-number.ts"
import { inUnitOfStock, numberOfDecimal } from "./quantities.ts"
import { symbolOf } from "./units.ts"
import type { Line } from "./words.ts"

/** A quantity of a product as Tryton keeps it. */
export interface Amount {
  readonly product: Product
  readonly uom: number
  readonly quantity: number
  /** In the unit in which the product's stock is kept. */
  readonly inStock: Decimal
  readonly stockUnit: Uom
}

export interface Resolved extends Amount {
  readonly line: Line
  readonly isIntoStock: boolean
  /** The lot's number in Tryton; it may not be there yet. */
  readonly lot?: string
}

const issue = (field: string, value: string, reason: string, nextStep: string) =>
  new DataQualityIssue({ field, value, reason, nextStep })

/** More than nothing of a product. */
export const amountOf = (product: Product, units: ReadonlyArray<Uom>, value: Decimal, unit: Unit) =>
  Effect.gen(function* () {
    const symbol = symbolOf(unit)
    const uom = units.find((one) => one.symbol === symbol)
    const stockUnit = units.find(({ id }) => id === product.default_uom)
    if (uom === undefined || stockUnit === undefined) {
      return yield* issue(
        "unit",
        unit,
        `Tryton has no unit for ${unit}`,
        "Add the unit to Tryton, or map it in units.ts"
      )
    }
    if (uom.category !== stockUnit.category) {
      const reason = `${product.code} is kept in ${stockUnit.symbol}, which ${uom.symbol} can't be converted to`
      return yield* issue("unit", unit, reason, "Report it in another unit, or correct the product's unit in Tryton")
    }
    const quantity = numberOfDecimal(value, uom.digits)
    const inStock = inUnitOfStock(value, uom, stockUnit)
    if (quantity === undefined || inStock === undefined || numberOfDecimal(inStock, stockUnit.digits) === undefined) {
      const reason = `Tryton can't hold ${value} ${uom.symbol} of ${product.code} exactly, with ${uom.digits} digits`
      return yield* issue("quantity", value, reason, "Give the unit more digits in Tryton, or correct the quantity")
    }
    const steps = Number(inStock) / stockUnit.rounding
    if (Math.abs(steps - Math.round(steps)) > 1e-6) {
      const reason = `Tryton rounds ${inStock} ${stockUnit.symbol} of ${product.code} to multiples of ${stockUnit.rounding} in stock`
      return yield* issue(
        "quantity",
        value,
        reason,
        "Give the unit a finer rounding in Tryton, or correct the quantity"
      )
    }
    return { product, uom: uom.id, quantity, inStock, stockUnit }
  })

export const resolving = (lookup: Lookup) =>
  Effect.fnUntraced(function* (plant: PlantId, lines: ReadonlyArray<Line>) {
    const products = yield* lookup.products([...new Set(lines.map(({ itemId }) => itemId))])
    const units = yield* lookup.units
    const byCode = new Map(products.map((product) => [product.code, product]))
    const resolved = yield* Effect.forEach(lines, (line) =>
      Effect.gen(function* () {
        const product = byCode.get(line.itemId)
        if (product === undefined) {
          const reason = `Tryton has no product of code ${line.itemId}`
          return yield* issue("itemId", line.itemId, reason, "Add the product to Tryton, or correct the report")
        }
        const isIntoStock = compare(line.intoStock, zero) > 0
        const value = isIntoStock ? line.intoStock : negate(line.intoStock)
        const amount = yield* amountOf(product, units, value, line.unit)
        const { lotId, scope } = line
        const lot = lotId === undefined || scope === undefined ? {} : { lot: lotNumber(plant, { lotId, scope }) }
        return { ...amount, ...lot, line, isIntoStock }
      })
    )
    return { resolved: resolved satisfies ReadonlyArray<Resolved>, units }
  })
