// The sandbox ERP's SQL, one tagged constant a statement. Lists go in as one JSON parameter. Used by `ledger.ts` alone.
import type { SqlClient } from "effect/sql"
import type { OperationId, OrderId, PlantId } from "../../../core/plant/identifiers.ts"
import { ledgerLock } from "./tables.ts"

/** Whose stock it is; without a lot, scope and lot are empty. */
export interface StockOfLot {
  readonly plant: string
  readonly item: string
  readonly scope: string
  readonly lot: string
  readonly unit: string
}

/** What each document confirms of each operation, a group of several; negative where it takes back. */
const confirmed = (sql: SqlClient.SqlClient) => sql`
  select document.plant, document.order_id, total.operation_id, total.amounts, total.sign
  from erp_sandbox.document cross join lateral (
    select operation_id, content -> 'amounts' as amounts, case kind when 'reversal' then -1 else 1 end as sign
    where content -> 'amounts' is not null
    union all
    select operation ->> 'operationId', operation -> 'amounts', case when operation ? 'takenBack' then -1 else 1 end
    from jsonb_array_elements(content -> 'operations') as operation
  ) as total`

/** The last one that each lot was given. */
const statuses = (sql: SqlClient.SqlClient, plant: string) => sql`
  select distinct on (status ->> 'scope', status ->> 'itemId', status ->> 'lotId') status
  from (select number, content -> 'status' as status from erp_sandbox.document
    where plant = ${plant} and kind = 'lotStatus') s
  order by status ->> 'scope', status ->> 'itemId', status ->> 'lotId', number desc`

