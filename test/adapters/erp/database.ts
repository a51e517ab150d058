// A database of its own for one test file, dropped afterwards. Used by the tests of adapters/erp and adapters/timers.
import { randomUUID } from "node:crypto"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { createPostingAttemptTable } from "../../../adapters/erp/posting-attempt.ts"
import { createSandboxTables } from "../../../adapters/erp/sandbox/tables.ts"

export const server = process.env["TRAVELER_TEST_POSTGRES"] ?? "postgres://postgres@127.0.0.1:5432"

export const client = (database: string) =>
  PgClient.layer({ url: Redacted.make(`${server}/${database}`), maxConnections: 8, connectTimeout: "5 seconds" })

const administer = (statement: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql.unsafe(statement)
    }).pipe(Effect.provide(client("postgres")))
  )

/** The name of a new, empty database that is dropped when the scope closes. */
export const temporaryDatabase = Effect.acquireRelease(
  Effect.suspend(() => {
    const name = `traveler_test_erp_${randomUUID().replaceAll("-", "").slice(0, 12)}`
    return Effect.as(administer(`create database ${name}`), name)
  }),
  (name) => Effect.orDie(administer(`drop database ${name} with (force)`))
)

/** A client on a database of its own, with the tables of the sandbox and of the poster. */
export const erpDatabase = Layer.effectDiscard(
  Effect.andThen(createSandboxTables, createPostingAttemptTable)
).pipe(Layer.provideMerge(Layer.unwrap(Effect.map(temporaryDatabase, client))))
