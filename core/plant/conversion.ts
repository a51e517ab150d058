// From one unit to another, exactly: a twelfth has no decimal, so it stays a ratio. Pure; anyone may import this file.
import * as Decimal from "./decimal.ts"

/** The one divided by the other; the denominator is more than zero. */
export interface Ratio {
  readonly numerator: Decimal.Decimal
  readonly denominator: Decimal.Decimal
}

const one = Decimal.fromText("1")

export const whole = (value: Decimal.Decimal): Ratio => ({ numerator: value, denominator: one })

export const times = (left: Ratio, right: Ratio): Ratio => ({
  numerator: Decimal.multiply(left.numerator, right.numerator),
  denominator: Decimal.multiply(left.denominator, right.denominator)
})

export const plus = (left: Ratio, right: Ratio): Ratio => ({
  numerator: Decimal.add(
    Decimal.multiply(left.numerator, right.denominator),
    Decimal.multiply(right.numerator, left.denominator)
  ),
  denominator: Decimal.multiply(left.denominator, right.denominator)
})

export const inverse = ({ denominator, numerator }: Ratio): Ratio => ({
  numerator: denominator,
  denominator: numerator
})

/** Negative, zero or positive as `left` is less than, equal to or greater than `right`. */
export const compare = (left: Ratio, right: Ratio): number =>
  Decimal.compare(
    Decimal.multiply(left.numerator, right.denominator),
    Decimal.multiply(right.numerator, left.denominator)
  )

/** One `from` is `ratio` of `to`. */
export interface Conversion {
  readonly from: string
  readonly to: string
  readonly ratio: Ratio
}

/** As master data say it: `denominator` of the one unit (1 where absent) are `numerator` of the other. */
export const conversion = (
  from: string,
  to: string,
  { denominator = one, numerator }: { readonly denominator?: Decimal.Decimal; readonly numerator: Decimal.Decimal }
): Conversion => ({ from, to, ratio: { numerator, denominator } })

/** So many of `to` are one of `from`, by as few steps as it takes; none where nothing says it. */
export const ratioBetween = (from: string, to: string, conversions: ReadonlyArray<Conversion>): Ratio | undefined => {
  const both = conversions.flatMap((known) => [known, { from: known.to, to: known.from, ratio: inverse(known.ratio) }])
  const reached = new Map([[from, whole(one)]])
  for (const [unit, ratio] of reached) {
    if (unit === to) return ratio
    for (const step of both) {
      if (step.from === unit && !reached.has(step.to)) reached.set(step.to, times(ratio, step.ratio))
    }
  }
  return undefined
}
