// A quantity: an exact decimal with its unit; and sums of quantities, kept apart by unit. Anyone may import this file.
import { Schema, SchemaTransformation } from "effect"
import * as Decimal from "./decimal.ts"

/**
 * UN/ECE Recommendation 20 code where there is one (EA, KGM, MIN, HUR), else the plant's own. Sums are objects by unit,
 * in which one name means something else to JavaScript.
 */
export const Unit = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(/^(?!__proto__$)[^\s\p{Cc}\p{Cs}]{1,20}$/u, { message: "Expected a unit of 1 to 20 characters" })
  ),
  Schema.brand("Unit")
)
export type Unit = typeof Unit.Type

/** Decimal text on the wire (`"12.50"`), canonical (`"12.5"`) once decoded. */
export const DecimalFromText = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(Decimal.pattern, {
      message: "Expected a decimal as text, at most 18 digits before the point and 12 after it, without an exponent"
    })
  ),
  Schema.decodeTo(
    Schema.String,
    SchemaTransformation.transform({
      decode: (text: string): string => Decimal.fromText(text),
      encode: (decimal: string) => decimal
    })
  ),
  Schema.brand("Decimal")
)

/** B2MML QuantityValue: QuantityString and UnitOfMeasure. */
export const Quantity = Schema.Struct({ value: DecimalFromText, unit: Unit })
export type Quantity = typeof Quantity.Type

/** More than nothing: which way it goes is said by the message. */
export const PositiveQuantity = Schema.Struct({
  value: DecimalFromText.pipe(
    Schema.check(
      Schema.makeFilter((value) => Decimal.compare(value, Decimal.zero) > 0, { message: "Expected more than zero" })
    )
  ),
  unit: Unit
})

/** Sums by unit: quantities of different units are never added, since conversions come from master data. */
export type Sums = { readonly [unit: string]: Decimal.Decimal }

export const none: Sums = {}

/** `sums` with `sign` times `quantity` added; a unit whose sum returns to zero leaves no trace. */
export const accumulate = (sums: Sums, quantity: Quantity | undefined, sign: 1 | -1): Sums => {
  if (quantity === undefined || quantity.value === Decimal.zero) return sums
  const value = sign === 1 ? quantity.value : Decimal.negate(quantity.value)
  const sum = Decimal.add(inUnit(sums, quantity.unit), value)
  if (sum !== Decimal.zero) return { ...sums, [quantity.unit]: sum }
  const { [quantity.unit]: _, ...others } = sums
  return others
}

/** Own keys only: a unit may be called `constructor`. */
export const inUnit = (sums: Sums, unit: string): Decimal.Decimal =>
  (Object.hasOwn(sums, unit) ? sums[unit] : undefined) ?? Decimal.zero
