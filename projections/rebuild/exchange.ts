// The last step of a rebuild: the new tables take the live ones' place, in one transaction. Used by `rebuild.ts` alone.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { BusinessRuleViolation } from "../../core/failure.ts"
import { loadCheckpoint } from "../checkpoint.ts"
import type { Projection } from "../projection.ts"
import * as Beside from "./beside.ts"
import { followUpTo } from "./follow.ts"

/** Whoever waits for a lock keeps those waiting who come after it: rather tried again. */
const longestWait = "3s"

const rename = Effect.fnUntraced(function* (from: string, to: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter schema ${sql(from)} rename to ${sql(to)}`
  yield* sql`update projection_checkpoint set projection = ${to} where projection = ${from}`
})

/** A newer Traveler that began meanwhile has made its own tables; those of this version would stop it for good. */
const liveIsOfThisVersion = Effect.fnUntraced(function* ({ name, version }: Projection) {
  const sql = yield* SqlClient.SqlClient
  const others = yield* sql<{ readonly version: number }>`
    select version from projection_checkpoint where projection = ${name} and version <> ${version} limit 1`
  const [other] = others
  if (other === undefined) return
  return yield* new BusinessRuleViolation({
    field: "projection",
    value: name,
    reason: `It was rebuilt for version ${version}, and another Traveler has made it version ${other.version} meanwhile`,
    nextStep: "Rebuild it with that Traveler, which doesn't go on with what this one has made"
  })
})

/**
 * No event is lost or applied twice: the live view's checkpoints are locked, so a runner's batch ended before or waits
 * until they belong to the new tables; these hold every event of the old ones by then, and their checkpoints go with
 * them. A runner that waited finds the checkpoint elsewhere than it thought, and begins again where it is. Names are
 * looked up anew by every statement, prepared ones as well.
 */
export const exchange = Effect.fnUntraced(function* (projection: Projection) {
  const sql = yield* SqlClient.SqlClient
  const fresh = Beside.beside(projection)
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`select set_config('lock_timeout', ${longestWait}, true)`
      yield* sql`select pg_advisory_xact_lock(hashtext('traveler/projections'))`
      yield* sql`lock table projection_exchange in access exclusive mode`
      yield* sql`
        select from projection_checkpoint where projection = ${projection.name} order by partition for update`
      yield* liveIsOfThisVersion(projection)
      yield* followUpTo(fresh, yield* loadCheckpoint(projection), () => Effect.void)
      yield* rename(projection.name, Beside.nameBefore(projection))
      yield* rename(fresh.name, projection.name)
    })
  )
})
