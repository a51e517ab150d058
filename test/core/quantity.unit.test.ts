// Quantities keep their unit, and sums of them don't depend on the order in which they are added.
import { Schema } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { accumulate, inUnit, none, Quantity, type Sums } from "../../core/plant/quantity.ts"

const decode = Schema.decodeUnknownSync(Quantity)

const quantities = fc
  .record({
    value: fc.stringMatching(/^-?\d{1,9}(\.\d{1,4})?$/),
    unit: fc.constantFrom("EA", "KGM", "MIN")
  })
  .map((written) => decode(written))

const sumOf = (all: ReadonlyArray<Quantity>): Sums =>
  all.reduce((sums, quantity) => accumulate(sums, quantity, 1), none)

describe("A quantity", () => {
  it("has a unit that can stand in an object by its own name", () => {
    expect(() => decode({ value: "1", unit: "__proto__" })).toThrow("Expected a unit")
    expect(decode({ value: "1", unit: "constructor" }).unit).toBe("constructor")
  })

  it("is read from text alone, in its one form", () => {
    expect(decode({ value: "012.50", unit: "KGM" })).toEqual({ value: "12.5", unit: "KGM" })
    for (const value of [12.5, "1e3", "12,5", "", null]) expect(() => decode({ value, unit: "KGM" })).toThrow()
    for (const unit of ["", "K G", "X".repeat(21), 5]) expect(() => decode({ value: "1", unit })).toThrow()
  })
})

describe("A sum of quantities", () => {
  it("is the same in any order", () => {
    fc.assert(
      fc.property(
        fc
          .array(quantities, { maxLength: 12 })
          .chain((all) =>
            fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }))
          ),
        ([all, shuffled]) => {
          expect(sumOf(shuffled)).toEqual(sumOf(all))
        }
      )
    )
  })

  it("is what it was once a quantity is taken back, down to no trace of its unit", () => {
    fc.assert(
      fc.property(fc.array(quantities, { maxLength: 8 }), quantities, (all, extra) => {
        const sums = sumOf(all)
        expect(accumulate(accumulate(sums, extra, 1), extra, -1)).toEqual(sums)
      })
    )
    const five = decode({ value: "5", unit: "EA" })
    expect(accumulate(accumulate(none, five, 1), five, -1)).toEqual({})
  })

  it("never adds one unit to another", () => {
    const sums = sumOf([
      decode({ value: "5", unit: "EA" }),
      decode({ value: "2.5", unit: "KGM" }),
      decode({ value: "1", unit: "EA" })
    ])
    expect([inUnit(sums, "EA"), inUnit(sums, "KGM"), inUnit(sums, "MIN")]).toEqual(["6", "2.5", "0"])
  })

  it("isn't changed by nothing", () => {
    const sums = sumOf([decode({ value: "5", unit: "EA" })])
    expect(accumulate(sums, undefined, 1)).toBe(sums)
    expect(accumulate(sums, decode({ value: "0.0", unit: "KGM" }), 1)).toBe(sums)
  })
})
