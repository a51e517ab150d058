// From a batch of events to the rows of the view `orders`: read what they name, evolve, write. Used by `orders.ts`.
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { category, orderOf, plantOf, type StreamName } from "../../core/journal/stream.ts"
import { byText } from "../sorted.ts"
import * as Operation from "./operation.ts"
import { evolve, type Order, unknownOrder, withReport } from "./order.ts"
import { changesOf, type Report, reportKey, takenBack } from "./report.ts"
import * as statements from "./statements.ts"
import { addTo, type SumRow, sumKey } from "./sums.ts"

const keyOf = (stream: StreamName): statements.OrderKey => ({ plant: plantOf(stream), order_id: orderOf(stream) })

/** The rows that a batch makes of what is stored. */
interface Changes {
  readonly orders: Map<StreamName, Order>
  readonly reports: Map<string, Report>
  readonly operations: Map<string, Operation.OperationRow>
  readonly sums: Map<string, SumRow>
}

const change = (stored: Pick<Changes, "orders" | "reports">, events: ReadonlyArray<RecordedEvent>): Changes => {
  const changes: Changes = { orders: new Map(), reports: new Map(), operations: new Map(), sums: new Map() }
  const known = (key: string) => changes.reports.get(key) ?? stored.reports.get(key)
  for (const event of events) {
    const { stream } = event
    const before = changes.orders.get(stream) ?? stored.orders.get(stream) ?? unknownOrder
    let order = evolve(before, event)
    for (const { report, sign } of changesOf(known, event)) {
      order = withReport(order, report.operation_id, report.final, sign)
      changes.reports.set(reportKey(stream, report.version), report)
      Operation.report(changes.operations, { report, sign })
      addTo(changes.sums, { report, sign })
    }
    if (order.plan !== before.plan && "operations" in event.data) {
      const { operations, quantity } = event.data
      Operation.plan(changes.operations, keyOf(stream), before.plan?.operations ?? [], operations, quantity)
    }
    changes.orders.set(stream, order)
  }
  return changes
}

const load = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, events: ReadonlyArray<RecordedEvent>) {
  const streams = new Map(events.map(({ stream }) => [JSON.stringify(keyOf(stream)), stream]))
  const orders = new Map<StreamName, Order>()
  const keys = [...streams.values()].map(keyOf)
  for (const { plant, order_id, state } of yield* statements.selectOrders(sql, keys)) {
    const stream = streams.get(JSON.stringify({ plant, order_id }))
    if (stream !== undefined) orders.set(stream, state)
  }
  const named = events.flatMap((event) => {
    const version = takenBack(event)
    return version === undefined ? [] : [{ ...keyOf(event.stream), version }]
  })
  const reports = new Map<string, Report>()
  if (named.length > 0) {
    for (const report of yield* statements.selectReports(sql, named)) {
      const stream = streams.get(JSON.stringify({ plant: report.plant, order_id: report.order_id }))
      if (stream !== undefined) reports.set(reportKey(stream, report.version), report)
    }
  }
  return { orders, reports }
})

export const apply = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, batch: ReadonlyArray<RecordedEvent>) {
  const events = batch.filter(({ stream }) => category(stream) === "order")
  if (events.length === 0) return
  const stored = yield* load(sql, events)
  const changes = change(stored, events)
  const orders = [...changes.orders].map(([stream, order]) => ({ ...keyOf(stream), stream, order }))
  yield* statements.upsertOrders(
    sql,
    byText(orders, ({ stream }) => stream)
  )
  const reports = byText([...changes.reports], ([key]) => key)
  const fresh = reports.flatMap(([key, report]) => (stored.reports.has(key) ? [] : [report]))
  const toggled = reports.flatMap(([key, report]) => (stored.reports.has(key) ? [report] : []))
  if (fresh.length > 0) yield* statements.insertReports(sql, fresh)
  if (toggled.length > 0) yield* statements.updateReports(sql, toggled)
  const operations = byText([...changes.operations.values()], Operation.operationKey)
  const reported = operations.filter(({ reports }) => reports)
  if (reported.length > 0) yield* statements.reportOnOperations(sql, reported)
  const planned = operations.filter(({ plans }) => plans)
  if (planned.length > 0) yield* statements.planOperations(sql, planned)
  const restarted = operations.filter(({ restarts }) => restarts)
  if (restarted.length > 0) yield* statements.restartOperations(sql, restarted)
  const sums = byText([...changes.sums.values()], sumKey)
  if (sums.length > 0) yield* statements.addQuantities(sql, sums)
})
