// Exact decimals as canonical text. Anyone may import this file.
// Text keeps state and events plain data; whole numbers of up to 15 digits take a fast path, the rest BigDecimal.
import { BigDecimal, Schema } from "effect"

/** At most 18 digits before the point and 12 after it: more than any ERP holds (SAP: Edm.Decimal(13,3)). */
export const pattern = /^-?\d{1,18}(\.\d{1,12})?$/
const wholeNumber = /^-?\d{1,15}$/

/** A decimal in canonical form: no leading or trailing zeros, no exponent, no `-0`. */
export const Decimal = Schema.String.pipe(Schema.brand("Decimal"))
export type Decimal = typeof Decimal.Type

export const zero: Decimal = Decimal.make("0")

const canonical = (value: BigDecimal.BigDecimal): Decimal => {
  const { scale, value: digits } = BigDecimal.normalize(value)
  const negative = digits < 0n
  const text = (negative ? -digits : digits).toString()
  if (scale <= 0) return Decimal.make((negative ? "-" : "") + text + (digits === 0n ? "" : "0".repeat(-scale)))
  const padded = text.padStart(scale + 1, "0")
  return Decimal.make(`${negative ? "-" : ""}${padded.slice(0, -scale)}.${padded.slice(-scale)}`)
}

const big = (value: Decimal) => BigDecimal.fromStringUnsafe(value)
const isShortWhole = (value: string) => value.length < 16 && wholeNumber.test(value)

/** The canonical form of a text that matches `pattern`. */
export const fromText = (text: string): Decimal =>
  isShortWhole(text) ? Decimal.make(String(Number(text) + 0)) : canonical(BigDecimal.fromStringUnsafe(text))

export const add = (left: Decimal, right: Decimal): Decimal =>
  isShortWhole(left) && isShortWhole(right)
    ? Decimal.make(String(Number(left) + Number(right)))
    : canonical(BigDecimal.sum(big(left), big(right)))

export const negate = (value: Decimal): Decimal =>
  value === "0" ? value : Decimal.make(value.startsWith("-") ? value.slice(1) : `-${value}`)

export const subtract = (left: Decimal, right: Decimal): Decimal => add(left, negate(right))

export const multiply = (left: Decimal, right: Decimal): Decimal =>
  canonical(BigDecimal.multiply(big(left), big(right)))

/** Negative, zero or positive as `left` is less than, equal to or greater than `right`. */
export const compare = (left: Decimal, right: Decimal): number =>
  isShortWhole(left) && isShortWhole(right) ? Number(left) - Number(right) : BigDecimal.Order(big(left), big(right))
