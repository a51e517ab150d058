// Work that starts again: pauses grow while it fails and are short again once it has gone well.
import { it } from "@effect/vitest"
import { Clock, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { expect } from "vitest"
import { restarting } from "../../core/restarting.ts"

it.effect("begins with short pauses again after it has gone well for longer than the longest", () =>
  Effect.gen(function* () {
    const begun: Array<number> = []
    const pauses: Array<number> = []
    const goesWell = 5
    const work = Effect.gen(function* () {
      begun.push(yield* Clock.currentTimeMillis)
      if (begun.length === goesWell) yield* Effect.sleep(1_001)
      if (begun.length === 7) yield* Effect.die("A bug")
      return yield* Effect.fail("Away")
    })
    const fiber = yield* restarting(work, {
      firstMillis: 100,
      longestMillis: 1_000,
      tell: (_, pauseMillis) => Effect.sync(() => pauses.push(pauseMillis))
    }).pipe(Effect.forkChild)
    yield* TestClock.adjust("5 seconds")
    yield* Fiber.interrupt(fiber)
    expect(pauses.slice(0, 8)).toEqual([100, 200, 400, 800, 100, 200, 400, 800])
    expect(begun.slice(0, 6)).toEqual([0, 100, 300, 700, 1_500, 2_601])
  })
)
