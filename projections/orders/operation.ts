// What a batch changes of an operation apart from its sums: its plan, its finality, its start. Pure; used by
// `apply.ts` alone.
import type { PlannedOperation } from "../../core/message/order.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import { instant, OccurredAt } from "../../core/plant/time.ts"
import type { Change } from "./report.ts"

export interface OperationRow {
  readonly plant: string
  readonly order_id: string
  readonly operation_id: string
  /** Whether the five columns of the plan are to be written. */
  plans: boolean
  position: number | null
  description: string | null
  work_center: string | null
  planned: string | null
  planned_unit: string | null
  /** Whether a start or a final report is to be written. */
  reports: boolean
  /** To be added. */
  finals: number
  /** The earliest of the batch. */
  started_at: number | null
  /** A start no longer counts: the earliest is to be looked up among the reports. */
  restarts: boolean
}

type Place = Pick<OperationRow, "plant" | "order_id" | "operation_id">

export const operationKey = ({ plant, order_id, operation_id }: Place): string =>
  `${plant}\n${order_id}\n${operation_id}`

const unplanned = { position: null, description: null, work_center: null, planned: null, planned_unit: null }

const row = (rows: Map<string, OperationRow>, { plant, order_id, operation_id }: Place): OperationRow => {
  const key = operationKey({ plant, order_id, operation_id })
  const known = rows.get(key)
  if (known !== undefined) return known
  const fresh = {
    plant,
    order_id,
    operation_id,
    plans: false,
    ...unplanned,
    reports: false,
    finals: 0,
    started_at: null,
    restarts: false
  }
  rows.set(key, fresh)
  return fresh
}

/** The order's ruling plan has changed; operations that it no longer has keep what was reported on them. */
export const plan = (
  rows: Map<string, OperationRow>,
  order: { readonly plant: string; readonly order_id: string },
  before: ReadonlyArray<string>,
  operations: ReadonlyArray<PlannedOperation>,
  quantity: Quantity
): void => {
  for (const operation_id of before) {
    Object.assign(row(rows, { ...order, operation_id }), { ...unplanned, plans: true })
  }
  for (const [index, operation] of operations.entries()) {
    const { value, unit } = operation.quantity ?? quantity
    Object.assign(row(rows, { ...order, operation_id: operation.operationId }), {
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
export const report = (rows: Map<string, OperationRow>, { report, sign }: Change): void => {
  const isStart = report.type === "OperationStarted"
  if (!isStart && !report.final) return
  const operation = row(rows, report)
  operation.reports = true
  if (!isStart) operation.finals += sign
  else if (sign === -1) operation.restarts = true
  else operation.started_at = Math.min(operation.started_at ?? Number.POSITIVE_INFINITY, startOf(report.occurred_at))
}

const startOf = (occurredAt: string) => instant(OccurredAt.make(occurredAt))
