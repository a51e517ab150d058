// A core says that it runs, for as long as it does: a lost connection takes that back for a moment only.
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { announceCore, coreIsRunning } from "../../../adapters/postgres/presence.ts"
import { temporaryClient } from "../../harness/database.ts"
import { eventually } from "./eventually.ts"

const noneIsRunning = Effect.map(coreIsRunning, (is) => !is)

const loseConnections = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())`
})

describe("the presence of a core", () => {
  it.live("is known until its scope closes", () =>
    Effect.gen(function* () {
      expect(yield* coreIsRunning).toBe(false)
      expect(yield* Effect.scoped(Effect.andThen(announceCore, coreIsRunning))).toBe(true)
      yield* eventually(noneIsRunning)
    }).pipe(Effect.provide(temporaryClient))
  )

  it.live("is said again when its connection was lost", () =>
    Effect.gen(function* () {
      yield* announceCore
      yield* loseConnections
      yield* eventually(noneIsRunning)
      yield* eventually(coreIsRunning)
    }).pipe(Effect.scoped, Effect.provide(temporaryClient))
  )
})
