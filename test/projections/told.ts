// The view `orders` without its tables: one order after its events, and the sums of its reports. For tests.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { OrderChanges } from "../../projections/orders/changes.ts"

export const told = (events: ReadonlyArray<RecordedEvent>) => {
  const changes = new OrderChanges({ plant: "plant-1", order_id: "4711" })
  for (const event of events) changes.take(event)
  return { order: changes.order, reports: changes.fresh, sums: [...changes.sums.values()] }
}
