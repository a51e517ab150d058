// What became of each manifest that was put into a plant's folder: read, refused, or waiting and why. Used by `intake.ts`,
// and by whoever shows it.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { PlantId } from "../../core/plant/identifiers.ts"

export const fileIntakeTables = `
create table if not exists file_intake (
  plant text not null,
  -- Or a file that no manifest names.
  manifest text not null,
  state text not null,
  -- When it came to this state.
  since timestamptz not null default now(),
  -- Messages that its files' rows became.
  rows bigint not null default 0,
  -- Why it waits or is refused: about which file, and what of it.
  file text,
  reason text,
  primary key (plant, manifest)
)`

const FileIntake = Schema.Struct({
  plant: PlantId,
  manifest: Schema.String,
  state: Schema.Literals(["waiting", "read", "refused"]),
  since: Schema.Date,
  rows: Schema.Int,
  file: Schema.NullOr(Schema.String),
  reason: Schema.NullOr(Schema.String)
})
export type FileIntake = typeof FileIntake.Type

const decodeIntakes = Schema.decodeUnknownEffect(Schema.Array(FileIntake))

/** Newest first: the last of each name. */
export const fileIntakes = Effect.fnUntraced(function* (plant: PlantId | undefined, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select plant, manifest, state, since, rows::float8 as rows, file, reason from file_intake
    where plant = coalesce(${plant ?? null}, plant) order by since desc, manifest limit ${limit}`
  return yield* decodeIntakes(rows).pipe(Effect.orDie)
})

export const waitingFiles = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select plant, manifest, state, since, rows::float8 as rows, file, reason from file_intake
    where state = 'waiting' order by since, plant, manifest`
  return yield* decodeIntakes(rows).pipe(Effect.orDie)
})

export interface IntakeNews {
  readonly state: FileIntake["state"]
  readonly rows?: number
  readonly file?: string
  readonly reason?: string
}

/** It goes on waiting since it first did, whatever for. */
export const intakeIs = (plant: PlantId, manifest: string, { file, reason, rows = 0, state }: IntakeNews) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`
      insert into file_intake (plant, manifest, state, rows, file, reason)
      values (${plant}, ${manifest}, ${state}, ${rows}, ${file ?? null}, ${reason ?? null})
      on conflict (plant, manifest) do update set state = excluded.state, rows = excluded.rows, file = excluded.file,
        reason = excluded.reason,
        since = case when file_intake.state = 'waiting' and excluded.state = 'waiting' then file_intake.since
          else excluded.since end
      where (file_intake.state, file_intake.file, file_intake.reason, 'waiting')
        is distinct from (excluded.state, excluded.file, excluded.reason, excluded.state)`
  )

/** Whoever put them there has taken away what waited. */
export const onlyTheseWait = (plant: PlantId, manifests: ReadonlyArray<string>) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`
      delete from file_intake where plant = ${plant} and state = 'waiting' and manifest <> all(${manifests}::text[])`
  )
