// Questions to the view `reconciliation`. Used by the reconciliation, the command line and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Difference } from "../../core/message/reconciliation.ts"
import { OrderId, PlantId } from "../../core/plant/identifiers.ts"
import { DocumentContent } from "../../core/port/erp.ts"

export const RunRow = Schema.Struct({
  plant: PlantId,
  /** When it was. */
  at: Schema.Date,
  orders: Schema.Int,
  lots: Schema.Int,
  equal: Schema.Int,
  differences: Schema.Int,
  /** Found beyond those. */
  more: Schema.Int
})
export type RunRow = typeof RunRow.Type

const decodeRuns = Schema.decodeUnknownEffect(Schema.Array(RunRow))
const decodeDifferences = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ content: Schema.toType(Difference) }))
)

/** The month of the plant's last run. */
const lastRuns = (sql: SqlClient.SqlClient) => sql`
  select distinct on (plant) * from reconciliation.run order by plant, at desc, stream desc`

/** The last run of each plant. */
export const lastReconciliations = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select plant, to_timestamp(at / 1000) as at, orders, lots, equal, differences, more from (${lastRuns(sql)}) as last`
  return yield* decodeRuns(rows).pipe(Effect.orDie)
})

/** What the last run of a plant found, the oldest first. */
export const differencesOf = Effect.fnUntraced(function* (plant: PlantId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select content from reconciliation.difference join (${lastRuns(sql)}) as last using (stream)
    where last.plant = ${plant} and open order by content ->> 'since', id`
  return (yield* decodeDifferences(rows).pipe(Effect.orDie)).map(({ content }) => content)
})

/** The difference with this id, wherever it is. */
export const differenceById = Effect.fnUntraced(function* (id: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select plant, content from reconciliation.difference join (${lastRuns(sql)}) as last using (stream)
    where id = ${id} and open limit 1`
  const [found] = yield* Schema.decodeUnknownEffect(
    Schema.Array(Schema.Struct({ plant: PlantId, content: Schema.toType(Difference) }))
  )(rows).pipe(Effect.orDie)
  return found
})

/** `<difference> <quantities>` of each that a person lets stand. */
export const acceptedAt = Effect.fnUntraced(function* (plant: PlantId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly difference: string; readonly quantities: string }>`
    select difference, quantities from reconciliation.accepted where plant = ${plant}`
  return new Set(rows.map(({ difference, quantities }) => `${difference} ${quantities}`))
})

const Acknowledged = Schema.Struct({
  orderId: OrderId,
  document: Schema.String,
  content: Schema.toType(DocumentContent)
})

/** Documents of a plant that people took as the ERP has them. */
export const acknowledgedAt = Effect.fnUntraced(function* (plant: PlantId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select order_id as "orderId", document, content from reconciliation.acknowledged
    where plant = ${plant} order by stream, document`
  return yield* Schema.decodeUnknownEffect(Schema.Array(Acknowledged))(rows).pipe(Effect.orDie)
})
