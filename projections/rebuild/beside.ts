// The second schema of a view that is being rebuilt, with all that a rebuild has to remember: it ends with the schema.
// Used by this folder alone.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { Journal } from "../../core/journal/journal.ts"
import type { Checkpoint } from "../../core/port/checkpoints.ts"
import { makeTables, type Projection } from "../projection.ts"
import { recordset } from "../recordset.ts"

/** The view under the name that its schema and checkpoints have until it is live. */
export const beside = (projection: Projection): Projection => ({ ...projection, name: `${projection.name}_rebuild` })
/** The view's own name, also of the one beside it. */
export const viewOf = ({ name }: Projection): string => name.replace(/_rebuild$/, "")
/** The schema, and the checkpoints, of what was live before. */
export const nameBefore = ({ name }: Projection): string => `${name}_before`

/** One partition's whole histories: up to which offset, and how many streams there are. */
export interface Part {
  readonly partition: number
  readonly upTo: number
  readonly lastKey: number
  /** The last stream whose rows are written. */
  readonly key: number
}

/** Rows of this table say how far each partition is: they are written with the rows of the streams that they count. */
export const progressTable = "rebuild_progress"
export const progressColumns = { partition: "integer", key: "integer" }

export const exists = Effect.fnUntraced(function* (schema: string) {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql`select from pg_namespace where nspname = ${schema}`
  return found.length > 0
})

const isUnderWay = Effect.fnUntraced(function* ({ name, version }: Projection) {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql`
    select from projection_checkpoint where projection = ${name} and version = ${version} limit 1`
  return found.length > 0
})

/** What was kept of a schema: its tables and its checkpoints. */
export const drop = Effect.fnUntraced(function* (schema: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`drop schema if exists ${sql(schema)} cascade`
      yield* sql`delete from projection_checkpoint where projection = ${schema}`
    })
  )
})

/** Keys and indexes as they are to be made again; without them rows are written at half the cost. */
const setIndexesAside = Effect.fnUntraced(function* (schema: string) {
  const sql = yield* SqlClient.SqlClient
  const indexes = yield* sql<{ readonly make: string; readonly remove: string }>`
    select format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make,
      format('alter table %s drop constraint %I', conrelid::regclass, conname) as remove
    from pg_constraint where connamespace = quote_ident(${schema})::regnamespace and contype in ('p', 'u')
    union all
    select pg_get_indexdef(indexrelid), format('drop index %s', indexrelid::regclass)
    from pg_index join pg_class on pg_class.oid = indrelid
    where relnamespace = quote_ident(${schema})::regnamespace
      and not exists (select from pg_constraint where conindid = indexrelid)`
  yield* sql`create table ${sql(schema)}.rebuild_index (make text not null)`
  yield* sql`
    insert into ${sql(schema)}.rebuild_index (make) select make from ${recordset(sql, { make: "text" }, indexes)}`
  for (const { remove } of indexes) yield* sql.unsafe(remove)
})

const planParts = Effect.fnUntraced(function* ({ name }: Projection, upTo: Checkpoint) {
  const sql = yield* SqlClient.SqlClient
  const journal = yield* Journal
  const parts = yield* Effect.forEach(upTo, ([partition, offset]) =>
    Effect.map(journal.head(partition), ({ lastKey }) => ({ partition, up_to: offset, last_key: lastKey }))
  )
  const columns = { partition: "integer", up_to: "bigint", last_key: "integer" }
  yield* sql`create table ${sql(name)}.rebuild_part (partition integer, up_to bigint, last_key integer)`
  yield* sql`create table ${sql(name)}.${sql(progressTable)} (partition integer, key integer)`
  yield* sql`insert into ${sql(name)}.rebuild_part select * from ${recordset(sql, columns, parts)}`
  yield* sql`
    update projection_checkpoint as checkpoint set "offset" = part.up_to from ${sql(name)}.rebuild_part as part
    where projection = ${name} and checkpoint.partition = part.partition`
})

/**
 * Makes the second schema, unless one of this version is under way: then that one goes on. A view that is made of whole
 * histories begins at `upTo`, with tables that get their indexes last; any other begins at 0. Says whether it goes on.
 */
export const open = Effect.fnUntraced(function* (projection: Projection, upTo: Checkpoint) {
  const sql = yield* SqlClient.SqlClient
  const { partitions } = yield* Journal
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      if ((yield* isUnderWay(projection)) && (yield* exists(projection.name))) return true
      // Of another version, or one whose tables or checkpoints somebody has dropped: half of it would be filled twice.
      yield* drop(projection.name)
      yield* makeTables([projection], partitions)
      if (projection.ofHistories === undefined) return false
      yield* planParts(projection, upTo)
      yield* setIndexesAside(projection.name)
      return false
    })
  )
})

/** Undefined once all histories are written and indexed, and for a view that isn't made of them. */
export const parts = Effect.fnUntraced(function* ({ name }: Projection) {
  const sql = yield* SqlClient.SqlClient
  const [state] = yield* sql<{ readonly isLoading: boolean }>`
    select to_regclass(${`"${name}".rebuild_part`}) is not null as "isLoading"`
  if (state?.isLoading !== true) return undefined
  return yield* sql<Part>`
    select partition, up_to::float8 as "upTo", last_key as "lastKey",
      coalesce((select max(key) from ${sql(name)}.${sql(progressTable)} as done
        where done.partition = part.partition), 0) as key
    from ${sql(name)}.rebuild_part as part order by partition`
})

export const indexesToMake = Effect.fnUntraced(function* ({ name }: Projection) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly make: string }>`select make from ${sql(name)}.rebuild_index order by make`
  return rows.map(({ make }) => make)
})

/** Makes an index and strikes it off, or neither. */
export const makeIndex = Effect.fnUntraced(function* ({ name }: Projection, make: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`select set_config('maintenance_work_mem', '256MB', true), set_config('synchronous_commit', 'off', true)`
      yield* sql.unsafe(make)
      yield* sql`delete from ${sql(name)}.rebuild_index where make = ${make}`
    })
  )
})

/** From here on it takes events as the live view does. */
export const closeParts = Effect.fnUntraced(function* ({ name }: Projection) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`drop table ${sql(name)}.rebuild_part, ${sql(name)}.rebuild_index, ${sql(name)}.${sql(progressTable)}`
  const tables = yield* sql<{ readonly name: string }>`
    select tablename as name from pg_tables where schemaname = ${name} order by 1`
  for (const table of tables) yield* sql`analyze ${sql(name)}.${sql(table.name)}`
})
