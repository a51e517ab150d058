// Settings of our connections that Postgres mustn't be left to choose.
import { PgClient } from "@effect/sql-pg"
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { clientLayer, followersClientLayer, journalClient } from "../../../adapters/postgres/client.ts"
import { temporaryDatabase } from "../../harness/database.ts"

const jit = (sql: PgClient.PgClient) =>
  Effect.map(sql<{ readonly jit: string }>`select current_setting('jit') as jit`, ([row]) => row?.jit)

it.live("no statement is compiled: counting 70,000 documents took five seconds instead of half a one", () =>
  Effect.gen(function* () {
    const database = yield* temporaryDatabase
    for (const layer of [clientLayer, followersClientLayer]) {
      const settings = Effect.gen(function* () {
        const client = yield* PgClient.PgClient
        return [yield* jit(client), yield* jit(yield* journalClient(client, 1))]
      })
      expect(yield* settings.pipe(Effect.provide(layer(database)))).toEqual(["off", "off"])
    }
  }).pipe(Effect.scoped)
)
