// What an order plans: the revision that rules, how much good quantity it allows per operation, what the ERP backflushes.
// Used by the order actor alone.
import type { PlannedOperation, ProductionOrderReleased } from "../../core/message/order.ts"
import { outranks, type Rank } from "../../core/message/rank.ts"
import * as Decimal from "../../core/plant/decimal.ts"
import type { ItemId, OperationId } from "../../core/plant/identifiers.ts"
import type { Quantity } from "../../core/plant/quantity.ts"

type PlanContent = Omit<typeof ProductionOrderReleased.Type, "orderId" | "occurredAt" | "badge">

export interface Plan {
  readonly rank: Rank
  readonly content: PlanContent
  /** Per planned operation, its quantity and the tolerance; computed once, compared with at every report. */
  readonly allowed: ReadonlyMap<string, Quantity>
  /** For an operation that isn't planned: the order's quantity and the tolerance. */
  readonly allowedElsewhere: Quantity
  /** What its last operation has to have made by its completion, where any of it has to be. */
  readonly least: { readonly operationId: OperationId; readonly quantity: Quantity } | undefined
  /** Item → the operations at which the ERP takes it by itself, undefined for any. Undefined where nobody has said. */
  readonly backflushed: ReadonlyMap<ItemId, ReadonlyArray<OperationId | undefined>> | undefined
}

const withTolerance = ({ value, unit }: Quantity, percent: Decimal.Decimal | undefined): Quantity =>
  percent === undefined
    ? { value, unit }
    : { value: Decimal.add(value, Decimal.multiply(Decimal.multiply(value, percent), hundredth)), unit }

const hundredth = Decimal.fromText("0.01")

const leastOf = ({ operations, quantity, underproductionTolerancePercent: percent }: PlanContent): Plan["least"] => {
  const last = operations.at(-1)
  if (percent === undefined || last === undefined) return undefined
  return { operationId: last.operationId, quantity: withTolerance(last.quantity ?? quantity, Decimal.negate(percent)) }
}

const backflushedOf = ({ backflushedComponents }: PlanContent): Plan["backflushed"] => {
  if (backflushedComponents === undefined) return undefined
  const byItem = Map.groupBy(backflushedComponents, ({ itemId }) => itemId)
  return new Map(Array.from(byItem, ([itemId, of]) => [itemId, of.map(({ operationId }) => operationId)]))
}

export const isUnlimited = ({ content }: Plan): boolean => content.overproductionTolerancePercent === "unlimited"

export const makePlan = (content: PlanContent, rank: Rank): Plan => {
  const tolerance = content.overproductionTolerancePercent
  const percent = tolerance === "unlimited" ? undefined : tolerance
  const limit = ({ operationId, quantity = content.quantity }: PlannedOperation) =>
    [operationId, withTolerance(quantity, percent)] as const
  return {
    rank,
    content,
    allowed: new Map(content.operations.map(limit)),
    allowedElsewhere: withTolerance(content.quantity, percent),
    least: leastOf(content),
    backflushed: backflushedOf(content)
  }
}

export const allowedOn = (plan: Plan, operationId: string): Quantity =>
  plan.allowed.get(operationId) ?? plan.allowedElsewhere

/** Whether the ERP takes this out of stock by itself, when the operation is confirmed that it is for. */
export const isBackflushed = ({ backflushed }: Plan, itemId: ItemId, operationId: OperationId | undefined): boolean =>
  backflushed?.get(itemId)?.some((at) => at === undefined || operationId === undefined || at === operationId) ?? false

/** The highest revision rules; of equal revisions the highest rank. */
export const rulingPlan = (current: Plan | undefined, content: PlanContent, rank: Rank): Plan => {
  if (current === undefined) return makePlan(content, rank)
  const ahead = content.revision - current.content.revision
  return ahead > 0 || (ahead === 0 && outranks(rank, current.rank)) ? makePlan(content, rank) : current
}
