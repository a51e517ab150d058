// Rounds on a schedule: whether one follows soon or late, and what ends them.
import { it } from "@effect/vitest"
import { Effect, Fiber, Logger } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import { onSchedule } from "../../adapters/on-schedule.ts"

/** How many rounds there were after each of these minutes, and what was told meanwhile. */
const roundsAfter = (round: Effect.Effect<boolean, string>, minutes: number) =>
  Effect.gen(function* () {
    let count = 0
    const told: Array<string> = []
    const log = Logger.layer([Logger.make(({ message }) => void told.push(String(message)))])
    const counted = Effect.suspend(() => {
      count++
      return round
    })
    const rounds: Array<number> = []
    const fiber = yield* Effect.forkChild(Effect.provide(onSchedule(counted, "It failed"), log))
    for (let minute = 0; minute < minutes; minute++) {
      yield* TestClock.adjust("1 minute")
      rounds.push(count)
    }
    yield* Fiber.interrupt(fiber)
    yield* TestClock.adjust("1 hour")
    return { rounds, told: told.map((line) => line.split(",")[0]), wasTheLast: rounds.at(-1) === count }
  })

describe("Rounds on a schedule", () => {
  it.effect("follow each other by the minute, until their fiber is interrupted", () =>
    Effect.gen(function* () {
      expect(yield* roundsAfter(Effect.succeed(true), 3)).toEqual({ rounds: [2, 3, 4], told: [], wasTheLast: true })
    })
  )

  it.effect("wait for ten minutes after one that says that something went wrong", () =>
    Effect.gen(function* () {
      const { rounds } = yield* roundsAfter(Effect.succeed(false), 11)
      expect(rounds).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2])
    })
  )

  it.effect("tell of one that fails or dies, and go on after ten minutes", () =>
    Effect.gen(function* () {
      for (const wrong of [Effect.fail("No"), Effect.die("No")]) {
        const { rounds, told } = yield* roundsAfter(wrong, 10)
        expect(rounds).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 2])
        expect(told).toEqual(["It failed", "It failed"])
      }
    })
  )
})
