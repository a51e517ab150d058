// Tables of a database that an earlier version made take what this one writes.
import { expect, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { SqlClient } from "effect/sql"
import { createSandboxTables } from "../../../adapters/erp/sandbox/tables.ts"
import { Erp } from "../../../core/port/erp.ts"
import { aPlant, goodsMovement } from "../../erp/documents.ts"
import { sandboxWorld } from "./sandbox.ts"

it.live("documents of no order, where the table was made for confirmations alone", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`alter table erp_sandbox.document alter order_id set not null, alter operation_id set not null`
    yield* createSandboxTables
    const erp = yield* Erp
    const received = goodsMovement(aPlant(), "L-1", 1, "in")
    const number = yield* erp.post(received, performance.now() + 60_000)
    expect(Option.getOrThrow(yield* erp.findByKey(received.key))).toEqual({ document: number, content: received })
  }).pipe(Effect.provide(sandboxWorld(20_000)))
)
