// A plant as a recall finds it in the views: seven levels of lots, from what suppliers bring to what customers get, and an
// order for every two of them. Rows as the views' handlers would write them, made by Postgres itself. Used by the bench.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { genealogy } from "../../projections/genealogy/genealogy.ts"
import { ledger } from "../../projections/ledger/ledger.ts"
import { lots } from "../../projections/lots/lots.ts"
import { type Projection, useSchema } from "../../projections/projection.ts"

const levels = 7
export const plant = "bench"
/** Into an order, and out of it. */
const inputs = 5
const outputs = 2
/** In a block of lots the first go into many orders and the last into one or two: about 50 at most, 2.5 on average. */
const block = 119_000
const skew = 1.38
const partitions = 64

/** Edges of a plant with so many lots a level. */
export const edgesOf = (lotsPerLevel: number): number => (levels - 1) * (lotsPerLevel / outputs) * (inputs + outputs)

/** How many lots a level has in a plant with at least so many edges; each order's outputs are whole. */
export const lotsPerLevel = (edges: number): number => Math.ceil(edges / edgesOf(outputs)) * outputs

const lotName = (level: string, number: string): string =>
  `'lot/plant%2F${plant}/I' || ${level} || '/L' || ${level} || '-' || ${number}`

/** As the view's `tables` make them again once the rows are in. */
const dropIndexes = ({ name, tables }: Projection) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const index of tables.join("\n").matchAll(/create index if not exists (\w+)/g)) {
      yield* sql`drop index ${sql(name)}.${sql(index[1] ?? "")}`
    }
  })

const makeIndexes = ({ name, tables }: Projection) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* useSchema(sql, name)
        for (const table of tables) yield* sql.unsafe(table)
      })
    )
  })

/** Every line of every order: `input` lots of the level below, `output` lots of its own. Orders of a level follow in time. */
const lines = (lotsPerLevel: number) => `
create unlogged table made_line as
select row_number() over () as number, level, "order", line, lot_level, lot, is_input, time
from (
  select level, number as "order", line, is_input,
    case when is_input then level - 1 else level end as lot_level,
    case when is_input
      then number * ${outputs} / ${block} * ${block}
        + floor(least(${block}, ${lotsPerLevel} - number * ${outputs} / ${block} * ${block}) * power(random(), ${skew}))::integer
      else number * ${outputs} + line - ${inputs} end as lot,
    1750000000000::float8 + (number * ${levels} + level) * 1000::float8 as time
  from generate_series(0, ${lotsPerLevel / outputs - 1}) as number
    cross join generate_series(1, ${levels - 1}) as level
    cross join lateral (
      select line, line < ${inputs} as is_input from generate_series(0, ${inputs + outputs - 1}) as line
    ) as lines
  order by number, level, line
) as line`

/** Where an event of the order stands: what a prefix of the journal is cut by. */
const event = `
  1 + line as version, (abs(hashint4("order")) % ${partitions})::integer as partition, number as "offset"`
const order = `'order/${plant}/O' || level || '-' || "order"`
const lot = lotName("lot_level", "lot")

const edges = `
insert into genealogy.edge (partition, "offset", line, stream, source, target, through, quantity, unit, certainty,
  valid_from, known_from, version, specific)
select partition, "offset", 0, "order", case when is_input then lot else "order" end,
  case when is_input then "order" else lot end, case when is_input then 'consumption' else 'production' end,
  case when is_input then 1 else 100 end, 'kg', case when is_input and "offset" % 50 = 0 then 'allocated' else 'exact' end,
  time, time, version, false
from (select ${event}, ${order} as "order", ${lot} as lot, is_input, time from made_line) as row`

const flows = `
insert into ledger.flow (reporter, line, version, partition, "offset", occurred_at, recorded_at, plant, lot, item, kind,
  quantity, unit, location, counterpart)
select ${order}, 0, ${event}, time, time, '${plant}', ${lot}, 'I' || lot_level,
  case when is_input then 'consumed' else 'produced' end, case when is_input then 1 else 100 end, 'kg', 'hall', ${order}
from made_line`

