// Many rows as parameters: whatever text is in them, Postgres takes it.
import { describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { expect } from "vitest"
import { recordset } from "../../projections/recordset.ts"
import { temporaryClient } from "../harness/database.ts"

describe("A recordset", () => {
  it.live("replaces what Postgres can't store, as text and in JSON, and nothing else", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const texts = ["a\0b", "\ud800", "x\udc00", "two\nlines\t\x1b", "\\u0000 \\\\ud800 \\", "\u{1F600}"]
      const kept = ["a\ufffdb", "\ufffd", "x\ufffd", ...texts.slice(3)]
      const columns = { plain: "text", json: "jsonb" }
      const rows = texts.map((text) => ({ plain: text, json: { [text]: [text] } }))
      expect(yield* sql`select plain, json from ${recordset(sql, columns, rows)}`).toEqual(
        kept.map((text) => ({ plain: text, json: { [text]: [text] } }))
      )
    }).pipe(Effect.provide(temporaryClient))
  )
})
