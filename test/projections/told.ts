// The view `orders` without its tables: one order after its events, and the sums of its reports. For tests.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { evolve, type Order, unknownOrder, withReport } from "../../projections/orders/order.ts"
import { changesOf, type Report, reportKey } from "../../projections/orders/report.ts"
import { addTo, type SumRow } from "../../projections/orders/sums.ts"

export const told = (events: ReadonlyArray<RecordedEvent>) => {
  const reports = new Map<string, Report>()
  const sums = new Map<string, SumRow>()
  let order: Order = unknownOrder
  for (const event of events) {
    order = evolve(order, event)
    for (const change of changesOf((key) => reports.get(key), event)) {
      order = withReport(order, change.report.operation_id, change.report.final, change.sign)
      reports.set(reportKey(event.stream, change.report.version), change.report)
      addTo(sums, change)
    }
  }
  return { order, reports: [...reports.values()], sums: [...sums.values()] }
}
