// From a batch of events to the rows of the view `orders`: read what they name, evolve, write. Used by `orders.ts`.
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { category, orderOf, plantOf, type StreamName } from "../../core/journal/stream.ts"
import { byText } from "../sorted.ts"
import { OrderChanges } from "./changes.ts"
import { takenBack } from "./report.ts"
import * as statements from "./statements.ts"
import type { OrderKey } from "./tables.ts"

/** A key as one text, for a map; a plant's id has no line feed. */
const textOf = ({ plant, order_id }: OrderKey): string => `${plant}\n${order_id}`

/** The orders that these events are about, each as it is stored. */
const load = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, events: ReadonlyArray<RecordedEvent>) {
  const keys = new Map<StreamName, OrderKey>()
  const named: Array<OrderKey & { readonly version: number }> = []
  for (const event of events) {
    const { stream } = event
    const key = keys.get(stream) ?? { plant: plantOf(stream), order_id: orderOf(stream) }
    keys.set(stream, key)
    const version = takenBack(event)
    if (version !== undefined) named.push({ ...key, version })
  }
  const orders = yield* statements.selectOrders(sql, [...keys.values()])
  const stored = new Map(orders.map((row) => [textOf(row), row.state]))
  const reports = Map.groupBy(named.length === 0 ? [] : yield* statements.selectReports(sql, named), textOf)
  const changes = new Map<StreamName, OrderChanges>()
  for (const [stream, key] of byText([...keys], ([stream]) => stream)) {
    const text = textOf(key)
    changes.set(stream, new OrderChanges(key, stored.get(text), reports.get(text)))
  }
  return changes
})

export const apply = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, batch: ReadonlyArray<RecordedEvent>) {
  const events = batch.filter(({ stream }) => category(stream) === "order")
  if (events.length === 0) return
  const byStream = yield* load(sql, events)
  for (const event of events) byStream.get(event.stream)?.take(event)
  // Sorted by key already: the orders by `load`, and what is inside an order always comes in one transaction.
  const changes = [...byStream.values()]
  yield* statements.upsertOrders(sql, changes)
  const fresh = changes.flatMap((change) => change.fresh)
  if (fresh.length > 0) yield* statements.insertReports(sql, fresh)
  const gone = changes.flatMap((change) => change.takenBack)
  if (gone.length > 0) yield* statements.updateReports(sql, gone)
  const sums = changes.flatMap((change) => [...change.sums.values()])
  if (sums.length > 0) yield* statements.addQuantities(sql, sums)
  const materials = changes.flatMap((change) => [...change.materials.values()])
  if (materials.length > 0) yield* statements.addMaterials(sql, materials)
  const operations = changes.flatMap((change) => [...change.operations.values()])
  const reported = operations.filter(({ reports }) => reports)
  if (reported.length > 0) yield* statements.reportOnOperations(sql, reported)
  const planned = operations.filter(({ plans }) => plans)
  if (planned.length > 0) yield* statements.planOperations(sql, planned)
  const restarted = operations.filter(({ restarts }) => restarts)
  if (restarted.length > 0) yield* statements.restartOperations(sql, restarted)
})
