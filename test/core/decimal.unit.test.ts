// Decimals are exact and have one form each; their arithmetic is that of whole numbers scaled by a power of ten.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as Decimal from "../../core/plant/decimal.ts"

const places = 12
const scale = 10n ** BigInt(places)

/** A text that the pattern allows, canonical or not, and its value times 10^12. */
const texts = fc
  .record({
    negative: fc.boolean(),
    whole: fc.oneof(fc.stringMatching(/^\d{1,4}$/), fc.stringMatching(/^\d{1,18}$/)),
    fraction: fc.oneof(fc.constant(""), fc.stringMatching(/^\d{1,3}$/), fc.stringMatching(/^\d{1,12}$/))
  })
  .map(({ negative, whole, fraction }) => {
    const text = `${negative ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`
    const magnitude = BigInt(whole) * scale + BigInt(fraction.padEnd(places, "0"))
    return { text, scaled: negative ? -magnitude : magnitude }
  })

/** The canonical text of `scaled` / 10^digits, by another way than the code's. */
const textOf = (scaled: bigint, digits = places): string => {
  const magnitude = (scaled < 0n ? -scaled : scaled).toString().padStart(digits + 1, "0")
  const fraction = magnitude.slice(-digits).replace(/0+$/, "")
  const text = `${magnitude.slice(0, -digits)}${fraction === "" ? "" : `.${fraction}`}`
  return scaled < 0n ? `-${text}` : text
}

const decimals = texts.map(({ text, scaled }) => ({ decimal: Decimal.fromText(text), scaled }))

describe("A decimal", () => {
  it("has one form, whatever the zeros that it was written with", () => {
    fc.assert(
      fc.property(texts, ({ text, scaled }) => {
        expect(Decimal.pattern.test(text)).toBe(true)
        expect(Decimal.fromText(text)).toBe(textOf(scaled))
      })
    )
    for (const nothing of ["0", "-0", "00", "0.000", "-0.0", "-00"]) expect(Decimal.fromText(nothing)).toBe("0")
  })

  it("adds, subtracts and negates exactly", () => {
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        expect(Decimal.add(left.decimal, right.decimal)).toBe(textOf(left.scaled + right.scaled))
        expect(Decimal.subtract(left.decimal, right.decimal)).toBe(textOf(left.scaled - right.scaled))
        expect(Decimal.negate(left.decimal)).toBe(textOf(-left.scaled))
        expect(Decimal.subtract(left.decimal, left.decimal)).toBe("0")
      })
    )
  })

  it("multiplies exactly", () => {
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        expect(Decimal.multiply(left.decimal, right.decimal)).toBe(textOf(left.scaled * right.scaled, 2 * places))
      })
    )
  })

  it("compares by value", () => {
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        const expected = left.scaled < right.scaled ? -1 : left.scaled > right.scaled ? 1 : 0
        expect(Math.sign(Decimal.compare(left.decimal, right.decimal))).toBe(expected)
      })
    )
  })

  it("adds up where whole numbers leave the range of a double", () => {
    const most = Decimal.fromText("999999999999999")
    expect(Decimal.add(most, most)).toBe("1999999999999998")
    let sum = Decimal.zero
    for (let times = 0; times < 2_000; times++) sum = Decimal.add(sum, most)
    expect(sum).toBe((999_999_999_999_999n * 2_000n).toString())
  })

  it("isn't what has an exponent, a sign in front, a bare point or too many digits", () => {
    for (const text of [
      "1e3",
      "+1",
      ".5",
      "5.",
      "",
      " 1",
      "1 ",
      "1,5",
      "0x1",
      "NaN",
      "1".repeat(19),
      `0.${"1".repeat(13)}`
    ]) {
      expect(Decimal.pattern.test(text)).toBe(false)
    }
  })
})
