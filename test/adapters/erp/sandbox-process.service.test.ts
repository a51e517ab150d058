// The sandbox ERP as a process of its own: killed (-9) in the middle of a load, it loses nothing that it answered.
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "@effect/vitest"
import { Effect, Option, Redacted, Result } from "effect"
import { sandboxErp } from "../../../adapters/erp/sandbox/client.ts"
import { Erp } from "../../../core/port/erp.ts"
import { aPlant, confirmation } from "../../erp/documents.ts"
import { temporaryDatabase } from "../../harness/database.ts"
import { eventually } from "./posting.ts"

const program = fileURLToPath(new URL("../../../adapters/erp/sandbox/main.ts", import.meta.url))

/** The origin that it says it listens on. */
const sandboxProcess = (database: string, port: number) =>
  Effect.acquireRelease(
    Effect.callback<{ child: ChildProcess; origin: string }>((resume) => {
      const child = spawn(process.execPath, [program], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, TRAVELER_POSTGRES_URL: database, TRAVELER_SANDBOX_PORT: String(port) }
      })
      child.stdout.on("data", (chunk: Buffer) => {
        const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(chunk.toString())?.[0]
        if (origin !== undefined) resume(Effect.succeed({ child, origin }))
      })
    }),
    ({ child }) =>
      Effect.callback<void>((resume) => {
        child.once("exit", () => resume(Effect.void))
        child.kill("SIGKILL")
      })
  )

const soon = () => performance.now() + 60_000

it.live(
  "keeps what it answered over kill -9",
  () =>
    Effect.gen(function* () {
      const database = Redacted.value(yield* temporaryDatabase)
      const plant = aPlant()
      const documents = Array.from({ length: 800 }, (_, index) => confirmation(plant, `O-${index}`, 2))
      const answered = new Map<string, string>()
      const origin = yield* Effect.scoped(
        Effect.gen(function* () {
          const { child, origin } = yield* sandboxProcess(database, 0)
          const posts = Effect.gen(function* () {
            const erp = yield* Erp
            const post = (document: (typeof documents)[number]) =>
              Effect.map(Effect.result(erp.post(document, soon())), (result) => {
                if (Result.isSuccess(result)) answered.set(document.key, result.success)
              })
            yield* Effect.forEach(documents, post, { concurrency: 32, discard: true })
          })
          yield* Effect.forkChild(Effect.provide(posts, sandboxErp({ origin, timeoutMillis: 2_000 })))
          yield* eventually("some were answered", () => answered.size > 100)
          child.kill("SIGKILL")
          return origin
        })
      )
      expect(answered.size).toBeLessThan(800)
      yield* sandboxProcess(database, Number(new URL(origin).port))
      const readAll = Effect.gen(function* () {
        const erp = yield* Erp
        return yield* Effect.forEach(answered, ([, number]) => erp.readBack(number), { concurrency: 32 })
      })
      const held = yield* Effect.provide(readAll, sandboxErp({ origin }))
      expect(held.map((document) => Option.getOrThrow(document).content.key)).toEqual([...answered.keys()])
    }),
  60_000
)
