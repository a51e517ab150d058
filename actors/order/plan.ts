// What an order plans: the revision that rules, and how much good quantity it allows per operation.
// Used by the order actor alone.
import type { PlannedOperation, ProductionOrderReleased } from "../../core/message/order.ts"
import { outranks, type Rank } from "../../core/message/rank.ts"
import * as Decimal from "../../core/plant/decimal.ts"
import type { Quantity } from "../../core/plant/quantity.ts"

type PlanContent = Omit<typeof ProductionOrderReleased.Type, "orderId" | "occurredAt" | "badge">

export interface Plan {
  readonly rank: Rank
  readonly content: PlanContent
  /** Per planned operation, its quantity and the tolerance; computed once, compared with at every report. */
  readonly allowed: ReadonlyMap<string, Quantity>
  /** For an operation that isn't planned: the order's quantity and the tolerance. */
  readonly allowedElsewhere: Quantity
}

const withTolerance = ({ value, unit }: Quantity, percent: Decimal.Decimal | undefined): Quantity =>
  percent === undefined
    ? { value, unit }
    : { value: Decimal.add(value, Decimal.multiply(Decimal.multiply(value, percent), hundredth)), unit }

const hundredth = Decimal.fromText("0.01")

export const makePlan = (content: PlanContent, rank: Rank): Plan => {
  const percent = content.overproductionTolerancePercent
  const limit = ({ operationId, quantity = content.quantity }: PlannedOperation) =>
    [operationId, withTolerance(quantity, percent)] as const
  return {
    rank,
    content,
    allowed: new Map(content.operations.map(limit)),
    allowedElsewhere: withTolerance(content.quantity, percent)
  }
}

export const allowedOn = (plan: Plan, operationId: string): Quantity =>
  plan.allowed.get(operationId) ?? plan.allowedElsewhere

/** The highest revision rules; of equal revisions the highest rank. */
export const rulingPlan = (current: Plan | undefined, content: PlanContent, rank: Rank): Plan => {
  if (current === undefined) return makePlan(content, rank)
  const ahead = content.revision - current.content.revision
  return ahead > 0 || (ahead === 0 && outranks(rank, current.rank)) ? makePlan(content, rank) : current
}
