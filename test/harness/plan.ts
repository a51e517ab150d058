// How Postgres runs a statement on a connection that plans it once for all parameters, as that of the followers does
// (`plan_cache_mode`). Used by tests of plans.
import type { PgClient } from "@effect/sql-pg"
import { Effect } from "effect"
import type { Statement } from "effect/sql"

/** Its plan, line by line; the parameters' values say nothing to such a plan. */
export const genericPlan = (sql: PgClient.PgClient, statement: Statement.Statement<unknown>) =>
  sql.withTransaction(
    Effect.gen(function* () {
      const [text, parameters] = statement.compile()
      const nulls = parameters.map(() => "null").join(", ")
      yield* sql.unsafe(`prepare looked_at as ${text}`)
      const execute = parameters.length === 0 ? "looked_at" : `looked_at(${nulls})`
      const rows = yield* sql.unsafe<{ readonly "QUERY PLAN": string }>(`explain (costs off) execute ${execute}`)
      yield* sql.unsafe("deallocate looked_at")
      return rows.map((row) => row["QUERY PLAN"]).join("\n")
    })
  )