export const statements = (sql: SqlClient.SqlClient) => ({
  lockLedger: sql`select pg_advisory_xact_lock(${ledgerLock})`,

  /** keys: JSON array of document keys. */
  documentsByKey: (keys: string) => sql<{ key: string; number: string; content: unknown }>`
    select key, number::text as number, content from erp_sandbox.document
    where key in (select jsonb_array_elements_text(${keys}::jsonb))`,

  /** keys: JSON array of keys of documents that may have been reversed. */
  reversedKeys: (keys: string) => sql<{ reverses: string }>`
    select reverses from erp_sandbox.document
    where reverses in (select jsonb_array_elements_text(${keys}::jsonb))`,

  /** plants: JSON array of plant ids. */
  rules: (plants: string) => sql<{ content: unknown }>`
    select content from erp_sandbox.rules where plant in (select jsonb_array_elements_text(${plants}::jsonb))`,

  /** orders: JSON array of {plant, order_id}. */
  plans: (orders: string) => sql<{ content: unknown }>`
    select content from erp_sandbox.order_plan
    where (plant, order_id) in
      (select plant, order_id from jsonb_to_recordset(${orders}::jsonb) as o(plant text, order_id text))`,

  /** orders: JSON array of {plant, order_id}. */
  yields: (orders: string) => sql<{ plant: string; orderId: string; operationId: string; unit: string; sum: string }>`
    select plant, order_id as "orderId", operation_id as "operationId", amounts #>> '{yield,unit}' as unit,
      trim_scale(sum((amounts #>> '{yield,value}')::numeric * sign))::text as sum
    from (${confirmed(sql)}) as confirmed
    where amounts -> 'yield' is not null and (plant, order_id) in
      (select plant, order_id from jsonb_to_recordset(${orders}::jsonb) as o(plant text, order_id text))
    group by 1, 2, 3, 4`,

  /** orders: JSON array of {plant, order_id}. */
  finals: (orders: string) => sql<{ key: string; plant: PlantId; orderId: OrderId; operationId: OperationId }>`
    select key, plant, order_id as "orderId", operation_id as "operationId" from erp_sandbox.document as final
    where kind = 'confirmation' and (content ->> 'final')::boolean
      and not exists (select from erp_sandbox.document where reverses = final.key)
      and (plant, order_id) in
        (select plant, order_id from jsonb_to_recordset(${orders}::jsonb) as o(plant text, order_id text))`,

  /** documents: JSON array of documents, in the order in which they get their numbers. */
  insertDocuments: (documents: string) => sql<{ key: string; number: string }>`
    insert into erp_sandbox.document (key, plant, order_id, operation_id, kind, reverses, content)
    select d ->> 'key', d ->> 'plant', d ->> 'orderId', d ->> 'operationId', d ->> 'kind', d ->> 'reverses', d
    from jsonb_array_elements(${documents}::jsonb) with ordinality as list(d, place) order by place
    returning key, number::text as number`,

  /** movements: JSON array of {key, plant, item_id, scope, lot_id, unit, quantity}; key is that of a stored document. */
  insertMovements: (movements: string) => sql`
    insert into erp_sandbox.movement (number, plant, item_id, scope, lot_id, unit, quantity)
    select number, m.plant, item_id, scope, lot_id, unit, quantity
    from jsonb_to_recordset(${movements}::jsonb)
        as m(key text, plant text, item_id text, scope text, lot_id text, unit text, quantity numeric)
      join erp_sandbox.document on document.key = m.key`,

  /** lots: JSON array of {plant, item_id, scope, lot_id, unit}. */
  stockOf: (lots: string) => sql<StockOfLot & { readonly sum: string }>`
    select plant, item_id as item, scope, lot_id as lot, unit, trim_scale(sum(quantity))::text as sum
    from erp_sandbox.movement
    where (plant, item_id, scope, lot_id, unit) in (
      select plant, item_id, scope, lot_id, unit
      from jsonb_to_recordset(${lots}::jsonb) as l(plant text, item_id text, scope text, lot_id text, unit text))
    group by 1, 2, 3, 4, 5`,

  stock: (plant: string) => sql<{ json: string }>`
    select coalesce(json_agg(json_strip_nulls(json_build_object('itemId', item_id, 'scope', nullif(scope, ''),
      'lotId', nullif(lot_id, ''), 'unit', unit, 'quantity', quantity))), '[]')::text as json
    from (
      select item_id, scope, lot_id, unit, trim_scale(sum(quantity))::text as quantity
      from erp_sandbox.movement where plant = ${plant}
      group by 1, 2, 3, 4 having sum(quantity) <> 0 order by 1, 2, 3, 4) s`,

  statuses: (plant: string) => sql<{ json: string }>`
    select coalesce(json_agg(status), '[]')::text as json from (${statuses(sql, plant)}) last`,

  /** Of lots that weren't held or rejected last. items: JSON array of item ids. */
  available: (plant: string, items: string) => sql<{ json: string }>`
    select coalesce(json_agg(json_build_object('itemId', item_id,
      'quantity', json_build_object('value', quantity, 'unit', unit)) order by item_id, unit), '[]')::text as json
    from (
      select item_id, unit,
        trim_scale(coalesce(sum(quantity) filter (where coalesce(status ->> 'disposition', 'released') = 'released'), 0))::text
          as quantity
      from erp_sandbox.movement left join (${statuses(sql, plant)}) last on status ->> 'scope' = scope
        and status ->> 'itemId' = item_id and status ->> 'lotId' = lot_id
      where plant = ${plant} and item_id in (select jsonb_array_elements_text(${items}::jsonb))
      group by 1, 2) available`,

  /** calls: JSON array of {plant, key, status}. */
  insertCalls: (calls: string) => sql`
    insert into erp_sandbox.call (plant, key, status)
    select plant, key, status from jsonb_to_recordset(${calls}::jsonb) as c(plant text, key text, status int)`,

  /** numbers, keys: JSON arrays of what is asked for. */
  read: (numbers: string, keys: string) => sql<{ number: string; key: string; json: string }>`
    select number::text as number, key, json_build_object('document', number::text, 'content', content)::text as json
    from (
      select * from erp_sandbox.document where key in (select jsonb_array_elements_text(${keys}::jsonb))
      union
      select * from erp_sandbox.document where number in (select jsonb_array_elements_text(${numbers}::jsonb)::bigint)
    ) as found`,

  /** By number, from the first one above `after` on. */
  list: (plant: string, after: string, limit: number) => sql<{ json: string }>`
    select json_build_object('document', number::text, 'content', content)::text as json from erp_sandbox.document
    where plant = ${plant} and number > ${after}::bigint order by number limit ${limit}`,

  /** Those of an order that stand, by number, from the first one above `after` on. */
  listOfOrder: (plant: string, order: string, after: string, limit: number) => sql<{ json: string }>`
    select json_build_object('document', number::text, 'content', content)::text as json from erp_sandbox.document as d
    where plant = ${plant} and order_id = ${order} and number > ${after}::bigint and kind <> 'reversal'
      and not exists (select from erp_sandbox.document where reverses = d.key)
    order by number limit ${limit}`,

  sums: (plant: string) => sql<{ json: string }>`
    select coalesce(json_agg(s), '[]')::text as json from (
      select order_id as "orderId", operation_id as "operationId", amount.key as amount,
        amount.value ->> 'unit' as unit,
        trim_scale(sum((amount.value ->> 'value')::numeric * sign))::text as sum
      from (${confirmed(sql)}) as confirmed, jsonb_each(amounts) as amount
      where plant = ${plant} and jsonb_typeof(amount.value) = 'object'
      group by 1, 2, 3, 4 order by 1, 2, 3, 4) s`,

  calls: (plant: string) => sql<{ json: string }>`
    select coalesce(json_agg(json_build_object('key', key, 'status', status) order by id), '[]')::text as json
    from erp_sandbox.call where plant = ${plant}`,

  insertChange: (plant: string, type: string, body: string) => sql`
    insert into erp_sandbox.change (plant, type, body) values (${plant}, ${type}, ${body})`,

  changes: (plant: string, after: string, limit: number) => sql<{ json: string }>`
    select json_build_object('number', number, 'type', type, 'body', body)::text as json from erp_sandbox.change
    where plant = ${plant} and number > ${after}::bigint order by number limit ${limit}`,

  /** Its plan of now. */
  openOrder: (plant: string, order: string, release: string) => sql`
    insert into erp_sandbox.open_order (plant, order_id, release) values (${plant}, ${order}, ${release})
    on conflict (plant, order_id) do update set release = excluded.release`,

  completeOrder: (plant: string, order: string) => sql`
    delete from erp_sandbox.open_order where plant = ${plant} and order_id = ${order}`,

  /** By number, from the first one after `after` on. */
  openOrders: (plant: string, after: string, limit: number) => sql<{ json: string }>`
    select release as json from erp_sandbox.open_order
    where plant = ${plant} and order_id > ${after} order by order_id limit ${limit}`,

  releasedToMes: (plant: string, order: string, revision: number) => sql`
    insert into erp_sandbox.order_in_mes (plant, order_id, revision) values (${plant}, ${order}, ${revision})
    on conflict (plant, order_id) do update set revision = greatest(order_in_mes.revision, excluded.revision)`,

  ordersInMes: (plant: string) => sql<{ json: string }>`
    select json_build_object('plant', plant, 'orderId', order_id, 'revision', revision)::text as json
    from erp_sandbox.order_in_mes where plant = ${plant} order by order_id`,

  setRules: (plant: string, content: string) => sql`
    insert into erp_sandbox.rules (plant, content) values (${plant}, ${content}::jsonb)
    on conflict (plant) do update set content = excluded.content`,

  setPlan: (plant: string, order: string, content: string) => sql`
    insert into erp_sandbox.order_plan (plant, order_id, content) values (${plant}, ${order}, ${content}::jsonb)
    on conflict (plant, order_id) do update set content = excluded.content`
})
