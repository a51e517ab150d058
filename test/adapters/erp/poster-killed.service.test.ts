// The poster on the real view, in a process that is killed (-9) and started again: each document is stored once.
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { aPlant, confirmation } from "../../erp/documents.ts"
import { DatabaseUrl } from "./database.ts"
import { eventually } from "./posting.ts"
import { Sandbox, sandboxWorld } from "./sandbox.ts"
import { askFor, makeViews } from "./table-door.ts"

const program = fileURLToPath(new URL("poster-process.ts", import.meta.url))

/** Started now and killed, without a chance to tidy up, when the scope closes. */
const posterProcess = (database: string, origin: string) =>
  Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [program, database, origin], { stdio: ["ignore", "ignore", "inherit"] })),
    (child: ChildProcess) =>
      Effect.callback<void>((resume) => {
        child.once("exit", () => resume(Effect.void))
        child.kill("SIGKILL")
      })
  )

layer(sandboxWorld(5_000), { timeout: "60 seconds", excludeTestServices: true })("poster, killed", (it) => {
  it.effect(
    "leaves each document stored once, faults and all",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const { admin, origin } = yield* Sandbox
        const url = Redacted.value(yield* DatabaseUrl)
        yield* makeViews
        const plant = aPlant()
        const documents = Array.from({ length: 180 }, (_, index) =>
          confirmation(plant, `O-${index % 60}`, 2 + Math.floor(index / 60))
        )
        yield* askFor(documents)
        yield* admin.setFaults([
          { kind: "hang", plant, probability: 0.05, count: 10, seed: 11 },
          { kind: "locked", plant, probability: 0.05, count: 10, seed: 12 }
        ])
        const count = (state: string) =>
          Effect.map(
            sql<{ count: number }>`select count(*)::int as count from postings.posting where state = ${state}`,
            (rows) => rows[0]?.count ?? 0
          )
        for (const share of [0.1, 0.4, 0.7]) {
          yield* Effect.scoped(
            Effect.andThen(
              posterProcess(url, origin),
              eventually(
                `${share} are verified`,
                Effect.map(count("Verified"), (done) => done >= documents.length * share)
              )
            )
          )
        }
        yield* posterProcess(url, origin)
        yield* eventually(
          "all are verified",
          Effect.map(count("Verified"), (done) => done === documents.length)
        )
        const statuses = (yield* admin.calls(plant)).map(({ status }) => status)
        expect(statuses.filter((status) => status === 201)).toHaveLength(180)
        expect(yield* admin.documents(plant)).toHaveLength(180)
        const [open] = yield* sql`select key from posting_attempt where outcome is null`
        expect(open).toBeUndefined()
      }),
    60_000
  )
})
