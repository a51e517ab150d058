// How much of each component an order needs by a bill of material, and whether that is there. Pure. Used by
// `material-available.ts` and its tests.
import { Result } from "effect"
import {
  type Conversion,
  compare,
  plus,
  type Ratio,
  ratioBetween,
  times,
  whole
} from "../../../core/plant/conversion.ts"
import * as Decimal from "../../../core/plant/decimal.ts"
import type { ItemId } from "../../../core/plant/identifiers.ts"
import type { Quantity } from "../../../core/plant/quantity.ts"
import { NoAnswer } from "../../../core/port/release-check.ts"
import type { MaterialBill } from "./definitions.ts"

interface Amount {
  readonly ratio: Ratio
  readonly unit: string
}

interface Need extends Amount {
  readonly itemId: ItemId
}

type Conversions = ReadonlyArray<Conversion>
type Component = MaterialBill["components"][number]

const zero = whole(Decimal.zero)
const hundred = Decimal.fromText("100")

const inUnit = ({ ratio, unit }: Amount, to: string, conversions: Conversions, what: string) => {
  const factor = ratioBetween(unit, to, conversions)
  return factor === undefined
    ? Result.fail(new NoAnswer({ reason: `No master data say how ${unit} of ${what} convert to ${to}` }))
    : Result.succeed(times(ratio, factor))
}

const sumIn = (amounts: ReadonlyArray<Amount>, unit: string, conversions: Conversions, what: string) => {
  let sum: Result.Result<Ratio, NoAnswer> = Result.succeed(zero)
  for (const amount of amounts) {
    sum = Result.flatMap(sum, (before) =>
      Result.map(inUnit(amount, unit, conversions, what), (one) => plus(before, one))
    )
  }
  return sum
}

/** With what is lost of it on the way. */
const withScrap = ({ quantity, scrapPercent = Decimal.zero }: Component): Ratio => ({
  numerator: Decimal.multiply(quantity.value, Decimal.add(hundred, scrapPercent)),
  denominator: hundred
})

/** Of each line that is consumed, for the order's whole quantity; `conversions` are those of what it makes. */
export const needsOf = (
  { components, itemId, quantity: batch }: Pick<MaterialBill, "components" | "itemId" | "quantity">,
  { quantity }: { readonly quantity: Quantity },
  conversions: Conversions
): Result.Result<ReadonlyArray<Need>, NoAnswer> =>
  Result.map(inUnit({ ratio: whole(quantity.value), unit: quantity.unit }, batch.unit, conversions, itemId), (made) => {
    const batches = times(made, { numerator: Decimal.fromText("1"), denominator: batch.value })
    return components
      .filter(({ use = "Consumed" }) => use === "Consumed")
      .map((component) => ({
        itemId: component.itemId,
        unit: component.quantity.unit,
        ratio: times(withScrap(component), batches)
      }))
  })

/** What the order has taken of an item so far. */
interface Used {
  readonly item: string
  readonly unit: string
  readonly consumed: Decimal.Decimal
  readonly returned: Decimal.Decimal
}

/** For people to read. */
const shown = ({ denominator, numerator }: Ratio): string =>
  String(Math.round((Number(numerator) / Number(denominator)) * 1_000) / 1_000)

/**
 * What is missing of one item, in words; undefined where enough is there of what the order still needs, `needs` being all
 * of its lines, `held` what the ERP has, `conversions` those of the item.
 */
export const shortageOf = (
  itemId: ItemId,
  needs: ReadonlyArray<Need>,
  { held, used }: { readonly held: ReadonlyArray<Quantity>; readonly used: ReadonlyArray<Used> },
  conversions: Conversions
): Result.Result<string | undefined, NoAnswer> => {
  const [first] = needs
  if (first === undefined) return Result.succeed(undefined)
  if (held.length === 0) return Result.fail(new NoAnswer({ reason: `The ERP says nothing of item ${itemId}` }))
  const { unit } = first
  const taken = used
    .filter(({ item }) => item === itemId)
    .map((row) => ({ unit: row.unit, ratio: whole(Decimal.subtract(row.consumed, row.returned)) }))
  const there = held.map(({ unit, value }) => ({ unit, ratio: whole(value) }))
  return Result.flatMap(sumIn(needs, unit, conversions, itemId), (needed) =>
    Result.map(sumIn([...there, ...taken], unit, conversions, itemId), (had) =>
      compare(had, needed) >= 0 ? undefined : `${itemId}: needs ${shown(needed)} ${unit}, has ${shown(had)}`
    )
  )
}
