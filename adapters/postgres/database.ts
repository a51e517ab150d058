// Makes the database and the journal's tables where they are missing, and proves that they fit this code.
// Used by the composition root and by tests, before `journal.ts`.
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Redacted } from "effect"
import { Migrator, SqlClient } from "effect/sql"
import { TechnicalFailure } from "../../core/failure.ts"
import { partitionHash } from "../../core/journal/stream.ts"
import { technicalFailure } from "./failure.ts"
import { type JournalShape, migrations } from "./schema.ts"

const databaseName = (url: Redacted.Redacted): string =>
  decodeURIComponent(new URL(Redacted.value(url)).pathname.slice(1)) || "postgres"

/** Makes the database that `url` names, on its server, unless it is there. */
export const createDatabase = (url: Redacted.Redacted): Effect.Effect<void, TechnicalFailure> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const name = databaseName(url)
    const exists = Effect.map(sql`select from pg_database where datname = ${name}`, (rows) => rows.length > 0)
    if (yield* exists) return
    yield* sql`create database ${sql(name)}`.pipe(
      // Another process made it just now.
      Effect.catch((error) => Effect.flatMap(exists, (made) => (made ? Effect.void : Effect.fail(error))))
    )
  }).pipe(
    Effect.provide(PgClient.layer({ url, database: "postgres", maxConnections: 1, connectTimeout: "5 seconds" })),
    Effect.mapError(technicalFailure(`database ${databaseName(url)}`))
  )

const defaultShape: JournalShape = { partitions: 64, rangeWidth: 10_000_000 }

/** How many partitions this journal was made with; fails where another hash of names was used. */
export const storedPartitions: Effect.Effect<number, TechnicalFailure, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly partitions: number; readonly hash: string }>`
    select partitions, partition_hash as hash from journal`.pipe(Effect.mapError(technicalFailure("table journal")))
  const journal = rows[0]
  if (journal?.hash === partitionHash) return journal.partitions
  return yield* new TechnicalFailure({
    field: "journal.partition_hash",
    value: journal?.hash ?? "",
    reason: `This journal's streams were spread by another hash than this version's ${partitionHash}`,
    nextStep: "Run the version that made this journal, or point TRAVELER_POSTGRES_URL at another database"
  })
})

/** Runs what migrations are missing; `shape` counts only where the journal is made. Safe to run by many at once. */
export const migrateJournal = (
  shape: Partial<JournalShape> = {}
): Effect.Effect<void, TechnicalFailure, SqlClient.SqlClient> =>
  Migrator.make({})({
    loader: Migrator.fromRecord(migrations({ ...defaultShape, ...shape })),
    table: "journal_migration"
  }).pipe(
    Effect.catchTag("MigrationError", (error) =>
      Effect.fail(
        new TechnicalFailure({
          field: "migrations of the journal",
          value: String(error.cause ?? error.message),
          reason: error.message,
          nextStep: "The role of TRAVELER_POSTGRES_URL must own the database's schema to run migrations"
        })
      )
    ),
    Effect.catchTag("SqlError", (error) => Effect.fail(technicalFailure("migrations of the journal")(error))),
    Effect.andThen(storedPartitions),
    Effect.flatMap((stored) =>
      shape.partitions === undefined || shape.partitions === stored
        ? Effect.void
        : Effect.fail(
            new TechnicalFailure({
              field: "partitions",
              value: String(shape.partitions),
              reason: `This journal was made with ${stored} partitions; their number is fixed when it is made`,
              nextStep: `Leave the setting out or set it to ${stored}`
            })
          )
    )
  )

/** The journal's tables, there before whatever is built on this layer. */
export const journalTables = (shape: Partial<JournalShape> = {}) => Layer.effectDiscard(migrateJournal(shape))
