// The plants that this core serves: a queue each. A plant is added by a command; a running core sees it within a second.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { PlantId } from "../../core/plant/identifiers.ts"

export const plantTables = `
create table if not exists plant (
  plant text primary key,
  added_at timestamptz not null default now()
)`

const decodePlants = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ plant: PlantId })))

export const plants = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* decodePlants(yield* sql`select plant from plant order by plant`)
  return rows.map(({ plant }) => plant)
})

/** Those that were served at that time. */
export const plantsServedSince = Effect.fnUntraced(function* (time: Date) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* decodePlants(yield* sql`select plant from plant where added_at <= ${time} order by plant`)
  return rows.map(({ plant }) => plant)
})

export const addPlant = (plant: PlantId) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`insert into plant (plant) values (${plant}) on conflict do nothing`
  })
