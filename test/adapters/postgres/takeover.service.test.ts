// A process is killed in the middle of its inserts while a new owner starts: what it was told is there, once.
import { spawn } from "node:child_process"
import { join } from "node:path"
import { describe, it } from "@effect/vitest"
import { Effect, Exit, Redacted } from "effect"
import { expect } from "vitest"
import { Journal } from "../../../core/journal/journal.ts"
import { verifiedRows } from "../../journal/assertions.ts"
import { streamIn, takeOver } from "../../journal/owner.ts"
import { FaultyDatabase, faultyDatabase, partitions, straightJournal } from "./faulty-journal.ts"

const script = join(import.meta.dirname, "appending-process.ts")

/** Runs the appending process until it has been told of `appends` appends, then kills it. The last offset it was told. */
const killedAfter = (url: Redacted.Redacted, partition: number, appends: number) =>
  Effect.callback<number>((resume) => {
    const child = spawn(process.execPath, [script, Redacted.value(url), String(partition), String(partitions)], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    let lines: ReadonlyArray<string> = []
    let rest = ""
    child.stdout.on("data", (bytes) => {
      const pieces = `${rest}${bytes}`.split("\n")
      rest = pieces.pop() ?? ""
      lines = [...lines, ...pieces]
      if (lines.length >= appends && !child.killed) {
        child.kill("SIGKILL")
        resume(Effect.sync(() => Number(lines.at(-1))))
      }
    })
    return Effect.sync(() => child.kill("SIGKILL"))
  }).pipe(Effect.timeout("30 seconds"))

describe("A process that is killed in the middle of its inserts", () => {
  it.live("leaves a log that a new owner goes on with at once: gapless, chained, nothing acknowledged lost", () =>
    Effect.gen(function* () {
      const { url } = yield* FaultyDatabase
      const journal = yield* straightJournal
      const stream = streamIn(0, partitions)
      const takesOverAndAppends = Effect.gen(function* () {
        const owner = yield* takeOver(0, [stream])
        return yield* journal.append(owner.planMany(stream, 3))
      })
      let acknowledged = 0
      for (const appends of [1, 4, 9]) {
        acknowledged = yield* killedAfter(url, 0, appends)
        // What the killed process sent last may arrive after the new owner has looked: then it looks again.
        const first = yield* Effect.exit(takesOverAndAppends)
        if (Exit.isFailure(first)) yield* takesOverAndAppends
        expect((yield* verifiedRows(0)).length).toBeGreaterThanOrEqual(acknowledged + 3)
      }
    }).pipe(
      (test) => Effect.flatMap(straightJournal, (journal) => Effect.provideService(test, Journal, journal)),
      Effect.provide(faultyDatabase())
    )
  )
})
