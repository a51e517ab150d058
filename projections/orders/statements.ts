// The statements of the view `orders`, each over many rows, and what of an order a row shows. Used by this folder alone.
import type { SqlClient } from "effect/sql"
import { columnNames, recordset, takeExcluded } from "../recordset.ts"
import type { OrderChanges } from "./changes.ts"
import type { MaterialRow } from "./material.ts"
import type { OperationRow } from "./operation.ts"
import { hasGap, isHeld, type Order, statusOf } from "./order.ts"
import type { Report } from "./report.ts"
import type { SumRow } from "./sums.ts"
import type { OrderKey } from "./tables.ts"

type Sql = SqlClient.SqlClient

const orderKey = { plant: "text", order_id: "text" }
const reportKey = { ...orderKey, version: "integer" }
const operationKey = { ...orderKey, operation_id: "text" }

export const selectOrders = (sql: Sql, keys: ReadonlyArray<OrderKey>) => sql<OrderKey & { readonly state: Order }>`
  select plant, order_id, state from order_view join ${recordset(sql, orderKey, keys)} using (plant, order_id)`

export const selectReports = (sql: Sql, keys: ReadonlyArray<OrderKey & { readonly version: number }>) => sql<Report>`
  select order_report.* from order_report join ${recordset(sql, reportKey, keys)} using (plant, order_id, version)`

/** What of an order is a column of its own. */
export const visible = (order: Order) => ({
  status: statusOf(order),
  revision: order.plan?.revision,
  item: order.plan?.item,
  quantity: order.plan?.quantity.value,
  unit: order.plan?.quantity.unit,
  held: isHeld(order),
  taken_over_at: order.takenOver,
  cancelled: order.cancelled,
  technically_completed: order.technicallyCompleted,
  closed: order.closed,
  gap: hasGap(order),
  parked: Object.values(order.parked).reduce((sum, count) => sum + count, 0),
  waiting: Object.keys(order.waiting).length,
  breaches: order.breaches,
  version: order.version,
  updated_at: order.updatedAt
})

const otherColumns = {
  status: "text",
  revision: "integer",
  item: "text",
  quantity: "numeric",
  unit: "text",
  held: "boolean",
  taken_over_at: "text",
  cancelled: "boolean",
  technically_completed: "boolean",
  closed: "boolean",
  gap: "boolean",
  parked: "integer",
  waiting: "integer",
  breaches: "jsonb",
  version: "integer",
  updated_at: "float8",
  state: "json"
}
export const orderColumns = { ...orderKey, ...otherColumns }
export const orderRow = ({ key, order }: OrderChanges) => ({ ...key, ...visible(order), state: order })

export const upsertOrders = (sql: Sql, changes: ReadonlyArray<OrderChanges>) => {
  return sql`
    insert into order_view (${columnNames(sql, orderColumns)})
    select * from ${recordset(sql, orderColumns, changes.map(orderRow))}
    on conflict (plant, order_id) do update set ${takeExcluded(sql, otherColumns)}`
}

export const reportColumns = {
  ...reportKey,
  type: "text",
  operation_id: "text",
  counts: "boolean",
  amounts: "json",
  materials: "json",
  final: "boolean",
  source: "text",
  message_id: "text",
  occurred_at: "text"
}

export const insertReports = (sql: Sql, reports: ReadonlyArray<Report>) => sql`
  insert into order_report (${columnNames(sql, reportColumns)}) select * from ${recordset(sql, reportColumns, reports)}`

export const updateReports = (sql: Sql, reports: ReadonlyArray<Report>) => sql`
  update order_report set counts = row.counts from ${recordset(sql, { ...reportKey, counts: "boolean" }, reports)}
  where order_report.plant = row.plant and order_report.order_id = row.order_id and order_report.version = row.version`

const courseColumns = { ...operationKey, finals: "integer", started_at: "float8" }
const planColumns = {
  position: "integer",
  description: "text",
  work_center: "text",
  planned: "numeric",
  planned_unit: "text"
}

export const operationColumns = { ...courseColumns, ...planColumns }

/** Adds finals and takes the earlier start. */
export const reportOnOperations = (sql: Sql, operations: ReadonlyArray<OperationRow>) => sql`
  insert into order_operation as known (${columnNames(sql, courseColumns)})
  select * from ${recordset(sql, courseColumns, operations)}
  on conflict (plant, order_id, operation_id) do update set finals = known.finals + excluded.finals,
    started_at = least(known.started_at, excluded.started_at)`

/** Writes what is planned of them. */
export const planOperations = (sql: Sql, operations: ReadonlyArray<OperationRow>) => sql`
  insert into order_operation (${columnNames(sql, { ...operationKey, ...planColumns })}, finals)
  select *, 0 from ${recordset(sql, { ...operationKey, ...planColumns }, operations)}
  on conflict (plant, order_id, operation_id) do update set ${takeExcluded(sql, planColumns)}`

/** For operations of which a start no longer counts: the earliest that does. */
export const restartOperations = (sql: Sql, operations: ReadonlyArray<OperationRow>) => sql`
  update order_operation set started_at = (
    select floor(extract(epoch from min(occurred_at::timestamptz)) * 1000)::float8 from order_report as report
    where report.plant = row.plant and report.order_id = row.order_id and report.operation_id = row.operation_id
      and report.type = 'OperationStarted' and report.counts
  )
  from ${recordset(sql, operationKey, operations)}
  where order_operation.plant = row.plant and order_operation.order_id = row.order_id
    and order_operation.operation_id = row.operation_id`

export const sumColumns = {
  ...operationKey,
  unit: "text",
  good: "numeric",
  scrap: "numeric",
  rework: "numeric",
  nonconforming: "numeric",
  labor: "numeric",
  machine: "numeric"
}

export const addQuantities = (sql: Sql, sums: ReadonlyArray<SumRow>) => sql`
  insert into order_quantity as known (${columnNames(sql, sumColumns)}) select * from ${recordset(sql, sumColumns, sums)}
  on conflict (plant, order_id, operation_id, unit) do update set good = known.good + excluded.good,
    scrap = known.scrap + excluded.scrap, rework = known.rework + excluded.rework,
    nonconforming = known.nonconforming + excluded.nonconforming, labor = known.labor + excluded.labor,
    machine = known.machine + excluded.machine`

export const materialColumns = {
  ...orderKey,
  item: "text",
  unit: "text",
  consumed: "numeric",
  returned: "numeric",
  produced: "numeric",
  co_produced: "numeric",
  by_produced: "numeric"
}

export const addMaterials = (sql: Sql, sums: ReadonlyArray<MaterialRow>) => sql`
  insert into order_material as known (${columnNames(sql, materialColumns)})
  select * from ${recordset(sql, materialColumns, sums)}
  on conflict (plant, order_id, item, unit) do update set consumed = known.consumed + excluded.consumed,
    returned = known.returned + excluded.returned, produced = known.produced + excluded.produced,
    co_produced = known.co_produced + excluded.co_produced, by_produced = known.by_produced + excluded.by_produced`
