// The rules that a lot's facts break. Derived from the facts alone; what is new or gone is announced. Used by the lot
// actor alone.
import { HashMap, Option } from "effect"
import type { LotBreach } from "../../core/event/lot.ts"
import * as Decimal from "../../core/plant/decimal.ts"
import { inUnit, Unit } from "../../core/plant/quantity.ts"
import type { LotCourse } from "./course.ts"
import type { LotFacts } from "./facts.ts"

export interface LotPolicy {
  /** Whether more may leave a lot than had come into it: `case` where a person is asked. */
  readonly negativeStock: "case" | "allowed"
}

type Found = Omit<LotBreach, "since">

const negativeBalances = ({ balance }: LotFacts): ReadonlyArray<Found> =>
  Object.keys(balance)
    .filter((unit) => Decimal.compare(inUnit(balance, unit), Decimal.zero) < 0)
    .sort()
    .map((unit) => ({
      breach: `negativeBalance/${unit}`,
      kind: "negativeBalance",
      extent: Decimal.negate(inUnit(balance, unit)),
      unit: Unit.make(unit)
    }))

const uses = (kind: "usedWhileRestricted" | "usedAfterExpiry", count: number): ReadonlyArray<Found> =>
  count === 0 ? [] : [{ breach: kind, kind, extent: Decimal.fromText(String(count)) }]

export const breachesOf = (facts: LotFacts, { negativeStock }: LotPolicy): ReadonlyArray<Found> => [
  ...(negativeStock === "allowed" ? [] : negativeBalances(facts)),
  ...uses("usedWhileRestricted", facts.restrictedUses),
  ...uses("usedAfterExpiry", facts.expiredUses)
]

export interface BreachChanges {
  readonly found: ReadonlyArray<Found>
  readonly withdrawn: ReadonlyArray<string>
}

/** As the event of its end says it: where a person was asked late, there is a case to withdraw. */
export const withdrawal = ({ open }: LotCourse, breach: string) =>
  Option.getOrUndefined(HashMap.get(open, breach))?.overdue === true ? { breach, overdue: true as const } : { breach }

/** A waiver holds for what it was given on: what goes further is another question. */
const isWaived = ({ waived }: LotCourse, { breach, extent }: Found): boolean => {
  const allowed = Option.getOrUndefined(HashMap.get(waived, breach))
  return allowed !== undefined && Decimal.compare(extent, allowed) <= 0
}

/** What is new, and what is gone with its waiver, if it had one; an open breach that goes further than it did is neither. */
export const breachChanges = (facts: LotFacts, course: LotCourse, policy: LotPolicy): BreachChanges => {
  const now = breachesOf(facts, policy)
  const names = new Set(now.map(({ breach }) => breach))
  return {
    found: now.filter((found) => !HashMap.has(course.open, found.breach) && !isWaived(course, found)),
    withdrawn: [...HashMap.keys(course.open), ...HashMap.keys(course.waived)].filter((breach) => !names.has(breach))
  }
}
