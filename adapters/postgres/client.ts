// Connections to Postgres: the pool that everything shares, and the settings of the journal's own. Used in adapters/.
import { PgClient } from "@effect/sql-pg"
import { Duration, Effect, Layer, type Redacted } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import { SqlError } from "effect/sql"

/** Postgres ends a journal's statement after this; a client that hears nothing for longer gives the connection up. */
const statementTimeout = Duration.seconds(10)
const answerTimeout = Duration.seconds(15)

/** A network that swallows packets would keep a statement waiting for a quarter of an hour. */
export const answered = <A>(statement: Effect.Effect<A, SqlError.SqlError>): Effect.Effect<A, SqlError.SqlError> =>
  Effect.timeoutOrElse(statement, {
    duration: answerTimeout,
    orElse: () => {
      const cause = new Error(`No answer in ${Duration.format(answerTimeout)}`)
      return Effect.fail(new SqlError.SqlError({ reason: new SqlError.ConnectionError({ cause }) }))
    }
  })

const connections = { connectTimeout: "5 seconds", keepAlive: "30 seconds" } as const

/** Compiling a statement takes Postgres seconds, each time anew, and none of ours runs for that long. */
const interpreted = { jit: "off" } as const

/** The pool for cluster storage, commands' questions and the rest; `PgClient` and `SqlClient`. */
export const clientLayer = (url: Redacted.Redacted) =>
  PgClient.layer({
    url,
    applicationName: "traveler",
    maxConnections: 12,
    ...connections,
    startupParameters: interpreted
  })

/**
 * A pool for what follows the journal (views, poster, timers, sandbox ERP): the same few statements for ever, which look
 * rows up by key. A plan that was made while the tables were empty is kept while they grow, and would scan them: finding
 * what to post took 400 ms among 16,000 documents.
 */
export const followersClientLayer = (url: Redacted.Redacted) =>
  PgClient.layer({
    url,
    applicationName: "traveler followers",
    maxConnections: 12,
    ...connections,
    startupParameters: {
      plan_cache_mode: "force_generic_plan",
      enable_seqscan: "off",
      enable_hashjoin: "off",
      enable_mergejoin: "off",
      enable_material: "off",
      ...interpreted
    }
  })

/**
 * A pool for the journal alone, on the same database. Its statements are few, prepared once and always the same, and
 * planning one over 64 partitions costs more than running it (6 ms against 1.5), so plans are generic. A plan that
 * was made while the journal was empty is kept while it grows: no sequential scans.
 */
export const journalClient = Effect.fnUntraced(function* (client: PgClient.PgClient, maxConnections: number) {
  const reactivity = yield* Layer.build(Reactivity.layer)
  const { startupParameters } = client.config
  return yield* PgClient.make({
    ...client.config,
    applicationName: "traveler journal",
    startupParameters: {
      ...startupParameters,
      statement_timeout: String(Duration.toMillis(statementTimeout)),
      plan_cache_mode: "force_generic_plan",
      enable_seqscan: "off"
    },
    maxConnections
  }).pipe(Effect.provide(reactivity))
})
