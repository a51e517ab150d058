// An event of an old version is read as today's; one of today's version is left as it is.
import { describe, expect, it } from "vitest"
import { upcast } from "../../core/event/upcast.ts"

/** A made-up type: version 1 had a weight in pounds, 2 has it in kilograms, 3 as a quantity. */
const table = {
  LotWeighed: {
    1: (data: unknown) => ({ kilograms: Number(Reflect.get(Object(data), "pounds")) / 2 }),
    2: (data: unknown) => ({ weight: { value: String(Reflect.get(Object(data), "kilograms")), unit: "KGM" } })
  }
}

describe("Upcasting", () => {
  const today = { weight: { value: "3", unit: "KGM" } }
  it("goes version by version from the one that was written to today's", () => {
    expect(upcast("LotWeighed", 1, { pounds: 6 }, table)).toEqual(today)
    expect(upcast("LotWeighed", 2, { kilograms: 3 }, table)).toEqual(today)
  })
  it("leaves today's version and unknown types as they are", () => {
    expect(upcast("LotWeighed", 3, today, table)).toBe(today)
    expect(upcast("LotCounted", 1, today, table)).toBe(today)
    expect(upcast("MessageNoted", 1, today)).toBe(today)
  })
})
