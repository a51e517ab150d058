// What is copied into a table is what a recordset would have put there, whatever the text.
import { it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import fc from "fast-check"
import { expect } from "vitest"
import { copiedRows } from "../../projections/copied-rows.ts"
import { TableCopy } from "../../projections/rebuild/table-copy.ts"
import { columnNames, recordset } from "../../projections/recordset.ts"
import { rebuilding } from "./rebuilt.ts"

const columns = { id: "integer", said: "text", held: "json", amount: "numeric", flag: "boolean", late: "float8" }
const ddl = (table: string) => `
  create table copied.${table} (id integer, said text, held json, amount numeric, flag boolean, late float8)`

const hostile = fc.string({
  unit: fc.constantFrom("\\", "\n", "\r", "\t", "\0", "N", ".", "\ud800", "\udc00", "\u{1f600}", "ü", '"', "'", "a")
})
const row = fc.record({
  said: fc.option(hostile),
  held: fc.option(fc.record({ text: hostile, count: fc.integer() })),
  amount: fc.constantFrom("0", "-1.50", "123456789012345678.123456789012"),
  flag: fc.boolean(),
  late: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))
})

it.live("copies any text as a recordset would insert it", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { copy } = yield* TableCopy
    yield* sql`create schema copied`
    yield* sql.unsafe(ddl("one"))
    yield* sql.unsafe(ddl("other"))
    const rows = fc.sample(row, { numRuns: 500, seed: 1 }).map((each, id) => ({ ...each, id }))
    yield* copy("copied", [copiedRows("one", columns, rows), copiedRows("other", columns, [])])
    yield* sql`
      insert into copied.other (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, rows)}`
    const held = (table: string) => sql`select *, held::text as written from copied.${sql(table)} order by id`
    expect(yield* held("one")).toHaveLength(rows.length)
    expect(yield* held("one")).toEqual(yield* held("other"))
  }).pipe(Effect.provide(Layer.fresh(rebuilding)))
)

it.live("writes all tables or none", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { copy } = yield* TableCopy
    yield* sql`create schema copied`
    yield* sql.unsafe(ddl("one"))
    const rows = [{ id: 1 }]
    const lost = yield* Effect.flip(
      copy("copied", [copiedRows("one", columns, rows), copiedRows("two", columns, rows)])
    )
    expect(lost).toMatchObject({ _tag: "TechnicalFailure", value: expect.stringContaining("copied.two") })
    expect(yield* sql`select from copied.one`).toEqual([])
    yield* copy("copied", [copiedRows("one", columns, rows)])
    expect(yield* sql`select from copied.one`).toHaveLength(1)
  }).pipe(Effect.provide(Layer.fresh(rebuilding)))
)
