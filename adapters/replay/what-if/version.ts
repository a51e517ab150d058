// One checkout's program as a child of this process: what it is asked, and what it answers line by line. It is given no
// address of a broker or an ERP, and is ended with the scope. Used by `what-if.ts`.
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { Effect, Redacted, Result, Schema } from "effect"
import { TechnicalFailure } from "../../../core/failure.ts"
import { Line, type Outcome, type Played, program, protocol, Request } from "./protocol.ts"

export interface Version {
  readonly outcomes: AsyncGenerator<Outcome, Played["played"]>
}

const decodeLine = Schema.decodeUnknownResult(Schema.fromJsonString(Line))
const encodeRequest = Schema.encodeSync(Schema.fromJsonString(Request))

/** Lines of what it said to people that are kept for a failure. */
const remembered = 5

const cannotPlay = (name: string, checkout: string, reason: string) =>
  new TechnicalFailure({
    field: name,
    value: checkout,
    reason,
    nextStep: "Mend that checkout, or name another one: npm run traveler -- replay messages --help"
  })

/** Settings hold for both; where services are is this command's to say. */
const environment = (scratch: Redacted.Redacted) => {
  const settings = Object.entries(process.env).filter(
    ([name]) => !/^(TRAVELER_.*_URL|OTEL_.*|NODE_COMPILE_CACHE)$/.test(name)
  )
  return {
    ...Object.fromEntries(settings),
    TRAVELER_POSTGRES_URL: Redacted.value(scratch),
    TRAVELER_BROKER_URL: "memory"
  }
}

const ended = (child: ChildProcess) =>
  Effect.callback<void>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGTERM")
    setTimeout(() => child.kill("SIGKILL"), 5_000).unref()
  })

/** Detached, so that Ctrl-C reaches this process alone, which ends them. */
const started = (checkout: string, scratch: Redacted.Redacted) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [join(checkout, "scripts", "pinned.mjs"), program], {
        cwd: checkout,
        env: environment(scratch),
        stdio: ["pipe", "pipe", "pipe"],
        detached: true
      })
    ),
    ended
  )

/** Fails where there is nothing that could be asked. */
export const requireProgram = (name: string, checkout: string) =>
  existsSync(join(checkout, program))
    ? Effect.void
    : Effect.fail(cannotPlay(name, checkout, `It has no ${program}: no checkout of Traveler, or one from before that`))

/** Asks a checkout to play; `tell` hears what it says meanwhile. */
export const versionOf = Effect.fnUntraced(function* (
  name: string,
  checkout: string,
  request: Request,
  tell: (line: string) => void
) {
  const child = yield* started(checkout, request.scratch)
  const said: Array<string> = []
  createInterface({ input: child.stderr }).on("line", (line) => {
    said.push(line)
    if (said.length > remembered) said.shift()
    tell(`${name}: ${line}`)
  })
  // It may be gone before it reads; what became of it is told by its answer.
  child.stdin.on("error", () => {})
  child.stdin.write(`${encodeRequest(request)}\n`)
  const gone = new Promise<string>((resolve) => {
    child.once("error", ({ message }) => resolve(message))
    child.once("close", (code, signal) => resolve(`It ended with ${signal ?? code}: ${said.join("; ")}`))
  })

  const outcomes = async function* (): AsyncGenerator<Outcome, Played["played"]> {
    let knowsProtocol = false
    for await (const text of createInterface({ input: child.stdout })) {
      const line = decodeLine(text)
      if (Result.isFailure(line)) {
        throw cannotPlay(name, checkout, `It doesn't speak protocol ${protocol}: ${line.failure.message}`)
      }
      if ("protocol" in line.success) knowsProtocol = true
      else if (!knowsProtocol) throw cannotPlay(name, checkout, `It doesn't say that it speaks protocol ${protocol}`)
      else if ("played" in line.success) return line.success.played
      else yield line.success
    }
    throw cannotPlay(name, checkout, await gone)
  }
  const version: Version = { outcomes: outcomes() }
  return version
})
