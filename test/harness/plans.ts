// How Postgres would run what an effect asks of it. For the tests of queries whose plans matter.
import { Effect } from "effect"
import { SqlClient, Statement } from "effect/sql"

/** How Postgres would run each statement of this effect. */
export const plansOf = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const sql = yield* SqlClient.SqlClient
  const statements: Array<readonly [string, ReadonlyArray<unknown>]> = []
  const watching: Statement.Transformer = (statement) =>
    Effect.sync(() => {
      statements.push(statement.compile())
      return statement
    })
  yield* Effect.provideService(effect, Statement.CurrentTransformer, watching)
  return yield* Effect.forEach(statements, ([text, parameters]) =>
    Effect.map(sql.unsafe<{ readonly "QUERY PLAN": string }>(`explain ${text}`, parameters), (lines) =>
      lines.map((line) => line["QUERY PLAN"]).join("\n")
    )
  )
})
