// A database that a version may fill as it likes, gone when the scope closes, however that ends. Used by `what-if.ts`.
import { randomBytes } from "node:crypto"
import { PgClient } from "@effect/sql-pg"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { technicalFailure } from "../../postgres/failure.ts"

/** What the names of all of them begin with. */
export const scratchPrefix = "traveler_what_if_"

/** On the server of `url`, whose role must be allowed to make databases. */
export const scratchDatabase = (url: Redacted.Redacted) => {
  const administer = (statement: (sql: SqlClient.SqlClient) => ReturnType<SqlClient.SqlClient["unsafe"]>) =>
    Effect.flatMap(SqlClient.SqlClient, statement).pipe(
      Effect.provide(PgClient.layer({ url, database: "postgres", maxConnections: 1, connectTimeout: "5 seconds" })),
      Effect.mapError(technicalFailure("scratch database"))
    )
  return Effect.acquireRelease(
    Effect.suspend(() => {
      const name = `${scratchPrefix}${randomBytes(8).toString("hex")}`
      return Effect.as(
        administer((sql) => sql.unsafe(`create database ${name}`)),
        name
      )
    }),
    (name) => Effect.orDie(administer((sql) => sql.unsafe(`drop database if exists ${name} with (force)`)))
  ).pipe(
    Effect.map((name) => {
      const scratch = new URL(Redacted.value(url))
      scratch.pathname = `/${name}`
      return Redacted.make(scratch.href)
    })
  )
}
