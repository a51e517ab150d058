// Commands that fail, as processes: nothing on stdout, one line on stderr beside the services found, exit code 1, or 2 where
// the command line itself is wrong; and nothing is sent unless all of it can be.
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { makePlant, type Plant, rows, startCore } from "../../harness/processes.ts"

const main = join(import.meta.dirname, "../../../scripts/traveler.mjs")

const ran = (environment: Plant["environment"], ...words: ReadonlyArray<string>) =>
  Effect.callback<{ readonly code: number | null; readonly stdout: string; readonly lines: ReadonlyArray<string> }>(
    (resume) => {
      const child = spawn(process.execPath, [main, ...words], { env: { ...process.env, ...environment } })
      let stdout = ""
      let stderr = ""
      child.stdout.on("data", (bytes: Buffer) => {
        stdout += bytes.toString()
      })
      child.stderr.on("data", (bytes: Buffer) => {
        stderr += bytes.toString()
      })
      child.once("close", (code) => {
        const lines = stderr.split("\n").filter((line) => line !== "" && !/ answers at |^no RabbitMQ/.test(line))
        resume(Effect.succeed({ code, stdout, lines }))
      })
    }
  )

const failed = (...lines: ReadonlyArray<unknown>) => ({ code: 1, stdout: "", lines })
const misunderstood = (...lines: ReadonlyArray<unknown>) => ({ ...failed(...lines), code: 2 })
const decision = ["--by", "B7", "--reason", "Mended"]
const unknown = "00000000000000000000000000000000"

it.live("a wrong command line fails in one line, help is an answer", () =>
  Effect.gen(function* () {
    expect(yield* ran({}, "order", "show")).toEqual(
      misunderstood(expect.stringContaining("Missing required argument: id. "))
    )
    const help = yield* ran({}, "order", "--help")
    expect(help).toMatchObject({ code: 0, lines: [] })
    expect(help.stdout).toContain("USAGE")
  })
)

it.live(
  "what can't be done is refused in one line, before anything is sent",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      const { environment } = plant
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "corrections-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true }))
      )
      const file = (text: string) => {
        const path = join(folder, "corrections.jsonl")
        writeFileSync(path, text)
        return path
      }
      yield* startCore(plant)
      expect(yield* ran({ ...environment, TRAVELER_PREFETCH: "x" }, "order", "show", "7")).toEqual(
        failed(expect.stringMatching(/^TRAVELER_PREFETCH x: Expected .*\. See docs/))
      )
      expect(yield* ran(environment, "order", "show", "7")).toEqual(
        failed(expect.stringMatching(/^order 7: .*\. Give/))
      )

      const breach = "11111111111111111111111111111111"
      yield* rows(plant, insertBreach, [breach])
      const known = `{"id":"${breach}","body":{}}`
      const from = (text: string) => ran(environment, "exceptions", "resubmit", "--from", file(text), ...decision)
      expect(yield* from(`${known}\n{`)).toEqual(failed(expect.stringMatching(/corrections\.jsonl, line 2 \{: /)))
      expect(yield* from(`${known}\n{"id":"${unknown}","body":{}}`)).toEqual(
        failed(expect.stringMatching(`^id ${unknown}: There is no such case\\. `))
      )
      expect(yield* ran(environment, "exceptions", "resubmit", breach, ...decision)).toEqual(
        failed(expect.stringMatching(`^case ${breach}: It is about a breach.*\\. Waive it`))
      )
      expect(
        yield* ran({ ...environment, TRAVELER_BROKER_URL: "memory" }, "exceptions", "waive", breach, ...decision)
      ).toEqual(failed(expect.stringMatching(/^broker memory: /)))
      expect(yield* ran({ ...environment, TRAVELER_BROKER_URL: "memory" }, "run")).toEqual(
        failed(expect.stringMatching(/^broker memory: .*apt-get install rabbitmq-server/))
      )
      expect(yield* rows(plant, "select 1 from event")).toEqual([])
    }).pipe(Effect.scoped),
  180_000
)

const insertBreach = `
  insert into exceptions.exception_case
    (id, state, subject, plant, failure_class, field, value, reason, next_step, owner_role, attempts, opened_at, updated_at)
  values ($1, 'open', 'breach', 'ulm', 'BusinessRuleViolation', 'f', 'v', 'r', 'n', 'supervisor', 0, 0, 0)`
