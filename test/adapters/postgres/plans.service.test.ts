// The journal's statements go through indexes, partition by partition, also when they were planned on empty tables.
import { PgClient } from "@effect/sql-pg"
import { describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Statement } from "effect/sql"
import { expect } from "vitest"
import { journalClient } from "../../../adapters/postgres/client.ts"
import { storedHashes } from "../../../adapters/postgres/statements/append.ts"
import { streamsByName, tailsAfter } from "../../../adapters/postgres/statements/load.ts"
import { rawByDigest } from "../../../adapters/postgres/statements/raw.ts"
import { eventsAfter, headOf, lastOffsets, rowsAfter } from "../../../adapters/postgres/statements/read.ts"
import { genesis } from "../../../core/journal/hash.ts"
import { temporaryTables } from "../../harness/database.ts"
import { Owner, streamIn } from "../../journal/owner.ts"

const partitions = 8
const names = [streamIn(0, partitions), streamIn(1, partitions)]
const [row] = new Owner(1, { offset: 0, hash: genesis, recordedAt: 0, lastKey: 0 }).planMany(
  streamIn(1, partitions),
  1
).rows

const statements: { readonly [name: string]: (sql: PgClient.PgClient) => Statement.Statement<unknown> } = {
  "events after checkpoints": (sql) =>
    eventsAfter(
      sql,
      [
        [0, 5],
        [1, 7]
      ],
      500
    ),
  "rows of a partition": (sql) => rowsAfter(sql, 1, 5, 500),
  "the head of a partition": (sql) => headOf(sql, 1),
  "all last offsets": (sql) => lastOffsets(sql, partitions),
  "streams by name": (sql) =>
    streamsByName(
      sql,
      names.map((name, partition) => ({ partition, name }))
    ),
  "tails of streams": (sql) =>
    tailsAfter(sql, [
      { partition: 0, key: 1, version: 0 },
      { partition: 1, key: 2, version: 9 }
    ]),
  "raw bytes": (sql) => rawByDigest(sql, genesis),
  "stored hashes": (sql) => (row === undefined ? sql`select` : storedHashes(sql, [row]))
}

describe("The plan of", () => {
  for (const [name, statement] of Object.entries(statements)) {
    it.live(`${name} reads no table from end to end and sorts nothing`, () =>
      Effect.gen(function* () {
        const sql = yield* journalClient(yield* PgClient.PgClient, 1)
        const [text, parameters] = statement(sql).compile()
        const rows = yield* sql.unsafe<{ readonly "QUERY PLAN": string }>(`explain (costs off) ${text}`, parameters)
        const plan = rows.map((line) => line["QUERY PLAN"]).join("\n")
        expect(plan).toContain("Index")
        expect(plan).not.toMatch(/Seq Scan|Hash Join|Merge Join|Sort/)
      }).pipe(Effect.provide(temporaryTables({ partitions })))
    )
  }
})
