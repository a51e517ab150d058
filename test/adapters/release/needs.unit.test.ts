// How much of each component an order needs, and whether that is there: never by a guess.
import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { needsOf, shortageOf } from "../../../adapters/release/checks/needs.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { ItemId } from "../../../core/plant/identifiers.ts"
import { type Quantity, Unit } from "../../../core/plant/quantity.ts"

const quantity = (value: string, unit: string): Quantity => ({ value: fromText(value), unit: Unit.make(unit) })
const gear = ItemId.make("GEAR")
const steel = ItemId.make("STEEL")
const oil = ItemId.make("OIL")

const bill = {
  itemId: gear,
  quantity: quantity("10", "EA"),
  components: [
    { itemId: steel, quantity: quantity("4", "KGM"), scrapPercent: fromText("5") },
    { itemId: steel, quantity: quantity("200", "GRM") },
    { itemId: oil, quantity: quantity("1", "LTR"), backflush: true },
    { itemId: ItemId.make("CHIPS"), quantity: quantity("1", "KGM"), use: "By-product Produced" as const }
  ]
}
const grams = { from: "GRM", to: "KGM", ratio: { numerator: fromText("1"), denominator: fromText("1000") } }
const dozens = { from: "DZN", to: "EA", ratio: { numerator: fromText("12"), denominator: fromText("1") } }

const shortage = (
  item: ItemId,
  held: ReadonlyArray<Quantity>,
  { order = quantity("100", "EA"), used = [] }: { order?: Quantity; used?: ReadonlyArray<Used> } = {}
) => {
  const needs = Result.getOrThrow(needsOf(bill, { quantity: order }, [dozens]))
  return shortageOf(
    item,
    needs.filter(({ itemId }) => itemId === item),
    { held, used },
    [grams]
  )
}
type Used = Parameters<typeof shortageOf>[2]["used"][number]
const reason = <A>(result: Result.Result<A, { readonly reason: string }>) =>
  Result.isFailure(result) ? result.failure.reason : result.success

describe("an order of 100, by a bill for 10", () => {
  it("needs each line that is consumed, with its scrap, in whichever unit it is planned", () => {
    expect(reason(shortage(steel, [quantity("44", "KGM")]))).toBeUndefined()
    expect(reason(shortage(steel, [quantity("43.999", "KGM")]))).toBe("STEEL: needs 44 KGM, has 43.999")
    expect(reason(shortage(oil, [quantity("9", "LTR")]))).toBe("OIL: needs 10 LTR, has 9")
  })

  it("takes what is there in several units together", () => {
    expect(reason(shortage(steel, [quantity("40", "KGM"), quantity("4000", "GRM")]))).toBeUndefined()
  })

  it("needs less of what it has consumed and not given back", () => {
    const used = [{ item: "STEEL", unit: "KGM", consumed: fromText("30"), returned: fromText("2") }]
    expect(reason(shortage(steel, [quantity("16", "KGM")], { used }))).toBeUndefined()
    expect(reason(shortage(steel, [quantity("15", "KGM")], { used }))).toBe("STEEL: needs 44 KGM, has 43")
  })

  it("is converted into the bill's unit, a third of a dozen too", () => {
    expect(reason(shortage(oil, [quantity("0.4", "LTR")], { order: quantity("1", "DZN") }))).toBe(
      "OIL: needs 1.2 LTR, has 0.4"
    )
  })
})

describe("no answer", () => {
  it("is given where the ERP says nothing of an item, rather than that there is none", () => {
    expect(reason(shortage(steel, []))).toBe("The ERP says nothing of item STEEL")
    expect(reason(shortage(steel, [quantity("0", "KGM")]))).toBe("STEEL: needs 44 KGM, has 0")
  })

  it("is given where no master data say how units convert", () => {
    expect(reason(needsOf(bill, { quantity: quantity("1", "PAL") }, [dozens]))).toBe(
      "No master data say how PAL of GEAR convert to EA"
    )
    expect(reason(shortage(oil, [quantity("9", "GLL")]))).toBe("No master data say how GLL of OIL convert to LTR")
  })
})
