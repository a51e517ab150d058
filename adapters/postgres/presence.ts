// Whether a core is running on this database. Each core holds a shared advisory lock for as long as its connection
// lives, so a killed one is gone at once.
import { Effect, Latch, Schedule } from "effect"
import { SqlClient } from "effect/sql"

/** `traveler core`, as a number for pg_advisory_lock. */
const lock = 0x7472_6176

const hold = (announced: Latch.Latch) =>
  Effect.scoped(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const connection = yield* sql.reserve
      yield* Effect.acquireRelease(connection.executeRaw(`select pg_advisory_lock_shared(${lock})`, []), () =>
        Effect.ignore(connection.executeRaw(`select pg_advisory_unlock_shared(${lock})`, []))
      )
      yield* announced.open
      yield* connection.executeRaw("select 1", []).pipe(Effect.repeat(Schedule.spaced("1 second")))
    })
  )

/** Says that a core runs here, until the scope closes; says it again when Postgres was away. */
export const announceCore = Effect.gen(function* () {
  const announced = yield* Latch.make(false)
  yield* hold(announced).pipe(Effect.retry(Schedule.spaced("1 second")), Effect.forkScoped)
  yield* announced.await
})

export const coreIsRunning = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly running: boolean }>`
    select exists (select from pg_locks where locktype = 'advisory' and objid = ${lock} and granted
      and database = (select oid from pg_database where datname = current_database())) as running`
  return rows[0]?.running === true
})
