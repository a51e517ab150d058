// What every command stands on: the database with its tables, the journal, the broker. Used by the composition root. A
// command that starts no core loads this and not `core.ts`, which is most of what there is to load.
import { Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { TechnicalFailure } from "../../core/failure.ts"
import { Journal } from "../../core/journal/journal.ts"
import { type OrderPostings, OrdersArePosted } from "../../core/port/erp.ts"
import { makeProjectionTables, projections } from "../../projections/index.ts"
import { keptByNewer } from "../../projections/projection.ts"
import { createAuditTables } from "../audit/tables.ts"
import type { Settings } from "../config.ts"
import { captureTables } from "../erp/capture-state.ts"
import { createPostingAttemptTable } from "../erp/posting-attempt.ts"
import { createSandboxTables } from "../erp/sandbox/tables.ts"
import { createSyncTable } from "../erp/sync-runs.ts"
import { fileIntakeTables } from "../files/intake-state.ts"
import * as MemoryBroker from "../memory/broker.ts"
import { checkpointsLayer, checkpointTables } from "../postgres/checkpoints.ts"
import { clientLayer } from "../postgres/client.ts"
import { createDatabase, journalTables } from "../postgres/database.ts"
import { journalLayer } from "../postgres/journal.ts"
import { plantTables } from "../postgres/plants.ts"
import { coreIsRunning } from "../postgres/presence.ts"
import * as RabbitBroker from "../rabbitmq/broker.ts"

/**
 * Tables of a later version would be dropped, which is how one goes back to an earlier Traveler; but not under the core of
 * the later one, whose views would stand still.
 */
const leaveNewer = Effect.gen(function* () {
  const kept = yield* keptByNewer(projections)
  if (kept.length === 0 || !(yield* coreIsRunning)) return
  return yield* new TechnicalFailure({
    field: "views",
    value: kept.join(", "),
    reason: "A newer Traveler keeps them, and a core runs on this database",
    nextStep: "Use the newer one; to go back to this one, stop every core first"
  })
})

/** The database with every table that is needed, and the journal. */
export const storageLayer = (settings: Settings) => {
  const tables = Layer.effectDiscard(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const { partitions } = yield* Journal
      yield* sql.withTransaction(
        Effect.gen(function* () {
          yield* sql`select pg_advisory_xact_lock(hashtext('traveler tables'))`
          yield* sql.unsafe(plantTables)
          yield* sql.unsafe(checkpointTables)
          yield* sql.unsafe(captureTables)
          yield* sql.unsafe(fileIntakeTables)
          yield* createAuditTables
          yield* createPostingAttemptTable
          yield* createSyncTable
        })
      )
      yield* leaveNewer
      yield* makeProjectionTables(partitions)
      yield* createSandboxTables
    })
  )
  const orders = Layer.succeed(OrdersArePosted, orderPostings(settings))
  return Layer.mergeAll(tables, checkpointsLayer, orders).pipe(
    Layer.provideMerge(journalLayer),
    Layer.provide(journalTables({ partitions: settings.partitions })),
    Layer.provideMerge(clientLayer(settings.postgresUrl)),
    Layer.provide(Layer.effectDiscard(createDatabase(settings.postgresUrl)))
  )
}

export const brokerLayer = ({ brokerUrl }: Settings) =>
  brokerUrl === "memory" ? MemoryBroker.layer : RabbitBroker.layer(brokerUrl)

/** Tryton and SAP take orders in one way only. */
const orderPostings = ({ orderPostings, sapUrl, trytonUrl }: Settings): OrderPostings =>
  Option.isSome(trytonUrl) ? "together" : Option.isSome(sapUrl) ? "each" : orderPostings
