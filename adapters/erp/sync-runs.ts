// Each full synchronization of a plant's master data with its ERP: asked for by the schedule or by a person, and what came
// of it. A run that is asked for is a row, which a running core sees within a moment and goes on with after a crash. Used
// by `sync.ts`, and by whoever asks for one or shows them.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Failure } from "../../core/failure.ts"
import { PlantId } from "../../core/plant/identifiers.ts"

const table = `
create table if not exists erp_sync (
  id bigint generated always as identity primary key,
  plant text not null,
  -- Which ERP was asked; null before that.
  erp text,
  asked_by text not null,
  asked_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  told bigint not null default 0,
  changed bigint not null default 0,
  gone bigint not null default 0,
  unreadable bigint not null default 0,
  -- Why it ended before its end; null where it didn't.
  field text,
  value text,
  reason text,
  next_step text
)`
const ofPlant = "create index if not exists erp_sync_of_plant on erp_sync (plant, id)"
/** A plant has one at a time. */
const open = "create unique index if not exists erp_sync_open on erp_sync (plant) where ended_at is null"

export const createSyncTable = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  for (const statement of [table, ofPlant, open]) yield* sql.unsafe(statement)
})

/** What a run has found so far. */
export interface SyncCounts {
  /** Records of master data that the ERP told of. */
  readonly told: number
  /** Of these, published: what was missing here, or said otherwise. */
  readonly changed: number
  /** Records that the ERP no longer has, taken back here. */
  readonly gone: number
  /** Those that can't be understood; the capture has told of them, and each is a case. */
  readonly unreadable: number
}

export const SyncRun = Schema.Struct({
  id: Schema.Int,
  plant: PlantId,
  erp: Schema.NullOr(Schema.String),
  askedBy: Schema.Literals(["schedule", "command"]),
  askedAt: Schema.Date,
  startedAt: Schema.NullOr(Schema.Date),
  endedAt: Schema.NullOr(Schema.Date),
  told: Schema.Int,
  changed: Schema.Int,
  gone: Schema.Int,
  unreadable: Schema.Int,
  failure: Schema.NullOr(
    Schema.Struct({ field: Schema.String, value: Schema.String, reason: Schema.String, nextStep: Schema.String })
  )
})
export type SyncRun = typeof SyncRun.Type

const decodeRuns = Schema.decodeUnknownEffect(Schema.Array(SyncRun))

const columns = (sql: SqlClient.SqlClient) =>
  sql.literal(`
  id::float8 as id, plant, erp, asked_by as "askedBy", asked_at as "askedAt", started_at as "startedAt",
  ended_at as "endedAt", told::float8 as told, changed::float8 as changed, gone::float8 as gone,
  unreadable::float8 as unreadable, case when reason is not null then
    json_build_object('field', field, 'value', value, 'reason', reason, 'nextStep', next_step) end as failure`)

/** Newest first; of one plant, or of all. */
export const syncRuns = Effect.fnUntraced(function* (plant: PlantId | undefined, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${columns(sql)} from erp_sync where plant = coalesce(${plant ?? null}, plant) order by id desc limit ${limit}`
  return yield* decodeRuns(rows).pipe(Effect.orDie)
})

/** The last one of each plant. */
export const lastSyncs = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select distinct on (plant) ${columns(sql)} from erp_sync order by plant, erp_sync.id desc`
  return yield* decodeRuns(rows).pipe(Effect.orDie)
})

export const syncsCalled = Effect.fnUntraced(function* (ids: ReadonlyArray<number>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select ${columns(sql)} from erp_sync where id = any(${ids}::bigint[]) order by plant`
  return yield* decodeRuns(rows).pipe(Effect.orDie)
})

/** The ids of what a person waits for: one that is asked for or under way already is the plant's own. */
export const askForSync = Effect.fnUntraced(function* (plants: ReadonlyArray<PlantId>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    insert into erp_sync (plant, asked_by) select unnest(${plants}::text[]), 'command'
    on conflict (plant) where ended_at is null do nothing`
  const rows = yield* sql<{ readonly id: number }>`
    select max(id)::float8 as id from erp_sync where plant = any(${plants}::text[]) group by plant`
  return rows.map(({ id }) => id)
})

/**
 * Asks for one of each plant whose last was asked for before the schedule's last time, so that what a core slept through
 * is made up for. A plant that was added since waits for the next.
 */
export const askForDueSyncs = Effect.fnUntraced(function* (lastTime: Date) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    insert into erp_sync (plant, asked_by)
    select plant, 'schedule' from plant
    where coalesce((select max(asked_at) from erp_sync where erp_sync.plant = plant.plant and asked_by = 'schedule'), added_at)
      < ${lastTime}
    on conflict (plant) where ended_at is null do nothing`
})

export const openSyncs = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select ${columns(sql)} from erp_sync where ended_at is null order by erp_sync.id`
  return yield* decodeRuns(rows).pipe(Effect.orDie)
})

/** Whether it is still to be done. */
export const syncStarted = Effect.fnUntraced(function* (id: number, erp: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    update erp_sync set erp = ${erp}, started_at = now() where id = ${id}::bigint and ended_at is null returning id`
  return rows.length > 0
})

export const syncEnded = (id: number, { changed, gone, told, unreadable }: SyncCounts, failure?: Failure) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`
      update erp_sync set ended_at = now(), told = ${told}, changed = ${changed}, gone = ${gone},
        unreadable = ${unreadable}, field = ${failure?.field ?? null}, value = ${failure?.value ?? null},
        reason = ${failure?.reason ?? null}, next_step = ${failure?.nextStep ?? null}
      where id = ${id}::bigint`
  )
