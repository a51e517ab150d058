// The storage that a command opens, where another version of Traveler works on the same database.
import { it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { describe, expect } from "vitest"
import { storageLayer } from "../../../adapters/cli/storage.ts"
import { settings } from "../../../adapters/config.ts"
import { announceCore } from "../../../adapters/postgres/presence.ts"
import { temporaryDatabase } from "../../harness/database.ts"

/** A database whose view `recalls` a later Traveler has made, with a row in it. */
const keptByNewer = Effect.gen(function* () {
  const postgresUrl = yield* temporaryDatabase
  const storage = storageLayer({ ...(yield* settings), postgresUrl })
  yield* Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`update projection_checkpoint set version = version + 1 where projection = 'recalls'`
    yield* sql`create table recalls.of_the_newer (number integer)`
  }).pipe(Effect.provide(storage, { local: true }))
  return storage
})

const isKept = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly kept: boolean }>`select to_regclass('recalls.of_the_newer') is not null as kept`
  return row?.kept
})

describe("A command of an earlier Traveler", () => {
  it.live("leaves the views of a later one alone while a core runs, and says what to do", () =>
    Effect.gen(function* () {
      const storage = yield* keptByNewer
      const first = yield* Layer.build(Layer.fresh(storage))
      // That one went back, as no core ran; a core of the later version comes again.
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        expect(yield* isKept).toBe(false)
        yield* announceCore
        yield* sql`update projection_checkpoint set version = version + 1 where projection = 'recalls'`
        yield* sql`create table recalls.of_the_newer (number integer)`
        const failed = yield* Effect.flip(Layer.build(Layer.fresh(storage)))
        expect(failed).toMatchObject({ _tag: "TechnicalFailure", field: "views", value: "recalls" })
        expect(yield* isKept).toBe(true)
      }).pipe(Effect.provideContext(first))
    }).pipe(Effect.scoped)
  )
})
