// A Postgres database of its own for a test, made empty and dropped afterwards. Used by every service test.
import { randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { clientLayer } from "../../adapters/postgres/client.ts"
import { journalTables } from "../../adapters/postgres/database.ts"
import { journalLayer } from "../../adapters/postgres/journal.ts"

/** What an earlier run of `npm run services` found, if there was one. */
const recordedUrl = (): string | undefined => {
  try {
    const path = join(import.meta.dirname, "../../.traveler/services.json")
    const services: unknown = JSON.parse(readFileSync(path, "utf8"))
    const url = typeof services === "object" && services !== null ? Reflect.get(services, "postgresUrl") : undefined
    return typeof url === "string" ? url : undefined
  } catch {
    return undefined
  }
}

const serverUrl = process.env.TRAVELER_POSTGRES_URL ?? recordedUrl() ?? "postgres://postgres@127.0.0.1:5432/postgres"

const inDatabase = (name: string): Redacted.Redacted => {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return Redacted.make(url.href)
}

const administer = (statement: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql.unsafe(statement)
  }).pipe(Effect.provide(PgClient.layer({ url: inDatabase("postgres"), maxConnections: 1 })))

/** The URL of a new, empty database that is dropped when the scope closes. */
export const temporaryDatabase = Effect.acquireRelease(
  Effect.suspend(() => {
    const name = `traveler_test_${randomBytes(8).toString("hex")}`
    return Effect.as(administer(`create database ${name}`), name)
  }),
  (name) => Effect.orDie(administer(`drop database if exists ${name} with (force)`))
).pipe(Effect.map(inDatabase))

/** A client (`PgClient`, `SqlClient`) on a temporary database. */
export const temporaryClient = Layer.unwrap(Effect.map(temporaryDatabase, clientLayer))

/** A client on a temporary database with the journal's tables; few partitions, since each costs time to make. */
export const temporaryTables = (shape: { readonly partitions: number; readonly rangeWidth?: number }) =>
  journalTables(shape).pipe(Layer.provideMerge(temporaryClient))

/** A journal on a temporary database, with the client. */
export const temporaryJournal = (shape: { readonly partitions: number; readonly rangeWidth?: number }) =>
  journalLayer.pipe(Layer.provideMerge(temporaryTables(shape)))
