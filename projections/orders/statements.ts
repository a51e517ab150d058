// The statements of the view `orders`, each over many rows, given as one JSON array. Used by `apply.ts` alone.
import type { SqlClient } from "effect/sql"
import { hasGap, isHeld, type Order, statusOf } from "./order.ts"
import type { OperationRow } from "./operation.ts"
import type { Report } from "./report.ts"
import type { SumRow } from "./sums.ts"

type Sql = SqlClient.SqlClient

export interface OrderKey {
  readonly plant: string
  readonly order_id: string
}

export const selectOrders = (sql: Sql, keys: ReadonlyArray<OrderKey>) => sql<OrderKey & { readonly state: Order }>`
  select plant, order_id, state
  from order_view join json_to_recordset(${JSON.stringify(keys)}::json) as key (plant text, order_id text)
    using (plant, order_id)`

export const selectReports = (sql: Sql, keys: ReadonlyArray<OrderKey & { readonly version: number }>) => sql<Report>`
  select order_report.*
  from order_report
  join json_to_recordset(${JSON.stringify(keys)}::json) as key (plant text, order_id text, version integer)
    using (plant, order_id, version)`

const visible = (order: Order) => ({
  status: statusOf(order),
  revision: order.plan?.revision ?? null,
  item: order.plan?.item ?? null,
  quantity: order.plan?.quantity.value ?? null,
  unit: order.plan?.quantity.unit ?? null,
  held: isHeld(order),
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

export const upsertOrders = (sql: Sql, orders: ReadonlyArray<OrderKey & { readonly order: Order }>) => {
  const rows = orders.map(({ plant, order_id, order }) => ({ plant, order_id, ...visible(order), state: order }))
  return sql`
    insert into order_view (plant, order_id, status, revision, item, quantity, unit, held, cancelled,
      technically_completed, closed, gap, parked, waiting, breaches, version, updated_at, state)
    select * from json_to_recordset(${JSON.stringify(rows)}::json) as row (plant text, order_id text, status text,
      revision integer, item text, quantity numeric, unit text, held boolean, cancelled boolean,
      technically_completed boolean, closed boolean, gap boolean, parked integer, waiting integer, breaches jsonb,
      version integer, updated_at float8, state json)
    on conflict (plant, order_id) do update set status = excluded.status, revision = excluded.revision,
      item = excluded.item, quantity = excluded.quantity, unit = excluded.unit, held = excluded.held,
      cancelled = excluded.cancelled, technically_completed = excluded.technically_completed, closed = excluded.closed,
      gap = excluded.gap, parked = excluded.parked, waiting = excluded.waiting, breaches = excluded.breaches,
      version = excluded.version, updated_at = excluded.updated_at, state = excluded.state`
}

export const insertReports = (sql: Sql, reports: ReadonlyArray<Report>) => sql`
  insert into order_report (plant, order_id, version, type, operation_id, counts, amounts, final, source, message_id,
    occurred_at)
  select * from json_to_recordset(${JSON.stringify(reports)}::json) as row (plant text, order_id text,
    version integer, type text, operation_id text, counts boolean, amounts json, final boolean, source text,
    message_id text, occurred_at text)`

export const updateReports = (sql: Sql, reports: ReadonlyArray<Report>) => sql`
  update order_report set counts = row.counts
  from json_to_recordset(${JSON.stringify(reports)}::json) as row (plant text, order_id text, version integer,
    counts boolean)
  where order_report.plant = row.plant and order_report.order_id = row.order_id and order_report.version = row.version`

/** Adds finals, takes the earlier start, and writes the plan where the row says so. */
export const upsertOperations = (sql: Sql, operations: ReadonlyArray<OperationRow>) => sql`
  with row as (
    select * from json_to_recordset(${JSON.stringify(operations)}::json) as row (plant text, order_id text,
      operation_id text, plans boolean, position integer, description text, work_center text, planned numeric, planned_unit text,
      finals integer, started_at float8)
  ), planned as (
    insert into order_operation as known (plant, order_id, operation_id, position, description, work_center,
      planned, planned_unit, finals, started_at)
    select plant, order_id, operation_id, position, description, work_center, planned, planned_unit, finals, started_at
    from row where plans
    on conflict (plant, order_id, operation_id) do update set position = excluded.position,
      description = excluded.description, work_center = excluded.work_center, planned = excluded.planned,
      planned_unit = excluded.planned_unit, finals = known.finals + excluded.finals, started_at = least(known.started_at, excluded.started_at)
  )
  insert into order_operation as known (plant, order_id, operation_id, finals, started_at)
  select plant, order_id, operation_id, finals, started_at from row where not plans
  on conflict (plant, order_id, operation_id) do update set finals = known.finals + excluded.finals,
    started_at = least(known.started_at, excluded.started_at)`

/** For operations of which a start no longer counts: the earliest that does. */
export const restartOperations = (sql: Sql, operations: ReadonlyArray<OperationRow>) => sql`
  update order_operation set started_at = (
    select min(extract(epoch from occurred_at::timestamptz) * 1000)::float8 from order_report as report
    where report.plant = row.plant and report.order_id = row.order_id and report.operation_id = row.operation_id
      and report.type = 'OperationStarted' and report.counts
  )
  from json_to_recordset(${JSON.stringify(operations)}::json) as row (plant text, order_id text, operation_id text)
  where order_operation.plant = row.plant and order_operation.order_id = row.order_id
    and order_operation.operation_id = row.operation_id`

export const addQuantities = (sql: Sql, sums: ReadonlyArray<SumRow>) => sql`
  insert into order_quantity as known (plant, order_id, operation_id, unit, good, scrap, rework, nonconforming, labor,
    machine)
  select * from json_to_recordset(${JSON.stringify(sums)}::json) as row (plant text, order_id text,
    operation_id text, unit text, good numeric, scrap numeric, rework numeric, nonconforming numeric, labor numeric,
    machine numeric)
  on conflict (plant, order_id, operation_id, unit) do update set
    good = known.good + excluded.good, scrap = known.scrap + excluded.scrap,
    rework = known.rework + excluded.rework,
    nonconforming = known.nonconforming + excluded.nonconforming,
    labor = known.labor + excluded.labor, machine = known.machine + excluded.machine`
