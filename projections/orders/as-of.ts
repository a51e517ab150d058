// One order as `order show` would have shown it after some of its events: the view's row, without tables. Pure; used by
// replays.
import type { TimeLine } from "../../core/journal/as-of.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { ItemId, OperationId, type OrderId, type PlantId } from "../../core/plant/identifiers.ts"
import { Unit } from "../../core/plant/quantity.ts"
import { instant, OccurredAt } from "../../core/plant/time.ts"
import { byText } from "../sorted.ts"
import { OrderChanges } from "./changes.ts"
import type { MaterialRow, OperationRow, OrderRow } from "./queries.ts"
import { visible } from "./statements.ts"

/** All of the view's row but which event came last. */
export type OrderAsOf = Omit<OrderRow, "version" | "updatedAt"> & {
  readonly operations: ReadonlyArray<OperationRow>
  readonly materials: ReadonlyArray<MaterialRow>
}

/** By the plant's time no message is missing: what hadn't happened hadn't been sent. */
const orderOf = ({ order }: OrderChanges, line: TimeLine) => (line === "plant" ? { ...order, seen: {} } : order)

export const orderAfter = (
  plant: PlantId,
  orderId: OrderId,
  events: ReadonlyArray<RecordedEvent>,
  line: TimeLine
): OrderAsOf => {
  const changes = new OrderChanges({ plant, order_id: orderId })
  for (const event of events) changes.take(event)
  const row = visible(orderOf(changes, line))
  return {
    plant,
    orderId,
    status: row.status,
    revision: row.revision ?? null,
    item: row.item === undefined ? null : ItemId.make(row.item),
    quantity: row.quantity ?? null,
    unit: row.unit ?? null,
    held: row.held,
    takenOverAt: row.taken_over_at ?? null,
    cancelled: row.cancelled,
    technicallyCompleted: row.technically_completed,
    closed: row.closed,
    gap: row.gap,
    parked: row.parked,
    waiting: row.waiting,
    breaches: row.breaches,
    operations: operationsOf(changes),
    materials: materialsOf(changes)
  }
}

/** Planned ones in the plan's order, then those that only reports name. */
const operationsOf = (changes: OrderChanges): ReadonlyArray<OperationRow> => {
  const sums = Map.groupBy(changes.sums.values(), ({ operation_id }) => operation_id)
  const ids = new Set([...changes.operations.keys(), ...sums.keys()])
  const rows = byText([...ids], (id) => id).map((id) => {
    const known = changes.operations.get(id)
    const quantities = byText(sums.get(id) ?? [], ({ unit }) => unit)
    const operation: OperationRow = {
      operationId: OperationId.make(id),
      description: known?.description ?? null,
      workCenterId: known?.work_center ?? null,
      planned: known?.planned ?? null,
      plannedUnit: known?.planned_unit ?? null,
      final: (known?.finals ?? 0) > 0,
      startedAt: startOf(changes, id),
      quantities: quantities.map(({ good, labor, machine, nonconforming, rework, scrap, unit }) => ({
        unit: Unit.make(unit),
        good,
        scrap,
        rework,
        nonconforming,
        labor,
        machine
      }))
    }
    return { position: known?.position ?? Number.POSITIVE_INFINITY, operation }
  })
  return rows.toSorted(byPosition).map(({ operation }) => operation)
}

const byPosition = (left: { readonly position: number }, right: { readonly position: number }): number =>
  left.position === right.position ? 0 : left.position - right.position

/** The earliest start that counts. */
const startOf = ({ fresh }: OrderChanges, operation: string): Date | null => {
  const starts = fresh.filter(
    ({ counts, operation_id, type }) => counts && type === "OperationStarted" && operation_id === operation
  )
  if (starts.length === 0) return null
  return new Date(Math.min(...starts.map(({ occurred_at }) => instant(OccurredAt.make(occurred_at)))))
}

const materialsOf = ({ materials }: OrderChanges): ReadonlyArray<MaterialRow> =>
  byText([...materials.values()], ({ item, unit }) => `${item}\n${unit}`).map((row) => ({
    item: ItemId.make(row.item),
    unit: Unit.make(row.unit),
    consumed: row.consumed,
    returned: row.returned,
    produced: row.produced,
    coProduced: row.co_produced,
    byProduced: row.by_produced
  }))
