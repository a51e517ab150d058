// Whether two schemas of one view hold the same rows, and which differ. Used by `rebuild.ts` alone.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Fragment } from "effect/sql/Statement"
import { DataQualityIssue } from "../../core/failure.ts"

/** What differs of one table. */
export interface TableDifference {
  readonly table: string
  /** Rows that one has and the other hasn't, and rows of which a column differs. */
  readonly onlyLive: number
  readonly onlyRebuilt: number
  readonly changed: number
  /** The first of them. */
  readonly examples: ReadonlyArray<RowDifference>
}

export interface RowDifference {
  /** By column, as JSON has them. */
  readonly key: { readonly [column: string]: unknown }
  readonly is: "onlyLive" | "onlyRebuilt" | "changed"
  /** Of a changed row. */
  readonly columns: ReadonlyArray<{ readonly column: string; readonly live: string; readonly rebuilt: string }>
}

const examplesShown = 10

interface Found extends RowDifference {
  readonly onlyLive: number
  readonly onlyRebuilt: number
  readonly changed: number
}

/** Tables with the columns of their keys, and all columns with their types. */
const tablesOf = Effect.fnUntraced(function* (schema: string) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{
    readonly name: string
    readonly key: ReadonlyArray<string>
    readonly columns: ReadonlyArray<string>
  }>`
    select relname as name,
      array(
        select attname::text from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
        where indrelid = pg_class.oid and indisprimary order by array_position(indkey, attnum)) as key,
      array(
        select attname || ' ' || format_type(atttypid, atttypmod) from pg_attribute
        where attrelid = pg_class.oid and attnum > 0 and not attisdropped order by 1) as columns
    from pg_class where relnamespace = quote_ident(${schema})::regnamespace and relkind = 'r' order by 1`
})

/**
 * Rows are told apart by their key, so both must have the same one: where it is gone, a doubled row would be found equal
 * twice, and a table that is gone has no rows that could differ.
 */
const sameTables = Effect.fnUntraced(function* (live: string, rebuilt: string) {
  const [ours, theirs] = [yield* tablesOf(live), yield* tablesOf(rebuilt)]
  const texts = (tables: typeof ours) => new Map(tables.map((table) => [table.name, JSON.stringify(table)]))
  const [left, right] = [texts(ours), texts(theirs)]
  const unlike = [...new Set([...left.keys(), ...right.keys()])].filter((name) => left.get(name) !== right.get(name))
  if (unlike.length === 0) return ours
  return yield* new DataQualityIssue({
    field: "schema",
    value: live,
    reason: `Somebody has changed what tables it has, or their columns or keys: ${unlike.sort().join(", ")}`,
    nextStep: `Make them anew: npm run traveler -- replay projection ${live}`
  })
})

/** As JSON, so that a number is compared by value, and text that is JSON itself by what it says. */
const compareTable = (
  sql: SqlClient.SqlClient,
  [live, rebuilt]: readonly [Fragment, Fragment],
  key: ReadonlyArray<string>
) => sql<Found>`
  with pair as (
    select to_jsonb(live) as live, to_jsonb(rebuilt) as rebuilt
    from ${live} as live full join ${rebuilt} as rebuilt using (${sql.csv(key.map((column) => sql`${sql(column)}`))})
    where to_jsonb(live) is distinct from to_jsonb(rebuilt)
  ), counted as (
    select *, count(*) filter (where rebuilt is null) over () as "onlyLive",
      count(*) filter (where live is null) over () as "onlyRebuilt",
      count(*) filter (where live is not null and rebuilt is not null) over () as changed
    from pair
    limit ${examplesShown}
  )
  select "onlyLive"::float8, "onlyRebuilt"::float8, changed::float8,
    case when rebuilt is null then 'onlyLive' when live is null then 'onlyRebuilt' else 'changed' end as is,
    (select json_object_agg(name, coalesce(live, rebuilt) -> name order by place)
      from unnest(${[...key]}::text[]) with ordinality as part (name, place)) as key,
    coalesce((
      select jsonb_agg(jsonb_build_object('column', key, 'live', one.value::text, 'rebuilt', other.value::text) order by key)
      from jsonb_each(live) as one join jsonb_each(rebuilt) as other using (key)
      where one.value <> other.value
    ), '[]') as columns
  from counted`

/** Every table of `schema` beside the one of the same name in `other`. */
export const differences = Effect.fnUntraced(function* (schema: string, other: string) {
  const sql = yield* SqlClient.SqlClient
  const found: Array<TableDifference> = []
  for (const { key, name } of yield* sameTables(schema, other)) {
    const rows = yield* compareTable(sql, [sql`${sql(schema)}.${sql(name)}`, sql`${sql(other)}.${sql(name)}`], key)
    const [first] = rows
    if (first === undefined) continue
    const { changed, onlyLive, onlyRebuilt } = first
    const examples = rows.map(({ columns, is, key }) => ({ key, is, columns }))
    found.push({ table: name, onlyLive, onlyRebuilt, changed, examples })
  }
  return found
})
