// The rules of the plant that an order's facts break. Derived from the facts alone; what is new or gone is announced.
// Used by the order actor alone.
import { HashMap, Option } from "effect"
import type { Breach } from "../../core/event/order.ts"
import * as Decimal from "../../core/plant/decimal.ts"
import type { OperationId } from "../../core/plant/identifiers.ts"
import { inUnit, Unit } from "../../core/plant/quantity.ts"
import type { OrderCourse } from "./course.ts"
import type { OrderFacts } from "./facts.ts"
import { type Operation, unreported } from "./operation.ts"
import { allowedOn, isUnlimited } from "./plan.ts"

/** A breach before it is known which event shows it. */
type Found = Omit<Breach, "since">

const kinds = [
  "overproduction",
  "underproduction",
  "unitNotPlanned",
  "reportAfterCancellation",
  "reportAfterTechnicalCompletion"
] as const
type Kind = (typeof kinds)[number]

const key = (kind: Kind, operationId: string) => `${kind}/${operationId}`

/** Good quantity beyond what the plan allows. None while no plan is known. */
const overproduction = (facts: OrderFacts, operationId: OperationId, { good }: Operation): Found | undefined => {
  if (facts.plan === undefined || isUnlimited(facts.plan)) return undefined
  const { value: allowed, unit } = allowedOn(facts.plan, operationId)
  const reported = inUnit(good, unit)
  if (Decimal.compare(reported, allowed) <= 0) return undefined
  const kind = "overproduction"
  return { breach: key(kind, operationId), kind, operationId, allowed, reported, unit }
}

/**
 * Less than the plan asks for, on the order's last operation, once it is completed: until then more may come. None where
 * quantities can't be compared, or the order was cancelled.
 */
const underproduction = (facts: OrderFacts, operationId: OperationId, operation: Operation): Found | undefined => {
  const { cancelled, closed, plan, technicallyCompleted } = facts
  if (plan?.least?.operationId !== operationId || cancelled !== undefined) return undefined
  if (technicallyCompleted === undefined && closed === undefined) return undefined
  if (unitNotPlanned(facts, operationId, operation) !== undefined) return undefined
  const { value: allowed, unit } = plan.least.quantity
  const reported = inUnit(operation.good, unit)
  if (Decimal.compare(reported, allowed) >= 0) return undefined
  const kind = "underproduction"
  return { breach: key(kind, operationId), kind, operationId, allowed, reported, unit }
}

/**
 * Good quantity in another unit than planned. It's neither compared nor converted, since conversions are master data;
 * a supervisor sees it before the ERP does.
 */
const unitNotPlanned = (facts: OrderFacts, operationId: OperationId, { good }: Operation): Found | undefined => {
  if (facts.plan === undefined) return undefined
  const planned = allowedOn(facts.plan, operationId).unit
  const [unit] = Object.keys(good)
    .filter((reported) => reported !== planned)
    .sort()
  if (unit === undefined) return undefined
  const kind = "unitNotPlanned"
  return { breach: key(kind, operationId), kind, operationId, reported: inUnit(good, unit), unit: Unit.make(unit) }
}

/** Work that happened after the order was cancelled. */
const afterCancellation = (facts: OrderFacts, operationId: OperationId, operation: Operation): Found | undefined => {
  if (facts.cancelled === undefined || operation.reportedAt <= facts.cancelled.at) return undefined
  const kind = "reportAfterCancellation"
  return { breach: key(kind, operationId), kind, operationId }
}

/** Work that happened after the order was technically completed or closed; corrections of earlier work may. */
const afterCompletion = (facts: OrderFacts, operationId: OperationId, operation: Operation): Found | undefined => {
  const { technicallyCompleted, closed } = facts
  const from = Math.min(technicallyCompleted?.at ?? Number.POSITIVE_INFINITY, closed?.at ?? Number.POSITIVE_INFINITY)
  if (operation.reportedAt <= from) return undefined
  const kind = "reportAfterTechnicalCompletion"
  return { breach: key(kind, operationId), kind, operationId }
}

const rules: { readonly [K in Kind]: (facts: OrderFacts, id: OperationId, operation: Operation) => Found | undefined } =
  {
    overproduction,
    underproduction,
    unitNotPlanned,
    reportAfterCancellation: afterCancellation,
    reportAfterTechnicalCompletion: afterCompletion
  }

export interface BreachChanges {
  readonly found: ReadonlyArray<Found>
  readonly withdrawn: ReadonlyArray<string>
}

/** A waiver holds for the plan's revision that it was given on: another plan is another question. */
const isWaived = (facts: OrderFacts, course: OrderCourse, breach: string): boolean =>
  Option.getOrUndefined(HashMap.get(course.waived, breach)) === revisionOf(facts)

export const revisionOf = ({ plan }: OrderFacts): number => plan?.content.revision ?? 0

/** On which operations a word may break or mend a rule: all that are reported on, and what should have been. */
export const judgedOperations = (before: OrderFacts, { operations, plan }: OrderFacts): Iterable<OperationId> => {
  const [least, earlier] = [plan?.least?.operationId, before.plan?.least?.operationId]
  if (least === undefined && earlier === undefined) return HashMap.keys(operations)
  return new Set([
    ...HashMap.keys(operations),
    ...(least === undefined ? [] : [least]),
    ...(earlier === undefined ? [] : [earlier])
  ])
}

/** What is new and what is gone on these operations; a waived breach is neither while its waiver holds. */
export const breachChanges = (
  facts: OrderFacts,
  course: OrderCourse,
  operationIds: Iterable<OperationId>
): BreachChanges => {
  const found: Array<Found> = []
  const withdrawn: Array<string> = []
  for (const operationId of operationIds) {
    const operation = Option.getOrElse(HashMap.get(facts.operations, operationId), () => unreported)
    for (const kind of kinds) {
      const breach = rules[kind](facts, operationId, operation)
      if (breach === undefined) {
        if (HashMap.isEmpty(course.breaches)) continue
        const gone = key(kind, operationId)
        if (HashMap.has(course.breaches, gone)) withdrawn.push(gone)
      } else if (!HashMap.has(course.breaches, breach.breach) && !isWaived(facts, course, breach.breach)) {
        found.push(breach)
      }
    }
  }
  return { found, withdrawn }
}
