// Calls to a partition of another runner: none passes another, what waits behind a failure fails with it, silence is told.
import { it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Logger } from "effect"
import { TestClock } from "effect/testing"
import { expect } from "vitest"
import { callsInOrder } from "../../../adapters/cluster/calls-in-order.ts"
import { PartitionUnavailable } from "../../../core/port/door.ts"

const away = new PartitionUnavailable({ partition: 1, reason: "Away" })

it.effect("keeps the order of one partition's calls and holds up no other partition", () =>
  Effect.gen(function* () {
    const inOrder = callsInOrder(2)
    const made: Array<string> = []
    const called = (name: string) => Effect.sync(() => made.push(name))
    const first = Deferred.makeUnsafe<void>()
    const calls = yield* Effect.forkChild(
      Effect.all(
        [
          inOrder.call(1, Effect.andThen(called("a"), Deferred.await(first))),
          inOrder.call(1, called("b")),
          inOrder.call(1, called("c")),
          inOrder.call(0, called("other"))
        ],
        { concurrency: "unbounded" }
      )
    )
    yield* TestClock.adjust("1 second")
    expect([made, inOrder.isFree(1), inOrder.isFree(0)]).toEqual([["a", "other"], false, true])
    yield* Deferred.succeed(first, undefined)
    yield* Fiber.join(calls)
    expect([made, inOrder.isFree(1)]).toEqual([["a", "other", "b", "c"], true])
  })
)

it.effect("fails what waits behind a call that fails, and takes what comes afterwards", () =>
  Effect.gen(function* () {
    const inOrder = callsInOrder(2)
    const made: Array<string> = []
    const exits = yield* Effect.all(
      [
        Effect.exit(inOrder.call(1, Effect.andThen(Effect.sleep("1 second"), Effect.fail(away)))),
        Effect.exit(
          inOrder.call(
            1,
            Effect.sync(() => made.push("behind"))
          )
        )
      ],
      { concurrency: "unbounded" }
    ).pipe(Effect.forkChild)
    yield* TestClock.adjust("1 second")
    expect((yield* Fiber.join(exits)).map(Exit.isFailure)).toEqual([true, true])
    yield* inOrder.call(
      1,
      Effect.sync(() => made.push("later"))
    )
    expect(made).toEqual(["later"])
  })
)

it.effect("tells of partitions whose runner doesn't answer", () =>
  Effect.gen(function* () {
    const told: Array<string> = []
    const inOrder = callsInOrder(2)
    yield* Effect.gen(function* () {
      yield* Effect.forkChild(inOrder.tellSlow)
      yield* Effect.forkChild(inOrder.call(1, Effect.never))
      yield* TestClock.adjust("25 seconds")
    }).pipe(Effect.provide(Logger.layer([Logger.make(({ message }) => void told.push(String(message)))])))
    expect(told).toEqual(["No answer for 10 s from the runners of partitions 1"])
  })
)
