// All projections, and the tables of this room. Used by whoever composes the core, and by tests.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { equipment } from "./equipment/equipment.ts"
import { exceptions } from "./exceptions/exceptions.ts"
import { genealogy } from "./genealogy/genealogy.ts"
import { duplicatesTable } from "./intake/duplicates.ts"
import { intake } from "./intake/intake.ts"
import { ledger } from "./ledger/ledger.ts"
import { lots } from "./lots/lots.ts"
import { masterData } from "./master-data/master-data.ts"
import { orders } from "./orders/orders.ts"
import { plants } from "./plants/plants.ts"
import { postings } from "./postings/postings.ts"
import { makeTables, type Projection } from "./projection.ts"
import { recalls } from "./recalls/recalls.ts"
import { reconciliation } from "./reconciliation/reconciliation.ts"
import { releases } from "./releases/releases.ts"
import { timers } from "./timers/timers.ts"

export const projections: ReadonlyArray<Projection> = [
  orders,
  lots,
  genealogy,
  ledger,
  plants,
  postings,
  releases,
  exceptions,
  equipment,
  masterData,
  intake,
  timers,
  reconciliation,
  recalls
]

/** Makes what isn't there yet, for a journal of so many partitions. */
export const makeProjectionTables = Effect.fnUntraced(function* (partitions: number) {
  const sql = yield* SqlClient.SqlClient
  yield* makeTables(projections, partitions)
  yield* sql.withTransaction(
    Effect.andThen(sql`select pg_advisory_xact_lock(hashtext('traveler/projections'))`, sql.unsafe(duplicatesTable))
  )
})
