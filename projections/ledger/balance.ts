// A lot's mass balance in one unit, from the sums of its flows and of its stock. Pure; used by `queries.ts`, by recalls and
// by tests.
import { add, type Decimal, negate, zero } from "../../core/plant/decimal.ts"
import type { Unit } from "../../core/plant/quantity.ts"
import type { countedNames } from "./total.ts"

/** What a query sums, and what orders that aren't finished have taken. */
export type Sums = { readonly [Name in (typeof countedNames)[number] | "inProcess"]?: Decimal }

/** All that a balance counts in its unit. */
export const amountNames = [
  "opening",
  "received",
  "produced",
  "returned",
  "derived",
  "passedOn",
  "adjusted",
  "consumed",
  "sampled",
  "scrapped",
  "shipped",
  "onHand",
  "inProcess",
  "made",
  "unexplained"
] as const

export interface LotBalance {
  readonly unit: Unit
  /** Taken over from the ERP when Traveler began to serve its plant. */
  readonly opening: Decimal
  readonly received: Decimal
  /** By orders. */
  readonly produced: Decimal
  /** By orders and by customers. */
  readonly returned: Decimal
  /** Out of other lots, and into them: by split, merge and transfer. */
  readonly derived: Decimal
  readonly passedOn: Decimal
  /** More where it's positive, less where it's negative. */
  readonly adjusted: Decimal
  readonly consumed: Decimal
  readonly sampled: Decimal
  readonly scrapped: Decimal
  readonly shipped: Decimal
  /** As the lot's own stream has it; all others are the reporters' words. */
  readonly onHand: Decimal
  /** Consumed, less what was returned, by orders that aren't finished. */
  readonly inProcess: Decimal
  /** All that ever came into being under this number: taken over, received, produced or derived. */
  readonly made: Decimal
  /** What came less what went less what is on hand: 0 where everything is accounted for. */
  readonly unexplained: Decimal
}

const total = (...values: ReadonlyArray<Decimal>): Decimal => values.reduce(add, zero)

export const balanceOf = (unit: Unit, sums: Sums): LotBalance => {
  const { takenOver: opening = zero, received = zero, receivedBack = zero, produced = zero } = sums
  const { adjusted = zero, derived = zero, onHand = zero, inProcess = zero, passedOn = zero } = sums
  const { consumed = zero, sampled = zero, scrapped = zero, shipped = zero } = sums
  const returned = total(sums.returned ?? zero, receivedBack)
  const made = total(opening, received, produced, derived)
  const gone = total(passedOn, consumed, sampled, scrapped, shipped, onHand)
  return {
    ...{ unit, opening, received, produced, returned, derived, passedOn, adjusted },
    ...{ consumed, sampled, scrapped, shipped, onHand, inProcess, made },
    unexplained: total(made, returned, adjusted, negate(gone))
  }
}
