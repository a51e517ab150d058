// No more documents a second than the ERP is to take, and no wait where there are fewer.
import { expect, it } from "@effect/vitest"
import { Clock, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { takingTokens } from "../../../adapters/erp/poster-rate.ts"

/** When so many, asked for at once, were taken: milliseconds from then. */
const taken = (perSecond: number | undefined, count: number) =>
  Effect.gen(function* () {
    const token = yield* takingTokens("fake", perSecond)
    const began = yield* Clock.currentTimeMillis
    const all = yield* Effect.forkChild(
      Effect.forEach(
        Array.from({ length: count }),
        () =>
          Effect.andThen(
            token,
            Effect.map(Clock.currentTimeMillis, (now) => now - began)
          ),
        { concurrency: "unbounded" }
      )
    )
    yield* TestClock.adjust("10 seconds")
    return yield* Fiber.join(all)
  })

it.effect("a second's worth at once, then one after the other", () =>
  Effect.map(taken(4, 8), (times) => expect(times).toEqual([0, 0, 0, 0, 250, 500, 750, 1_000]))
)

it.effect("as many as there are where there is no limit", () =>
  Effect.map(taken(undefined, 1_000), (times) => expect(Math.max(...times)).toBe(0))
)
