// Decimals and Tryton's floating-point quantities: one becomes the other exactly, or not at all. Pure; used inside
// adapters/erp/tryton.
import { type Decimal, fromText, multiply, pattern } from "../../../core/plant/decimal.ts"

/** Undefined for what no message could have said: more than 12 places, an exponent. */
export const decimalOfNumber = (number: number): Decimal | undefined => {
  const text = String(number)
  return pattern.test(text) ? fromText(text) : undefined
}

const places = (value: Decimal): number => value.split(".")[1]?.length ?? 0

/** The number that Tryton can hold for it; undefined where a digit would be lost. */
export const numberOfDecimal = (value: Decimal, digits: number): number | undefined => {
  const number = Number(value)
  return places(value) <= digits && decimalOfNumber(number) === value ? number : undefined
}

export interface TrytonUnit {
  readonly symbol: string
  readonly digits: number
  /** How many of its category's first unit it is. */
  readonly factor: number
}

/** The same in the unit in which a product's stock is kept: Tryton would round it there without a word. */
export const inUnitOfStock = (value: Decimal, unit: TrytonUnit, ofStock: TrytonUnit): Decimal | undefined => {
  if (unit.symbol === ofStock.symbol) return value
  const factor = decimalOfNumber(unit.factor)
  const factorOfStock = decimalOfNumber(ofStock.factor)
  if (factor === undefined || factorOfStock === undefined) return undefined
  const converted = decimalOfNumber(Number(((Number(value) * unit.factor) / ofStock.factor).toFixed(ofStock.digits)))
  return converted !== undefined && multiply(converted, factorOfStock) === multiply(value, factor)
    ? converted
    : undefined
}
