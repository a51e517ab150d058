// Questions to the view `masterData`. Used by the command line and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { DefinitionVersion, PlantId } from "../../core/plant/identifiers.ts"
import { MasterDataKind } from "../../core/plant/master-data.ts"
import { OccurredAt } from "../../core/plant/time.ts"

export const MasterDataRow = Schema.Struct({
  plant: PlantId,
  kind: MasterDataKind,
  id: Schema.String,
  version: Schema.NullOr(DefinitionVersion),
  content: Schema.JsonObject,
  deleted: Schema.Boolean,
  published: Schema.Int,
  changedAt: OccurredAt,
  /** Milliseconds since 1970. */
  recordedAt: Schema.Number
})
export type MasterDataRow = typeof MasterDataRow.Type

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(MasterDataRow))

const columns = (sql: SqlClient.SqlClient) =>
  sql.literal(
    `plant, kind, id, version, content, deleted, published, changed_at as "changedAt", recorded_at as "recordedAt"`
  )

export interface Wanted {
  readonly plant?: PlantId
  readonly kind?: MasterDataKind
}

/** Those that hold, by plant, kind and id; what the ERP took back isn't among them. */
export const masterDataOfPlants = Effect.fnUntraced(function* ({ kind, plant }: Wanted, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${columns(sql)} from "masterData".record
    where not deleted and plant = coalesce(${plant ?? null}, plant) and kind = coalesce(${kind ?? null}, kind)
    order by plant, kind, id, version limit ${limit}`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

/** All that have this id: of every plant, kind and version, taken back or not. */
export const masterDataCalled = Effect.fnUntraced(function* (id: string, { kind, plant }: Wanted) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${columns(sql)} from "masterData".record
    where id = ${id} and plant = coalesce(${plant ?? null}, plant) and kind = coalesce(${kind ?? null}, kind)
    order by plant, kind, version`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})
