// `traveler replay messages` as a script sees it: its exit codes, and what is left of it when it is ended in the middle.
import { spawn } from "node:child_process"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { expect } from "vitest"
import { root } from "../../../scripts/places.mjs"
import { faultProxy } from "../../harness/fault-proxy.ts"
import { changedCheckout, dropScratch, history, stateOf, times } from "./what-if.ts"

const window = [new Date(times.first).toISOString(), new Date(times.end).toISOString()]

interface Asked {
  readonly flags?: ReadonlyArray<string>
  readonly said?: string
}

/** Its exit code and answer; `said` ends it as Ctrl-C would once that stands on its standard error. */
const command = (live: Redacted.Redacted, against: string, { flags = [], said }: Asked = {}) =>
  Effect.callback<{ readonly code: number | null; readonly answer: string }>((resume) => {
    const [from = "", to = ""] = window
    const words = ["replay", "messages", "--from", from, "--to", to, "--against", against, "--json", ...flags]
    const child = spawn(process.execPath, [join(root, "scripts/traveler.mjs"), ...words], {
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
    expect(yield* command(live, root, { flags: ["--plants", "ulm"] })).toEqual({ code: 2, answer: "" })
    expect(yield* command(live, root, { flags: ["--plant", "nowhere"] })).toEqual({ code: 2, answer: "" })
  })
)

const byWayOf = (live: Redacted.Redacted, port: number) => {
  const url = new URL(Redacted.value(live))
  url.hostname = "127.0.0.1"
  url.port = String(port)
  return Redacted.make(url.href)
}

it.live(
  "drops what it made also where Postgres is away for a moment; where it can't, it doesn't say that they differ",
  () =>
    Effect.gen(function* () {
      const live = yield* history
      const { hostname, port } = new URL(Redacted.value(live))
      const proxy = yield* faultProxy(hostname, Number(port || 5432))
      yield* proxy.cutWhen("drop database", "before the service")
      expect((yield* command(byWayOf(live, proxy.port), root)).code).toBe(0)
      expect((yield* stateOf(live)).scratch).toEqual([])
      const cut = yield* proxy.cutWhen("drop database", "before the service")
      yield* Effect.forkChild(Effect.andThen(cut, proxy.refuse(true)))
      expect(yield* command(byWayOf(live, proxy.port), root)).toEqual({ code: 2, answer: "" })
      yield* dropScratch(live)
    })
)

it.live("leaves no database and no process when it is ended in the middle", () =>
  Effect.gen(function* () {
    const live = yield* history
    const before = yield* stateOf(live)
    expect((yield* command(live, root, { said: "messages played" })).code).toBe(130)
    expect(yield* stateOf(live)).toEqual(before)
  })
)
