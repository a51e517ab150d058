// From unit to unit, exactly.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  type Conversion,
  compare,
  inverse,
  plus,
  type Ratio,
  ratioBetween,
  times,
  whole
} from "../../core/plant/conversion.ts"
import { fromText } from "../../core/plant/decimal.ts"

const ratio = (numerator: string, denominator = "1"): Ratio => ({
  numerator: fromText(numerator),
  denominator: fromText(denominator)
})
const step = (from: string, to: string, by: Ratio): Conversion => ({ from, to, ratio: by })
const conversions = [
  step("DZN", "EA", ratio("12")),
  step("BX", "DZN", ratio("1", "4")),
  step("GRM", "KGM", ratio("0.001"))
]

const isEqual = (left: Ratio | undefined, right: Ratio): boolean => left !== undefined && compare(left, right) === 0

describe("a ratio between two units", () => {
  it("is one of a unit to itself", () => {
    expect(isEqual(ratioBetween("EA", "EA", []), ratio("1"))).toBe(true)
  })

  it("is found over several steps, and backwards, though it has no decimal", () => {
    expect(isEqual(ratioBetween("BX", "EA", conversions), ratio("3"))).toBe(true)
    expect(isEqual(ratioBetween("EA", "DZN", conversions), ratio("1", "12"))).toBe(true)
  })

  it("isn't made up", () => {
    expect(ratioBetween("EA", "KGM", conversions)).toBeUndefined()
    expect(ratioBetween("EA", "constructor", conversions)).toBeUndefined()
  })

  it("ends where conversions go in a circle", () => {
    const circle = [...conversions, step("EA", "BX", ratio("1", "3"))]
    expect(ratioBetween("EA", "KGM", circle)).toBeUndefined()
  })
})

const some = fc
  .tuple(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 1, max: 9_999 }))
  .map(([top, bottom]) => ratio(String(top), String(bottom)))

it("adds, multiplies and compares as ratios do", () => {
  fc.assert(
    fc.property(some, some, some, (one, other, third) => {
      expect(compare(times(one, inverse(one)), ratio("1"))).toBe(0)
      expect(compare(plus(one, other), plus(other, one))).toBe(0)
      expect(compare(times(third, plus(one, other)), plus(times(third, one), times(third, other)))).toBe(0)
      expect(compare(plus(one, other), one)).toBeGreaterThan(0)
      expect(compare(plus(one, whole(fromText("0"))), one)).toBe(0)
    })
  )
})
