// What the poster asks for all the time goes through indexes by key, also when it was planned on empty tables or small ones.
import { PgClient } from "@effect/sql-pg"
import { expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { unclaimed, unclaimedAfter } from "../../../adapters/erp/poster-view.ts"
import { createPostingAttemptTable, postingAttempts, putOff, recorded } from "../../../adapters/erp/posting-attempt.ts"
import { followersClientLayer } from "../../../adapters/postgres/client.ts"
import { PostingKey } from "../../../core/plant/identifiers.ts"
import { temporaryDatabase } from "../../harness/database.ts"
import { genericPlan } from "../../harness/plan.ts"
import { makeViews } from "./table-door.ts"

const keys = Array.from({ length: 3 }, (_, index) => PostingKey.make(`order/p/o/${index}/confirmation`))

const database = Layer.unwrap(Effect.map(temporaryDatabase, followersClientLayer))

it.live(
  "claims are looked up by their whole key, planned while there are none, or a thousand, known to the planner or not",
  () =>
    Effect.gen(function* () {
      yield* createPostingAttemptTable
      yield* makeViews
      const sql = yield* SqlClient.SqlClient
      const attempts = yield* postingAttempts("sandbox")
      const sandbox = { name: "sandbox", orders: "each" } as const
      const asked = keys.map((key) => ({ key, attempt: 1 }))
      const statements = [
        unclaimed(sql, sandbox, 100),
        unclaimedAfter(sql, sandbox, { all: keys, news: keys }, 100),
        attempts.claim(asked, 1_000, 1_000),
        recorded(
          sql,
          "sandbox",
          asked.map((claim) => ({ ...claim, outcome: "PostingVerified", document: null }))
        ),
        putOff(sql, "sandbox", asked, 1_000)
      ]
      const client = yield* PgClient.PgClient
      const lookUpByKey = Effect.forEach(statements, (statement) =>
        Effect.gen(function* () {
          const plan = yield* genericPlan(client, statement)
          expect(plan).not.toMatch(/Seq Scan|Hash Join|Merge Join|Materialize/)
          expect(plan).toMatch(
            /Index (Only )?Scan using posting_attempt_pkey|Bitmap Index Scan on posting_attempt_pkey/
          )
          expect(plan).toMatch(/Index Cond: .*erp = .*\bkey = /)
        })
      )
      yield* lookUpByKey
      yield* sql`
      insert into posting_attempt (erp, key, attempt, send_before, ask_after)
      select 'sandbox', 'order/p/' || number, 1, now(), now() from generate_series(1, 1000) as number`
      yield* lookUpByKey
      yield* sql`analyze posting_attempt`
      yield* lookUpByKey
    }).pipe(Effect.provide(database))
)
