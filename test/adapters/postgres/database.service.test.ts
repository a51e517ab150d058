// The database is made once, by whoever comes first; it says so when it doesn't fit, and lets nobody change history.
import { PgClient } from "@effect/sql-pg"
import { describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { expect } from "vitest"
import { clientLayer } from "../../../adapters/postgres/client.ts"
import { createDatabase, journalTables, migrateJournal, storedPartitions } from "../../../adapters/postgres/database.ts"
import { journalLayer } from "../../../adapters/postgres/journal.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { temporaryClient, temporaryDatabase, temporaryJournal } from "../../harness/database.ts"
import { verifiedRows } from "../../journal/assertions.ts"
import { streamIn, takeOver } from "../../journal/owner.ts"

describe("The database", () => {
  it.live("is made if it is missing, by many at once, and left alone if it is there", () =>
    Effect.gen(function* () {
      const beside = new URL(Redacted.value(yield* temporaryDatabase))
      beside.pathname += "_made"
      const url = Redacted.make(beside.href)
      yield* Effect.addFinalizer(() =>
        Effect.gen(function* () {
          const sql = yield* PgClient.PgClient
          yield* sql`drop database if exists ${sql(beside.pathname.slice(1))} with (force)`
        }).pipe(Effect.provide(PgClient.layer({ url, database: "postgres" })), Effect.orDie)
      )
      yield* Effect.all(
        [1, 2, 3].map(() => createDatabase(url)),
        { concurrency: "unbounded" }
      )
      yield* createDatabase(url)
      const partitions = yield* migrateJournal({ partitions: 2 }).pipe(
        Effect.andThen(storedPartitions),
        Effect.provide(clientLayer(url))
      )
      expect(partitions).toBe(2)
    })
  )

  it.live("is migrated once by many at once, and keeps its partitions", () =>
    Effect.gen(function* () {
      yield* Effect.all(
        [1, 2, 3].map(() => migrateJournal({ partitions: 3 })),
        { concurrency: "unbounded" }
      )
      yield* migrateJournal()
      expect(yield* storedPartitions).toBe(3)
      const failure = yield* Effect.flip(migrateJournal({ partitions: 5 }))
      expect(failure).toMatchObject({
        field: "partitions",
        value: "5",
        reason: expect.stringContaining("3 partitions")
      })
    }).pipe(Effect.provide(temporaryClient))
  )

  it.live("refuses a journal whose streams were spread by another hash", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      yield* migrateJournal({ partitions: 2 })
      yield* sql`update journal set partition_hash = 'murmur3'`
      expect(yield* Effect.flip(storedPartitions)).toMatchObject({ field: "journal.partition_hash", value: "murmur3" })
    }).pipe(Effect.provide(temporaryClient))
  )

  it.live("says what is missing where no migration has run", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(storedPartitions)
      expect(failure.nextStep).toContain("migrations")
    }).pipe(Effect.provide(temporaryClient))
  )
})

describe("The journal's rows", () => {
  const changes = [
    "update event set content = '\\x00' where partition = 0",
    "delete from event where partition = 0",
    "delete from event_0_0",
    "truncate event",
    "truncate event_0",
    "truncate event_0_0",
    "truncate event_0_1"
  ]
  for (const change of changes) {
    it.live(`stay as they are: ${change}`, () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const sql = yield* PgClient.PgClient
        const owner = yield* takeOver(0)
        yield* journal.append(owner.planMany(streamIn(0, 2), 3))
        const failure = yield* Effect.flip(sql.unsafe(change))
        expect(String(failure.reason.cause)).toMatch(/append-only|permission denied/)
        expect((yield* verifiedRows(0)).length).toBe(3)
      }).pipe(Effect.provide(temporaryJournal({ partitions: 2, rangeWidth: 2 })))
    )
  }

  it.live("can't be changed by a role that owns the tables either, and can be appended", () =>
    Effect.gen(function* () {
      const url = new URL(Redacted.value(yield* temporaryDatabase))
      const name = `${url.pathname.slice(1)}_role`
      const admin = clientLayer(Redacted.make(url.href))
      const asAdmin = (statement: string) =>
        Effect.flatMap(PgClient.PgClient, (sql) => sql.unsafe(statement)).pipe(Effect.provide(admin))
      yield* Effect.acquireRelease(asAdmin(`create role ${name} login password 'secret'`), () =>
        Effect.orDie(Effect.andThen(asAdmin(`drop owned by ${name} cascade`), asAdmin(`drop role ${name}`)))
      )
      yield* asAdmin(`grant create on schema public to ${name}`)
      url.username = name
      url.password = "secret"
      yield* Effect.gen(function* () {
        const journal = yield* Journal
        const sql = yield* PgClient.PgClient
        yield* journal.append((yield* takeOver(0)).planMany(streamIn(0, 2), 3))
        for (const change of changes.slice(0, 2)) {
          const failure = yield* Effect.flip(sql.unsafe(change))
          expect(failure.reason._tag).toBe("AuthorizationError")
        }
        expect((yield* verifiedRows(0)).length).toBe(3)
      }).pipe(Effect.provide(journalFor(Redacted.make(url.href))))
    })
  )
})

describe("Raw bytes", () => {
  it.live("that were redacted stay so when they come again, and leave their hash behind", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const sql = yield* PgClient.PgClient
      const owner = yield* takeOver(0)
      const bytes = new TextEncoder().encode("a name")
      const raw = { digest: sha256(bytes), bytes }
      const append = () => journal.append(owner.plan([{ stream: streamIn(0, 2), messageId: "parked" }], [raw]))
      yield* append()
      yield* sql`update raw set bytes = null where hash = ${raw.digest}`
      yield* append()
      expect(yield* journal.raw(raw.digest)).toBeUndefined()
      expect(yield* sql`select from raw where hash = ${raw.digest}`).toHaveLength(1)
    }).pipe(Effect.provide(temporaryJournal({ partitions: 2 })))
  )
})

const journalFor = (url: Redacted.Redacted) =>
  journalLayer.pipe(Layer.provideMerge(journalTables({ partitions: 2 })), Layer.provideMerge(clientLayer(url)))