/** What came from suppliers, and what customers got. */
const ends = (lotsPerLevel: number) => `
insert into ledger.flow (reporter, line, version, partition, "offset", occurred_at, recorded_at, plant, lot, item, kind,
  quantity, unit, location, counterpart, document)
select lot, 0, 1, 0, lot_number, 1750000000000, 1750000000000, '${plant}', lot, 'I' || level,
  case when level = 0 then 'received' else 'shipped' end, case when level = 0 then 100 else 60 end, 'kg', 'hall',
  case when level = 0 then 'supplier-' || lot_number % 40 else 'customer-' || lot_number % 400 end, 'paper-' || lot_number
from (
  select level, number as lot_number, ${lotName("level", "number")} as lot
  from generate_series(0, ${lotsPerLevel - 1}) as number cross join (values (0), (${levels - 1})) as level (level)
) as made`

const stock = `
insert into ledger.stock (lot, line, version, partition, "offset", occurred_at, recorded_at, location, unit, quantity)
select lot, 0, (row_number() over (partition by lot order by "offset"))::integer, partition, "offset", occurred_at, recorded_at,
  location, unit, case when kind in ('consumed', 'shipped') then -quantity else quantity end
from ledger.flow`

/** Null where there is none of a kind, as the view's handler leaves it. */
const sumOf = (kind: string): string => `sum(quantity) filter (where kind = '${kind}')`

const totals = `
insert into ledger.total (lot, unit, received, produced, consumed, shipped, "onHand")
select lot, unit, ${["received", "produced", "consumed", "shipped"].map(sumOf).join(", ")},
  sum(case when kind in ('consumed', 'shipped') then -quantity else quantity end)
from ledger.flow group by lot, unit`

/** All orders but the latest are completed. */
const finishes = (lotsPerLevel: number) => `
insert into ledger.finish ("order", version, partition, "offset", occurred_at, recorded_at)
select finished, 8, partition, "offset", time, time
from (select ${event}, ${order} as finished, time from made_line where line = 0 and "order" < ${Math.floor((lotsPerLevel / outputs) * 0.98)}) as row`

/** In which each item's stock is kept. */
const itemWords = `
insert into ledger.item_word (stream, version, partition, "offset", occurred_at, recorded_at, source, message_id, plant, item,
  deleted, content)
select 'masterData/${plant}/MaterialDefinition/I' || level, 1, 0, 1, 1750000000000, 1750000000000, 'erp', 'item-' || level,
  '${plant}', 'I' || level, false, jsonb_build_object('itemId', 'I' || level, 'unit', 'kg')
from generate_series(0, ${levels - 1}) as level`

/** What suppliers brought, by its number, as commands look it up. */
const names = (lotsPerLevel: number) => `
insert into lots.lot_view (scope, item, lot, expired, breaches, version, updated_at, state)
select 'plant/${plant}', 'I0', 'L0-' || number, false, '{}', 1, 1750000000000, '{}'
from generate_series(0, ${lotsPerLevel - 1}) as number`

export const fillPlant = Effect.fnUntraced(function* (lotsPerLevel: number) {
  const sql = yield* SqlClient.SqlClient
  const filled = [genealogy, ledger, lots]
  yield* Effect.forEach(filled, dropIndexes)
  yield* sql.withTransaction(
    Effect.forEach(
      [
        "select setseed(0.5)",
        lines(lotsPerLevel),
        edges,
        flows,
        ends(lotsPerLevel),
        stock,
        totals,
        finishes(lotsPerLevel),
        itemWords,
        names(lotsPerLevel),
        "drop table made_line"
      ],
      (statement) => sql.unsafe(statement)
    )
  )
  yield* Effect.forEach(filled, makeIndexes)
  for (const { name } of filled) {
    const tables = yield* sql<{
      readonly name: string
    }>`select tablename as name from pg_tables where schemaname = ${name}`
    for (const table of tables) yield* sql`vacuum analyze ${sql(name)}.${sql(table.name)}`
  }
  // Else Postgres would write gigabytes to the disk while it is measured. Only a superuser may say so.
  const [role] = yield* sql<{ readonly is: string }>`select current_setting('is_superuser') as is`
  if (role?.is === "on") yield* sql`checkpoint`
})
