// What quantities of items are worth at their standard prices. Pure; used by `differences.ts` alone.
import { BigDecimal } from "effect"
import * as Decimal from "../../core/plant/decimal.ts"
import type { Price } from "../../projections/master-data/queries.ts"
import type { ItemQuantity } from "./cells.ts"

const cents = 2

const worth = (value: string, { per, value: price }: Price): Decimal.Decimal => {
  const [amount, each, of] = [value, price, per].map((text) => BigDecimal.fromStringUnsafe(text))
  if (amount === undefined || each === undefined || of === undefined) return Decimal.zero
  const exact = BigDecimal.divide(BigDecimal.multiply(amount, each), of)
  return exact._tag === "None"
    ? Decimal.zero
    : Decimal.fromText(BigDecimal.format(BigDecimal.round(exact.value, { scale: cents })))
}

/** In the currency of the first item that has a price; absent where none has, in the unit in which it is kept. */
export const worthOf = (items: ReadonlyArray<ItemQuantity>, prices: ReadonlyMap<string, Price>) => {
  const priced = items.flatMap(({ itemId, unit, value }) => {
    const price = prices.get(itemId)
    return price === undefined || price.unit !== unit ? [] : [{ currency: price.currency, value: worth(value, price) }]
  })
  const [first] = priced
  if (first === undefined) return undefined
  const { currency } = first
  const same = priced.filter((one) => one.currency === currency)
  return { currency, value: same.reduce((total, one) => Decimal.add(total, one.value), Decimal.zero) }
}
