// The poster's circuit breaker, on a test clock.
import { expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { breaker, tripsAfter } from "../../../adapters/erp/poster-breaker.ts"
import { TechnicalFailure } from "../../../core/failure.ts"

const dead = new TechnicalFailure({ field: "erp", value: "", reason: "dead", nextStep: "" })

const endpoint = () => {
  let healthy = true
  let probes = 0
  return {
    die: () => {
      healthy = false
    },
    recover: () => {
      healthy = true
    },
    probes: () => probes,
    health: Effect.suspend(() => {
      probes += 1
      return healthy ? Effect.void : Effect.fail(dead)
    })
  }
}

it.effect("lets nothing pass before the ERP has answered once", () =>
  Effect.gen(function* () {
    const erp = endpoint()
    erp.die()
    const { pass } = yield* breaker("ERP", erp.health, 1_000)
    const passed = yield* Effect.forkChild(pass)
    yield* TestClock.adjust("1500 millis")
    expect(passed.pollUnsafe()).toBeUndefined()
    erp.recover()
    yield* TestClock.adjust("2 seconds")
    yield* Fiber.join(passed)
  })
)

it.effect("opens after failures in a row, not after as many with a success between", () =>
  Effect.gen(function* () {
    const erp = endpoint()
    const { pass, failed, succeeded, isOpen } = yield* breaker("ERP", erp.health, 1_000)
    yield* pass
    for (let count = 0; count < tripsAfter * 3; count++) {
      failed()
      if (count % (tripsAfter - 1) === 0) succeeded()
    }
    expect(isOpen()).toBe(false)
    for (let count = 0; count < tripsAfter; count++) failed()
    expect(isOpen()).toBe(true)
  })
)

it.effect("pauses twice as long each time, at most 30 s, and asks only then", () =>
  Effect.gen(function* () {
    const erp = endpoint()
    const { pass, failed, isOpen } = yield* breaker("ERP", erp.health, 1_000)
    yield* pass
    erp.die()
    for (let count = 0; count < tripsAfter; count++) failed()
    const before = erp.probes()
    yield* TestClock.adjust("999 millis")
    expect(erp.probes() - before).toBe(0)
    yield* TestClock.adjust("1 millis")
    expect(erp.probes() - before).toBe(1)
    yield* TestClock.adjust("2 seconds")
    expect(erp.probes() - before).toBe(2)
    yield* TestClock.adjust("1 hour")
    const inOneHour = erp.probes() - before
    expect(inOneHour).toBeGreaterThan(110)
    expect(inOneHour).toBeLessThan(130)
    erp.recover()
    yield* TestClock.adjust("30 seconds")
    expect(isOpen()).toBe(false)
  })
)
