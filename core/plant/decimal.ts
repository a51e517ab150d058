// Exact decimals as canonical text. Anyone may import this file.
// Text keeps state and events plain data; numbers of up to 15 digits take a fast path, the rest BigDecimal.
import { BigDecimal, Brand, Schema } from "effect"

/** At most 18 digits before the point and 12 after it: more than any ERP holds (SAP: Edm.Decimal(13,3)). */
export const pattern = /^-?\d{1,18}(\.\d{1,12})?$/

/** A decimal in canonical form: no leading or trailing zeros, no exponent, no `-0`. */
export const Decimal = Schema.String.pipe(Schema.brand("Decimal"))
export type Decimal = typeof Decimal.Type

/** For text that is canonical already: the schema has nothing to check in it. */
const decimal = Brand.nominal<Decimal>()

export const zero: Decimal = decimal("0")

const canonical = (value: BigDecimal.BigDecimal): Decimal => {
  const { scale, value: digits } = BigDecimal.normalize(value)
  const negative = digits < 0n
  const text = (negative ? -digits : digits).toString()
  if (scale <= 0) return decimal((negative ? "-" : "") + text + (digits === 0n ? "" : "0".repeat(-scale)))
  const padded = text.padStart(scale + 1, "0")
  return decimal(`${negative ? "-" : ""}${padded.slice(0, -scale)}.${padded.slice(-scale)}`)
}

const big = (value: Decimal) => BigDecimal.fromStringUnsafe(value)

/** Texts of up to 15 digits, and integers below this, go through a double and back unchanged. */
const isShort = (value: string): boolean => value.length < 16
const exactBelow = 1e15

const powersOfTen = Array.from({ length: 13 }, (_, scale) => 10 ** scale)

const scaleOf = (value: string): number => {
  const point = value.indexOf(".")
  return point < 0 ? 0 : value.length - point - 1
}

/** What both are whole multiples of, as its inverse: 100 for `1.5` and `0.25`. None where doubles aren't exact. */
const commonFactor = (left: string, right: string): number | undefined =>
  isShort(left) && isShort(right) ? powersOfTen[Math.max(scaleOf(left), scaleOf(right))] : undefined

/**
 * The whole multiple. A double's product is off by less than a half below 10^15, so rounding it is exact; the caller
 * looks whether it is below.
 */
const multiple = (value: string, factor: number): number => Math.round(Number(value) * factor)

/** A quotient of two exact doubles prints as the decimal that it is, unless it is so small that it has an exponent. */
const quotient = (dividend: number, factor: number): Decimal | undefined => {
  const text = String(dividend / factor + 0)
  return text.includes("e") ? undefined : decimal(text)
}

/** The canonical form of a text that matches `pattern`. */
export const fromText = (text: string): Decimal =>
  (isShort(text) ? quotient(Number(text), 1) : undefined) ?? canonical(BigDecimal.fromStringUnsafe(text))

export const add = (left: Decimal, right: Decimal): Decimal => {
  // Most columns of a balance are zero, and a recall adds up a million of them.
  if (left === zero) return right
  if (right === zero) return left
  const factor = commonFactor(left, right)
  if (factor !== undefined) {
    const [first, second] = [multiple(left, factor), multiple(right, factor)]
    if (Math.abs(first) < exactBelow && Math.abs(second) < exactBelow && Math.abs(first + second) < exactBelow) {
      const sum = quotient(first + second, factor)
      if (sum !== undefined) return sum
    }
  }
  return canonical(BigDecimal.sum(big(left), big(right)))
}

export const negate = (value: Decimal): Decimal =>
  value === "0" ? value : decimal(value.startsWith("-") ? value.slice(1) : `-${value}`)

export const subtract = (left: Decimal, right: Decimal): Decimal => add(left, negate(right))

export const multiply = (left: Decimal, right: Decimal): Decimal =>
  canonical(BigDecimal.multiply(big(left), big(right)))

/** None where the quotient is no decimal, as a third; the divisor isn't zero. */
export const divide = (dividend: Decimal, divisor: Decimal): Decimal | undefined => {
  const quotient = canonical(BigDecimal.divideUnsafe(big(dividend), big(divisor)))
  return multiply(quotient, divisor) === dividend ? quotient : undefined
}

/** Negative, zero or positive as `left` is less than, equal to or greater than `right`. */
export const compare = (left: Decimal, right: Decimal): number =>
  isShort(left) && isShort(right) ? Number(left) - Number(right) : BigDecimal.Order(big(left), big(right))
