// A database that a version may fill as it likes, gone when the scope closes, however that ends. Used by `what-if.ts`.
import { randomBytes } from "node:crypto"
import { PgClient } from "@effect/sql-pg"
import { Effect, Redacted, Schedule } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { technicalFailure } from "../../postgres/failure.ts"

/** What the names of all of a live database's begin with. Postgres cuts names at 63 bytes. */
export const scratchPrefix = (live: Redacted.Redacted): string =>
  `${new URL(Redacted.value(live)).pathname.slice(1, 36)}_what_if_`

/** On the server of `live`, whose role must be allowed to make databases. */
export const scratchDatabase = (live: Redacted.Redacted) => {
  const administer = (statement: (sql: SqlClient.SqlClient) => Effect.Effect<unknown, SqlError.SqlError>) =>
    Effect.flatMap(SqlClient.SqlClient, statement).pipe(
      Effect.provide(
        PgClient.layer({ url: live, database: "postgres", maxConnections: 1, connectTimeout: "5 seconds" })
      ),
      Effect.mapError(technicalFailure("scratch database"))
    )
  return Effect.acquireRelease(
    Effect.suspend(() => {
      const name = `${scratchPrefix(live)}${randomBytes(8).toString("hex")}`
      return Effect.as(
        administer((sql) => sql`create database ${sql(name)}`),
        name
      )
    }),
    (name) =>
      administer((sql) => sql`drop database if exists ${sql(name)} with (force)`).pipe(
        Effect.retry({ times: 3, schedule: Schedule.spaced("500 millis") }),
        Effect.orDie
      )
  ).pipe(
    Effect.map((name) => {
      const scratch = new URL(Redacted.value(live))
      scratch.pathname = `/${name}`
      return Redacted.make(scratch.href)
    })
  )
}
