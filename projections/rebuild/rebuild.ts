// Rebuilds a view beside the live one, from the journal alone, and puts it in its place or compares the two. Used by the
// command line, the bench and tests.
import { Effect, Schedule } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { BusinessRuleViolation, messageOf, TechnicalFailure } from "../../core/failure.ts"
import { Journal } from "../../core/journal/journal.ts"
import type { Checkpoint } from "../../core/port/checkpoints.ts"
import { loadCheckpoint } from "../checkpoint.ts"
import { keepingTables, type Projection } from "../projection.ts"
import * as Beside from "./beside.ts"
import { differences } from "./compare.ts"
import { exchange } from "./exchange.ts"
import { between, followUpTo, journalHolds } from "./follow.ts"
import { writeHistories } from "./histories.ts"
import type { Report } from "./progress.ts"

/** While more are missing than this, the live view isn't made to wait for them. */
const fewEvents = 500
/** So often it is tried to exchange the tables while somebody reads them. */
const exchangeTries = 20

/** One rebuild of a view at a time; held by a connection of its own, so it ends with its process. */
const alone = Effect.fnUntraced(function* ({ name }: Projection) {
  const sql = yield* SqlClient.SqlClient
  const connection = yield* sql.reserve
  const [row] = yield* connection.execute(
    "select pg_try_advisory_lock(hashtext('traveler/rebuild'), hashtext($1)) as free",
    [name],
    undefined
  )
  if (row?.free === true) {
    return yield* Effect.addFinalizer(() =>
      Effect.ignore(
        connection.execute("select pg_advisory_unlock(hashtext('traveler/rebuild'), hashtext($1))", [name], undefined)
      )
    )
  }
  return yield* new BusinessRuleViolation({
    field: "projection",
    value: name,
    reason: "Another process rebuilds this view",
    nextStep: "Wait until it has ended, or end it: a rebuild goes on where the last one was"
  })
})

/** Tables of before would be lost under the same name. */
const nothingIsKept = Effect.fnUntraced(function* (projection: Projection) {
  const kept = Beside.nameBefore(projection)
  if (!(yield* Beside.exists(kept))) return
  return yield* new BusinessRuleViolation({
    field: "schema",
    value: kept,
    reason: "The view as it was before its last rebuild is still kept there",
    nextStep: `Drop it: npm run traveler -- replay projection ${projection.name} --drop-old`
  })
})

const notExchanged = (projection: Projection, { reason }: SqlError.SqlError) =>
  new TechnicalFailure({
    field: "projection",
    value: projection.name,
    reason: `The view is rebuilt, but couldn't take the live one's place: ${messageOf(reason.cause)}`,
    nextStep: "Run the command again: only what came since is left to do. See who holds locks: select * from pg_locks"
  })

export interface Rebuilt {
  /** Whether it went on with what an earlier run had begun. */
  readonly resumed: boolean
  /** That the view was made of. */
  readonly events: number
  /** The schema that holds what was live before. */
  readonly kept: string
}

/**
 * Exchanges the live tables for new ones; the old ones are kept until `dropOld`. A core that runs goes on with the new
 * ones. Killed at any moment it leaves the live view as it is, and the next run goes on.
 */
export const rebuild = Effect.fnUntraced(function* (projection: Projection, report: Report) {
  const journal = yield* Journal
  yield* alone(projection)
  yield* nothingIsKept(projection)
  const fresh = Beside.beside(projection)
  const resumed = yield* Beside.open(fresh, yield* journal.heads)
  yield* writeHistories(fresh, report)
  let heads: Checkpoint
  do {
    heads = yield* journal.heads
    yield* followUpTo(fresh, heads, report)
  } while (between(heads, yield* journal.heads) > fewEvents)
  yield* exchange(projection).pipe(
    Effect.retry({
      schedule: Schedule.spaced("500 millis"),
      times: exchangeTries,
      while: (error) => error._tag === "SqlError" && error.isRetryable
    }),
    Effect.catchTag("SqlError", (error) => Effect.fail(notExchanged(projection, error)))
  )
  const events = between(new Map(), yield* loadCheckpoint(projection))
  return { resumed, events, kept: Beside.nameBefore(projection) } satisfies Rebuilt
}, Effect.scoped)

/** Until the live view holds what an unfinished rebuild already does. */
const liveIsThere = (projection: Projection) =>
  Effect.gen(function* () {
    const ahead = between(yield* loadCheckpoint(projection), yield* loadCheckpoint(Beside.beside(projection)))
    if (ahead === 0) return
    return yield* new TechnicalFailure({
      field: "projection",
      value: projection.name,
      reason: `The live view lacks ${ahead} events that a rebuild under way already has`,
      nextStep: "Start a core, which feeds it: npm run traveler -- run"
    })
  }).pipe(Effect.retry({ schedule: Schedule.spaced("200 millis"), times: 150 }))

/**
 * Compares a rebuilt view with the live one at the same checkpoint, and leaves nothing behind but the answer. The live one
 * isn't kept from going on: what is compared is what one transaction sees of it.
 */
export const verify = Effect.fnUntraced(function* (projection: Projection, report: Report) {
  const sql = yield* SqlClient.SqlClient
  yield* alone(projection)
  const fresh = Beside.beside(projection)
  const live = yield* loadCheckpoint(projection)
  yield* journalHolds(projection, live)
  const resumed = yield* Beside.open(fresh, live)
  yield* writeHistories(fresh, report)
  yield* liveIsThere(projection)
  yield* followUpTo(fresh, yield* loadCheckpoint(projection), report)
  const compared = yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`set transaction isolation level repeatable read`
      yield* keepingTables
      const at = yield* loadCheckpoint(projection)
      yield* followUpTo(fresh, at, () => Effect.void)
      return { events: between(new Map(), at), tables: yield* differences(projection.name, fresh.name) }
    })
  )
  yield* Beside.drop(fresh.name)
  return { resumed, ...compared }
}, Effect.scoped)

/** Drops what was live before the last rebuild, and says which schema that was; undefined where nothing is kept. */
export const dropOld = Effect.fnUntraced(function* (projection: Projection) {
  const kept = Beside.nameBefore(projection)
  if (!(yield* Beside.exists(kept))) return undefined
  yield* Beside.drop(kept)
  return kept
})
