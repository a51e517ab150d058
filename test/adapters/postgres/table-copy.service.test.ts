// Rows that a rebuild writes at once: all or none, also where the connection is lost in the middle.
import { it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { expect } from "vitest"
import { clientLayer } from "../../../adapters/postgres/client.ts"
import { tableCopyLayer } from "../../../adapters/postgres/table-copy.ts"
import { copiedRows } from "../../../projections/copied-rows.ts"
import { TableCopy } from "../../../projections/rebuild/table-copy.ts"
import { temporaryDatabase } from "../../harness/database.ts"
import { faultProxy } from "../../harness/fault-proxy.ts"

const rows = copiedRows("row", { id: "text" }, [{ id: "cut-here" }, { id: "b" }])

for (const moment of ["before the service", "after the answer"] as const) {
  for (const marker of ["begin; set", "copy ", "cut-here", "commit\0"]) {
    it.live(
      `a connection lost ${moment} at ${JSON.stringify(marker)} fails what was written by it, and that alone`,
      () =>
        Effect.gen(function* () {
          const url = yield* temporaryDatabase
          const { hostname, port } = new URL(Redacted.value(url))
          const proxy = yield* faultProxy(hostname, Number(port || 5432))
          const by = new URL(Redacted.value(url))
          by.hostname = "127.0.0.1"
          by.port = String(proxy.port)
          yield* Effect.gen(function* () {
            const sql = yield* SqlClient.SqlClient
            const { copy } = yield* TableCopy
            yield* sql`create table row (id text)`
            const lost = yield* proxy.cutWhen(marker, moment)
            const failure = yield* Effect.flip(copy("public", [rows]))
            yield* lost
            expect(failure).toMatchObject({ _tag: "TechnicalFailure", field: "tables of public" })
            const written = (yield* sql`select from row`).length
            expect(written).toBe(marker === "commit\0" && moment === "after the answer" ? 2 : 0)
            yield* copy("public", [rows])
            expect(yield* sql`select from row`).toHaveLength(written + 2)
          }).pipe(Effect.provide(tableCopyLayer(Redacted.make(by.href))), Effect.provide(clientLayer(url)))
        }).pipe(Effect.scoped)
    )
  }
}
