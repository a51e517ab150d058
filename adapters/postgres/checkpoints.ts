// The Checkpoints port on Postgres: one row a reader and partition. Used by the composition root.
import { Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { TechnicalFailure } from "../../core/failure.ts"
import { Checkpoints } from "../../core/port/checkpoints.ts"

export const checkpointTables = `
create table if not exists reader_checkpoint (
  reader text not null,
  partition int not null,
  "offset" bigint not null,
  primary key (reader, partition)
)`

const failed = (reader: string) => (error: SqlError.SqlError) =>
  new TechnicalFailure({
    field: `checkpoint of ${reader}`,
    value: error.message,
    reason: "Postgres didn't answer",
    nextStep: "It is tried again by itself; see whether Postgres is up"
  })

/**
 * Saving doesn't wait for the disk: a checkpoint that a crash takes back repeats what follows it, which has the same ids
 * and is a duplicate.
 */
export const checkpointsLayer = Layer.effect(
  Checkpoints,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return Checkpoints.of({
      load: (reader) =>
        sql<{ partition: number; offset: string }>`
          select partition, "offset"::text from reader_checkpoint where reader = ${reader}`.pipe(
          Effect.map((rows) => new Map(rows.map((row) => [row.partition, Number(row.offset)]))),
          Effect.mapError(failed(reader))
        ),
      save: (reader, offsets) =>
        sql`
          insert into reader_checkpoint (reader, partition, "offset")
          select ${reader}, partition, "offset"
          from jsonb_to_recordset(${JSON.stringify(Array.from(offsets, ([partition, offset]) => ({ partition, offset })))}::jsonb)
            as moved(partition int, "offset" bigint),
            (select set_config('synchronous_commit', 'off', true)) as unhurried
          on conflict (reader, partition) do update set "offset" = excluded."offset"
          where reader_checkpoint."offset" < excluded."offset"`.pipe(Effect.asVoid, Effect.mapError(failed(reader)))
    })
  })
)
