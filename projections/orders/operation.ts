// What a batch changes of an order's operations apart from sums: plan, finality, start. Used by `changes.ts` alone.
import type { PlannedOperation } from "../../core/message/order.ts"
import type { Decimal } from "../../core/plant/decimal.ts"
import type { Quantity, Unit } from "../../core/plant/quantity.ts"
import { instant, OccurredAt } from "../../core/plant/time.ts"
import type { Report } from "./report.ts"
import type { OrderKey } from "./tables.ts"

export interface OperationRow extends OrderKey {
  readonly operation_id: string
  /** Whether the five columns of the plan are to be written. */
  plans: boolean
  position: number | null
  description: string | null
  work_center: string | null
  planned: Decimal | null
  planned_unit: Unit | null
  /** Whether a start or a final report is to be written. */
  reports: boolean
  /** To be added. */
  finals: number
  /** The earliest of the batch. */
  started_at: number | null
  /** A start no longer counts: the earliest is to be looked up among the reports. */
  restarts: boolean
}

const unplanned = { position: null, description: null, work_center: null, planned: null, planned_unit: null }

const row = (rows: Map<string, OperationRow>, { plant, order_id }: OrderKey, operation_id: string): OperationRow => {
  const known = rows.get(operation_id)
  if (known !== undefined) return known
  const nothing = { plans: false, ...unplanned, reports: false, finals: 0, started_at: null, restarts: false }
  const fresh = { plant, order_id, operation_id, ...nothing }
  rows.set(operation_id, fresh)
  return fresh
}

/** The order's ruling plan has changed; operations that it no longer has keep what was reported on them. */
export const plan = (
  rows: Map<string, OperationRow>,
  order: OrderKey,
  before: ReadonlyArray<string>,
  operations: ReadonlyArray<PlannedOperation>,
  quantity: Quantity
): void => {
  for (const operation of before) Object.assign(row(rows, order, operation), { ...unplanned, plans: true })
  for (const [index, operation] of operations.entries()) {
    const { value, unit } = operation.quantity ?? quantity
    Object.assign(row(rows, order, operation.operationId), {
      plans: true,
      position: index + 1,
      description: operation.description ?? null,
      work_center: operation.workCenterId ?? null,
      planned: value,
      planned_unit: unit
    })
  }
}

/** A report counts, or no longer does. */
export const report = (rows: Map<string, OperationRow>, report: Report, sign: 1 | -1): void => {
  const isStart = report.type === "OperationStarted"
  if (!isStart && !report.final) return
  const operation = row(rows, report, report.operation_id)
  operation.reports = true
  if (!isStart) operation.finals += sign
  else if (sign === -1) operation.restarts = true
  else operation.started_at = Math.min(operation.started_at ?? Number.POSITIVE_INFINITY, startOf(report.occurred_at))
}

/** When a report began, in whole milliseconds. */
export const startOf = (occurredAt: string) => instant(OccurredAt.make(occurredAt))
