// What a projection is, and how its tables are made. Anyone may import this file.
import { Effect } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { Fragment } from "effect/sql/Statement"
import type { EventType } from "../core/event/catalogue.ts"
import type { RecordedEvent } from "../core/journal/event.ts"
import type { CopiedRows } from "./copied-rows.ts"

/**
 * A view of the journal. Its tables live in a schema of its own, and `tables` and `apply` name them without that
 * schema: whoever runs it puts the schema in front of the search path, so the same code can fill a second schema
 * beside the live one. Queries name the live one: `orders.order_view`.
 */
export interface Projection {
  /** Names its schema and its checkpoints. */
  readonly name: string
  /** Raised whenever `tables` or what events do to them changes: the tables are then made anew from the journal. */
  readonly version: number
  /** DDL, run once a version. */
  readonly tables: ReadonlyArray<string>
  /**
   * Changes the tables by a batch of events, in a few statements, in a transaction that others give. Order is kept
   * inside a stream and promised nowhere else, so this must give the same rows however streams are mixed and
   * wherever batches are cut. Upserts go sorted by key.
   */
  readonly apply: (
    sql: SqlClient.SqlClient,
    events: ReadonlyArray<RecordedEvent>
  ) => Effect.Effect<void, SqlError.SqlError>
  /** For a view each of whose rows is made of one stream's events alone, so that a rebuild can make whole streams. */
  readonly ofHistories?: OfHistories
}

/** What `apply` would leave of whole histories in empty tables: rows to be written as they are. */
export interface OfHistories {
  /** The category of the streams that it is made of; of any where absent. */
  readonly category?: string
  /** The types of events that it is made of; of any where absent. */
  readonly types?: ReadonlyArray<EventType>
  /** All events of some streams, one stream after the other, each in order. */
  readonly rows: (histories: ReadonlyArray<RecordedEvent>) => ReadonlyArray<CopiedRows>
}

/** Puts the projection's schema in front, until the transaction ends. */
export const useSchema = (sql: SqlClient.SqlClient, schema: string) => sql`select ${schemaInFront(sql, schema)}`

/** The same, for a `select` that has more to set. */
export const schemaInFront = (sql: SqlClient.SqlClient, schema: string): Fragment =>
  sql`set_config('search_path', ${`"${schema}"`} || ', ' || current_setting('search_path'), true)`

const checkpointTable = `
create table if not exists projection_checkpoint (
  projection text not null,
  version integer not null,
  partition integer not null,
  "offset" bigint not null,
  primary key (projection, partition)
) with (fillfactor = 50)`

/**
 * Empty. A rebuild locks it while it exchanges a view's tables, so whoever locks it first finds the same tables to the
 * end of its transaction.
 */
const exchangeTable = `create table if not exists projection_exchange ()`

/**
 * For a transaction that reads views as they were at one moment (`repeatable read`): the first thing that it does, since
 * this needs no snapshot. Tables that came after the snapshot would seem to lack rows.
 */
export const keepingTables = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`lock table projection_exchange in access share mode`
)

/**
 * Makes the tables of all projections, of those that there aren't yet, and begins their checkpoints at 0. Tables of
 * another version are dropped: what they hold is derived, and the runner fills the new ones from the journal.
 * Safe to run by many processes at once. Tables that are there aren't touched: `create index if not exists` waits for
 * whoever writes to its table, and a runner that writes to it may be waiting for this transaction.
 */
export const makeTables = (projections: ReadonlyArray<Projection>, partitions: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`select pg_advisory_xact_lock(hashtext('traveler/projections'))`
    yield* sql.unsafe(checkpointTable)
    yield* sql.unsafe(exchangeTable)
    const made = yield* sql<{ readonly projection: string; readonly version: number }>`
      select projection, version from projection_checkpoint where partition = 0`
    const versions = new Map(made.map(({ projection, version }) => [projection, version]))
    for (const projection of projections) {
      const version = versions.get(projection.name)
      if (version !== projection.version) yield* makeOne(sql, projection, partitions, version)
    }
  }).pipe(inTransaction)

/** Those that another Traveler keeps in a later version than this one knows. */
export const keptByNewer = Effect.fnUntraced(function* (projections: ReadonlyArray<Projection>) {
  const sql = yield* SqlClient.SqlClient
  const [table] = yield* sql<{ readonly isThere: boolean }>`
    select to_regclass('projection_checkpoint') is not null as "isThere"`
  if (table?.isThere !== true) return []
  const kept = yield* sql<{ readonly projection: string; readonly version: number }>`
    select projection, version from projection_checkpoint where partition = 0`
  const known = new Map(projections.map(({ name, version }) => [name, version]))
  return kept.flatMap(({ projection, version }) => (version > (known.get(projection) ?? version) ? [projection] : []))
})

const makeOne = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  { name, version, tables }: Projection,
  partitions: number,
  made: number | undefined
) {
  if (made !== undefined) {
    yield* Effect.logInfo(`Projection ${name} is now version ${version}: its tables are made anew from the journal`)
    yield* sql`delete from projection_checkpoint where projection = ${name}`
    yield* sql`drop schema if exists ${sql(name)} cascade`
  }
  yield* sql`create schema if not exists ${sql(name)}`
  // A savepoint's end takes a `set local` back only when it fails, so the path is put back by hand.
  const [path] = yield* sql<{ readonly before: string }>`select current_setting('search_path') as before`
  yield* useSchema(sql, name)
  for (const table of tables) yield* sql.unsafe(table)
  yield* sql`select set_config('search_path', ${path?.before ?? ""}, true)`
  yield* sql`
    insert into projection_checkpoint (projection, version, partition, "offset")
    select ${name}, ${version}::integer, partition, 0 from generate_series(0, ${partitions - 1}::integer) as partition`
})

const inTransaction = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.withTransaction(effect))
