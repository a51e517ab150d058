// From whole histories of orders to their rows: what `apply.ts` leaves in empty tables. Used by `orders.ts` alone.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { orderOf, plantOf, type StreamName } from "../../core/journal/stream.ts"
import { copiedRows } from "../copied-rows.ts"
import type { OfHistories } from "../projection.ts"
import { OrderChanges } from "./changes.ts"
import { type OperationRow, startOf } from "./operation.ts"
import { materialColumns, operationColumns, orderColumns, orderRow, reportColumns, sumColumns } from "./statements.ts"

const changesOf = (histories: ReadonlyArray<RecordedEvent>): ReadonlyArray<OrderChanges> => {
  const changes = new Map<StreamName, OrderChanges>()
  for (const event of histories) {
    const { stream } = event
    let order = changes.get(stream)
    if (order === undefined) {
      order = new OrderChanges({ plant: plantOf(stream), order_id: orderOf(stream) })
      changes.set(stream, order)
    }
    order.take(event)
  }
  return [...changes.values()]
}

/** As `restartOperations` finds it: the earliest start that counts. */
const started = ({ fresh }: OrderChanges, operation: OperationRow): OperationRow => {
  if (!operation.restarts) return operation
  const starts = fresh.filter(
    ({ counts, operation_id, type }) => type === "OperationStarted" && counts && operation_id === operation.operation_id
  )
  return {
    ...operation,
    started_at: starts.length === 0 ? null : Math.min(...starts.map(({ occurred_at }) => startOf(occurred_at)))
  }
}

export const rowsOfHistories: OfHistories["rows"] = (histories) => {
  const changes = changesOf(histories)
  return [
    copiedRows("order_view", orderColumns, changes.map(orderRow)),
    copiedRows(
      "order_report",
      reportColumns,
      changes.flatMap(({ fresh }) => fresh)
    ),
    copiedRows(
      "order_operation",
      operationColumns,
      changes.flatMap((change) => [...change.operations.values()].map((operation) => started(change, operation)))
    ),
    copiedRows(
      "order_quantity",
      sumColumns,
      changes.flatMap(({ sums }) => [...sums.values()])
    ),
    copiedRows(
      "order_material",
      materialColumns,
      changes.flatMap(({ materials }) => [...materials.values()])
    )
  ]
}
