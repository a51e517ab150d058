// How far the capture of an ERP's changes has come, plant by plant, and what became of it last. Used by `capture.ts`, and by
// whoever shows it.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { PlantId } from "../../core/plant/identifiers.ts"

export const captureTables = `
create table if not exists erp_capture (
  erp text not null,
  plant text not null,
  -- In the adapter's own words; null before the first answer.
  cursor text,
  told bigint not null default 0,
  -- When it was all done last.
  captured_at timestamptz,
  -- Why it wasn't since; null where it was.
  failure text,
  primary key (erp, plant)
)`

export const CaptureState = Schema.Struct({
  erp: Schema.String,
  plant: PlantId,
  cursor: Schema.NullOr(Schema.String),
  /** How many changes, over all time; what was told again counts again. */
  told: Schema.Int,
  capturedAt: Schema.NullOr(Schema.Date),
  failure: Schema.NullOr(Schema.String)
})
export type CaptureState = typeof CaptureState.Type

const decodeStates = Schema.decodeUnknownEffect(Schema.Array(CaptureState))

export const captureStates = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select erp, plant, cursor, told::float8 as told, captured_at as "capturedAt", failure
    from erp_capture order by erp, plant`
  return yield* decodeStates(rows).pipe(Effect.orDie)
})

/** The state of one ERP's capture. */
export const captureOf = (erp: string) =>
  Effect.map(SqlClient.SqlClient, (sql) => ({
    cursor: (plant: PlantId) =>
      Effect.map(
        sql<{ cursor: string | null }>`select cursor from erp_capture where erp = ${erp} and plant = ${plant}`,
        ([row]) => row?.cursor ?? undefined
      ),
    /** So many changes more are with the broker; only then is the cursor moved. */
    moved: (plant: PlantId, cursor: string, told: number) => sql`
      insert into erp_capture (erp, plant, cursor, told, captured_at) values (${erp}, ${plant}, ${cursor}, ${told}, now())
      on conflict (erp, plant) do update set cursor = excluded.cursor, told = erp_capture.told + excluded.told,
        captured_at = excluded.captured_at, failure = null`,
    failed: (plant: PlantId, failure: string) => sql`
      insert into erp_capture (erp, plant, failure) values (${erp}, ${plant}, ${failure})
      on conflict (erp, plant) do update set failure = excluded.failure`
  }))
