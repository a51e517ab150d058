// Questions to the view `orders`. Used by the command line, the simulator and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Breach } from "../../core/event/order.ts"
import { ItemId, OperationId, OrderId, PlantId } from "../../core/plant/identifiers.ts"
import { OrderStatus } from "../../core/plant/order-status.ts"
import { DecimalFromText, Unit } from "../../core/plant/quantity.ts"
import { isOpen } from "../postings/tables.ts"
import { recordset } from "../recordset.ts"

/** Sums of one unit. */
const sums = {
  unit: Unit,
  good: DecimalFromText,
  scrap: DecimalFromText,
  rework: DecimalFromText,
  nonconforming: DecimalFromText,
  labor: DecimalFromText,
  machine: DecimalFromText
}

export const OrderRow = Schema.Struct({
  plant: PlantId,
  orderId: OrderId,
  status: OrderStatus,
  /** This and the next three are null until a release or a change is known. */
  revision: Schema.NullOr(Schema.Int),
  item: Schema.NullOr(ItemId),
  quantity: Schema.NullOr(DecimalFromText),
  unit: Schema.NullOr(Unit),
  held: Schema.Boolean,
  /** When its history begins, where the ERP had confirmed some of it before that. */
  takenOverAt: Schema.NullOr(Schema.String),
  cancelled: Schema.Boolean,
  technicallyCompleted: Schema.Boolean,
  closed: Schema.Boolean,
  gap: Schema.Boolean,
  parked: Schema.Int,
  waiting: Schema.Int,
  breaches: Schema.Record(
    Schema.String,
    Schema.Struct({ ...Breach.fields, state: Schema.Literals(["open", "waived"]) })
  ),
  version: Schema.Int,
  updatedAt: Schema.Date
})
export type OrderRow = typeof OrderRow.Type

export const OperationRow = Schema.Struct({
  operationId: OperationId,
  description: Schema.NullOr(Schema.String),
  workCenterId: Schema.NullOr(Schema.String),
  planned: Schema.NullOr(DecimalFromText),
  plannedUnit: Schema.NullOr(Unit),
  final: Schema.Boolean,
  startedAt: Schema.NullOr(Schema.Date),
  quantities: Schema.Array(Schema.Struct(sums))
})
export type OperationRow = typeof OperationRow.Type

export const QuantityRow = Schema.Struct({ orderId: OrderId, operationId: OperationId, ...sums })
export type QuantityRow = typeof QuantityRow.Type

/** Sums of one item in one unit. */
export const MaterialRow = Schema.Struct({
  item: ItemId,
  unit: Unit,
  consumed: DecimalFromText,
  returned: DecimalFromText,
  produced: DecimalFromText,
  coProduced: DecimalFromText,
  byProduced: DecimalFromText
})
export type MaterialRow = typeof MaterialRow.Type

/** One line of sums of an order, for every order of a plant. */
export const MaterialOfOrderRow = Schema.Struct({ orderId: OrderId, ...MaterialRow.fields })
export type MaterialOfOrderRow = typeof MaterialOfOrderRow.Type

/** What reports that name an operation say of one item in one unit. */
export const MaterialOfOperationRow = Schema.Struct({
  orderId: OrderId,
  operationId: OperationId,
  flow: Schema.Literals(["consumed", "returned", "produced", "coProduced", "byProduced"]),
  item: ItemId,
  unit: Unit,
  sum: DecimalFromText
})
export type MaterialOfOperationRow = typeof MaterialOfOperationRow.Type

export const PlanRow = Schema.Struct({
  orderId: OrderId,
  revision: Schema.Int,
  quantity: DecimalFromText,
  unit: Unit
})
export type PlanRow = typeof PlanRow.Type

const decodeMaterials = Schema.decodeUnknownEffect(Schema.Array(MaterialRow))
const decodeMaterialsOfOrders = Schema.decodeUnknownEffect(Schema.Array(MaterialOfOrderRow))
const decodeMaterialsOfOperations = Schema.decodeUnknownEffect(Schema.Array(MaterialOfOperationRow))
const decodePlans = Schema.decodeUnknownEffect(Schema.Array(PlanRow))
const decodeOrders = Schema.decodeUnknownEffect(Schema.Array(OrderRow))
const decodeOperations = Schema.decodeUnknownEffect(Schema.Array(OperationRow))
const decodeQuantities = Schema.decodeUnknownEffect(Schema.Array(QuantityRow))

const columns = (sql: SqlClient.SqlClient) =>
  sql.literal(`
  plant, order_id as "orderId", status, revision, item, trim_scale(quantity)::text as quantity, unit, held, taken_over_at as "takenOverAt", cancelled,
  technically_completed as "technicallyCompleted", closed, gap, parked, waiting, breaches, version,
  to_timestamp(updated_at / 1000) as "updatedAt"`)

