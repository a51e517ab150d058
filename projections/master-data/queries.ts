// Questions to the view `masterData`. Used by the command line, the synchronization with an ERP, the checks before a release,
// and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { masterDataStream, StreamName } from "../../core/journal/stream.ts"
import { DefinitionVersion, ItemId, PlantId } from "../../core/plant/identifiers.ts"
import { type MasterDataKey, MasterDataKind } from "../../core/plant/master-data.ts"
import { DecimalFromText, Unit } from "../../core/plant/quantity.ts"
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

/** This one, taken back or not. */
export const masterDataRecord = Effect.fnUntraced(function* (plant: PlantId, key: MasterDataKey) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${columns(sql)} from "masterData".record where stream = ${masterDataStream(plant, key)}`
  const [record] = yield* decodeRows(rows).pipe(Effect.orDie)
  return record
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

/** A record with what it takes to hold an ERP's word against it. */
const HeldRecord = Schema.Struct({
  ...MasterDataRow.fields,
  stream: Schema.String.pipe(Schema.fromBrand("StreamName", StreamName)),
  /** Of the message that holds. */
  rank: Schema.Struct({
    sequence: Schema.Number,
    at: Schema.Number,
    source: Schema.String,
    messageId: Schema.String
  })
})
export type HeldRecord = typeof HeldRecord.Type

/** Which record it is, without what it says. */
const HeldName = Schema.Struct({
  stream: HeldRecord.fields.stream,
  kind: MasterDataKind,
  id: Schema.String,
  recordedAt: Schema.Number
})
export type HeldName = typeof HeldName.Type

const decodeHeldNames = Schema.decodeUnknownEffect(Schema.Array(HeldName))
const decodeHeld = Schema.decodeUnknownEffect(Schema.Array(HeldRecord))

/** Those of these streams that there are, taken back or not. */
export const heldByStream = Effect.fnUntraced(function* (streams: ReadonlyArray<StreamName>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select stream, rank, ${columns(sql)} from "masterData".record where stream = any(${streams}::text[])`
  const held = yield* decodeHeld(rows).pipe(Effect.orDie)
  return new Map(held.map((record) => [record.stream, record]))
})

/** All of a plant that hold by this source's word. */
export const heldFrom = Effect.fnUntraced(function* (plant: PlantId, source: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select stream, kind, id, recorded_at as "recordedAt" from "masterData".record
    where plant = ${plant} and not deleted and rank ->> 'source' = ${source} order by stream`
  return yield* decodeHeldNames(rows).pipe(Effect.orDie)
})

const Price = Schema.Struct({
  itemId: ItemId,
  unit: Unit,
  value: DecimalFromText,
  currency: Schema.String,
  per: DecimalFromText
})
export type Price = typeof Price.Type

/** What so much (`per`) of these items is worth by the plant's ERP, of those whose price it says. */
export const standardPrices = Effect.fnUntraced(function* (plant: PlantId, items: ReadonlyArray<ItemId>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select id as "itemId", content ->> 'unit' as unit, price ->> 'value' as value, price ->> 'currency' as currency,
      coalesce(price ->> 'per', '1') as per
    from "masterData".record cross join lateral (select content -> 'standardPrice' as price) as said
    where plant = ${plant} and kind = 'MaterialDefinition' and id = any(${items}::text[]) and not deleted
      and price is not null`
  return yield* Schema.decodeUnknownEffect(Schema.Array(Price))(rows).pipe(Effect.orDie)
})
