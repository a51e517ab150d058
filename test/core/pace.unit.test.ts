// Who fills the journal makes room for who follows it, and never for long.
import { it } from "@effect/vitest"
import { Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { expect } from "vitest"
import { makePace } from "../../core/port/pace.ts"

it.effect("there is room at once while nobody is behind, and again when the last one has caught up", () =>
  Effect.gen(function* () {
    const { room, tell } = yield* makePace
    yield* room
    tell("one", true)
    tell("two", true)
    const waiting = yield* Effect.forkChild(room)
    tell("one", false)
    yield* TestClock.adjust("500 millis")
    expect(waiting.pollUnsafe()).toBeUndefined()
    tell("two", false)
    yield* Fiber.join(waiting)
  })
)

it.effect("a follower that stays behind holds nobody up for more than a second at a time", () =>
  Effect.gen(function* () {
    const { room, tell } = yield* makePace
    tell("stuck", true)
    const waiting = yield* Effect.forkChild(Effect.timed(room))
    yield* TestClock.adjust("1 second")
    const [waited] = yield* Fiber.join(waiting)
    expect(Duration.toMillis(waited)).toBe(1_000)
  })
)