/** One order with its operations: planned ones in the plan's order, then those that only reports name. */
export const orderById = Effect.fnUntraced(function* (plant: PlantId, orderId: OrderId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${columns(sql)} from orders.order_view where plant = ${plant} and order_id = ${orderId}`
  const [order] = yield* decodeOrders(rows).pipe(Effect.orDie)
  if (order === undefined) return undefined
  const operations = yield* sql`
    with quantity as (
      select operation_id, json_agg(json_build_object('unit', unit, 'good', trim_scale(good)::text, 'scrap', trim_scale(scrap)::text,
        'rework', trim_scale(rework)::text, 'nonconforming', trim_scale(nonconforming)::text, 'labor', trim_scale(labor)::text, 'machine', trim_scale(machine)::text)
        order by unit) as quantities
      from orders.order_quantity where plant = ${plant} and order_id = ${orderId} group by operation_id
    ), operation as (
      select * from orders.order_operation where plant = ${plant} and order_id = ${orderId}
    )
    select operation_id as "operationId", description, work_center as "workCenterId",
      trim_scale(planned)::text as planned, planned_unit as "plannedUnit", coalesce(finals, 0) > 0 as final,
      to_timestamp(started_at / 1000) as "startedAt", coalesce(quantities, '[]') as quantities
    from operation full join quantity using (operation_id)
    order by position nulls last, operation_id`
  const materials = yield* sql`
    select item, unit, trim_scale(consumed)::text as consumed, trim_scale(returned)::text as returned,
      trim_scale(produced)::text as produced, trim_scale(co_produced)::text as "coProduced",
      trim_scale(by_produced)::text as "byProduced"
    from orders.order_material where plant = ${plant} and order_id = ${orderId} order by item, unit`
  return {
    ...order,
    operations: yield* decodeOperations(operations).pipe(Effect.orDie),
    materials: yield* decodeMaterials(materials).pipe(Effect.orDie)
  }
})

/** The sums of every order and operation of a plant, a row for each unit. */
export const quantitiesOfPlant = Effect.fnUntraced(function* (plant: PlantId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select order_id as "orderId", operation_id as "operationId", unit, trim_scale(good)::text as good, trim_scale(scrap)::text as scrap,
      trim_scale(rework)::text as rework, trim_scale(nonconforming)::text as nonconforming, trim_scale(labor)::text as labor, trim_scale(machine)::text as machine
    from orders.order_quantity where plant = ${plant} order by order_id, operation_id, unit`
  return yield* decodeQuantities(rows).pipe(Effect.orDie)
})

/** What went into each order of a plant and came out of it, a row for each item and unit. */
export const materialsOfPlant = Effect.fnUntraced(function* (plant: PlantId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select order_id as "orderId", item, unit, trim_scale(consumed)::text as consumed, trim_scale(returned)::text as returned,
      trim_scale(produced)::text as produced, trim_scale(co_produced)::text as "coProduced",
      trim_scale(by_produced)::text as "byProduced"
    from orders.order_material where plant = ${plant} order by order_id, item, unit`
  return yield* decodeMaterialsOfOrders(rows).pipe(Effect.orDie)
})

/** The same by operation, from the reports that count; those that name no operation aren't in it. */
export const materialsByOperation = Effect.fnUntraced(function* (plant: PlantId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select order_id as "orderId", operation_id as "operationId", line->>'item' as item, line->'quantity'->>'unit' as unit,
      case line->>'column' when 'co_produced' then 'coProduced' when 'by_produced' then 'byProduced' else line->>'column' end as flow,
      trim_scale(sum((line->'quantity'->>'value')::numeric))::text as sum
    from orders.order_report cross join lateral json_array_elements(materials) as line
    where plant = ${plant} and counts and operation_id <> ''
    group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`
  return yield* decodeMaterialsOfOperations(rows).pipe(Effect.orDie)
})

/** What each order of a plant is to make, by the revision that rules; those whose plan isn't known aren't in it. */
export const plansOfPlant = Effect.fnUntraced(function* (plant: PlantId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select order_id as "orderId", revision, trim_scale(quantity)::text as quantity, unit
    from orders.order_view where plant = ${plant} and revision is not null order by order_id`
  return yield* decodePlans(rows).pipe(Effect.orDie)
})

/**
 * Of a plant's orders, those of which something was reported or taken over: whether reported, and the ids of what was taken
 * over.
 */
export const ordersBegun = Effect.fnUntraced(function* (plant: PlantId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{
    readonly orderId: OrderId
    readonly isReported: boolean
    readonly takenOver: ReadonlyArray<string>
  }>`
    select order_id as "orderId", bool_or(type not in ('OperationTakenOver', 'MaterialTakenOver')) as "isReported",
      array_agg(message_id) as "takenOver"
    from orders.order_report where plant = ${plant} group by order_id`
  return new Map(rows.map(({ orderId, ...begun }) => [orderId, begun]))
})

/** Of these orders, those that were taken over, with when their history begins. */
export const ordersTakenOver = Effect.fnUntraced(function* (
  orders: ReadonlyArray<{ readonly plant: PlantId; readonly orderId: OrderId }>
) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{ readonly plant: PlantId; readonly orderId: OrderId; readonly takenOverAt: string }>`
    select order_view.plant, order_id as "orderId", taken_over_at as "takenOverAt"
    from orders.order_view join ${recordset(sql, { plant: "text", orderId: "text" }, orders)}
      on order_view.plant = row.plant and order_id = row."orderId"
    where taken_over_at is not null`
})

/** Which orders to look at: those that aren't over, those that changed since, those with documents that aren't in the ERP. */
interface Touched {
  /** Milliseconds since 1970. */
  readonly since: number
  /** These anyhow. */
  readonly orders: ReadonlyArray<string>
}

/** A page of them, by id. */
export const ordersTouched = Effect.fnUntraced(function* (
  plant: PlantId,
  { orders, since }: Touched,
  after: string,
  limit: number
) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly orderId: OrderId }>`
    select order_id as "orderId" from orders.order_view
    where plant = ${plant} and order_id > ${after} and (updated_at >= ${since} or order_id = any(${orders}::text[])
      or not (closed or cancelled or technically_completed)
      or exists (select from postings.posting as open where open.stream = 'order/' || plant || '/' || order_id
        and ${sql.literal(isOpen("open"))})
      or exists (select from postings.posting as held where held.stream = 'order/' || plant || '/' || order_id
        and held.state = 'Withheld'))
    order by order_id limit ${limit}`
  return rows.map(({ orderId }) => orderId)
})
