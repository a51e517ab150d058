// `traveler replay messages` as a script sees it: its exit codes, and what is left of it when it is ended in the middle.
import { spawn } from "node:child_process"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { expect } from "vitest"
import { root } from "../../../scripts/places.mjs"
import { changedCheckout, history, stateOf, times } from "./what-if.ts"

const window = [new Date(times.first).toISOString(), new Date(times.end).toISOString()]

/** Its exit code and answer; `said` ends it as Ctrl-C would once that stands on its standard error. */
const command = (live: Redacted.Redacted, against: string, said?: string) =>
  Effect.callback<{ readonly code: number | null; readonly answer: string }>((resume) => {
    const [from = "", to = ""] = window
    const words = ["replay", "messages", "--from", from, "--to", to, "--against", against, "--json"]
    const child = spawn(process.execPath, [join(root, "adapters/cli/main.ts"), ...words], {
      env: { ...process.env, TRAVELER_POSTGRES_URL: Redacted.value(live), TRAVELER_BROKER_URL: "memory" },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let answer = ""
    let errors = ""
    child.stdout.on("data", (bytes: Buffer) => {
      answer += bytes.toString()
    })
    child.stderr.on("data", (bytes: Buffer) => {
      errors += bytes.toString()
      if (said !== undefined && errors.includes(said)) child.kill("SIGINT")
    })
    child.once("exit", (code) => resume(Effect.succeed({ code, answer })))
  })

it.live("exits with 0 where nothing differs, 1 where something does, 2 where it can't be told", () =>
  Effect.gen(function* () {
    const live = yield* history
    const same = yield* command(live, root)
    expect(same.code).toBe(0)
    expect(JSON.parse(same.answer)).toMatchObject({ differences: [], candidate: { messages: 500 } })
    const changed = yield* changedCheckout([
      { file: "projections/genealogy/genealogy.ts", from: 'certainty: "allocated"', to: 'certainty: "assumed"' }
    ])
    const other = yield* command(live, changed)
    expect(other.code).toBe(1)
    expect(JSON.parse(other.answer).differences).not.toEqual([])
    expect(yield* command(live, "/tmp")).toEqual({ code: 2, answer: "" })
    const broken = yield* changedCheckout([
      { file: "projections/genealogy/genealogy.ts", from: "primary key (partition", to: "primary kee (partition" }
    ])
    expect(yield* command(live, broken)).toEqual({ code: 2, answer: "" })
    expect((yield* stateOf(live)).scratch).toEqual([])
  })
)

it.live("leaves no database and no process when it is ended in the middle", () =>
  Effect.gen(function* () {
    const live = yield* history
    const before = yield* stateOf(live)
    expect((yield* command(live, root, "messages played")).code).toBe(130)
    expect(yield* stateOf(live)).toEqual(before)
  })
)
