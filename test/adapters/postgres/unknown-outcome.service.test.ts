// What becomes of an append when the connection is lost: nothing is lost, nothing is written twice.
import { describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, References } from "effect"
import fc from "fast-check"
import { expect } from "vitest"
import { Journal } from "../../../core/journal/journal.ts"
import { Verification } from "../../../core/journal/verify.ts"
import type { Moment } from "../../harness/fault-proxy.ts"
import { expectLog, expectLost } from "../../journal/assertions.ts"
import { Owner, streamIn } from "../../journal/owner.ts"
import { play, steps } from "../../journal/tck-histories.ts"
import { FaultyDatabase, faultyDatabase, partitions, proxiedJournal, straightJournal } from "./faulty-journal.ts"

const moments: ReadonlyArray<Moment> = ["before the service", "after the answer"]

/** The appender warns of each cut; here they are what is wanted. */
const quietly = Layer.merge(faultyDatabase(), Layer.succeed(References.MinimumLogLevel, "Error"))

const ownerOf = (partition: number) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    return new Owner(partition, yield* journal.head(partition))
  })

const plan = (owner: Owner, messageId: string, nth = 0) =>
  owner.plan([{ stream: streamIn(owner.partition, partitions, nth), messageId }])

/** A journal through the proxy, one beside it, and the proxy. */
const scene = Effect.gen(function* () {
  const { proxy } = yield* FaultyDatabase
  const journal = yield* proxiedJournal
  const other = yield* straightJournal
  const throughProxy = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provideService(effect, Journal, journal)
  const straight = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provideService(effect, Journal, other)
  return { proxy, journal, other, throughProxy, straight }
})

describe("An append whose connection is lost", () => {
  for (const moment of moments) {
    it.live(`is there once when it was cut ${moment}`, () =>
      Effect.gen(function* () {
        const { proxy, journal, throughProxy, straight } = yield* scene
        const owner = yield* throughProxy(ownerOf(0))
        const [first, second, third] = [plan(owner, "first"), plan(owner, "cut-me"), plan(owner, "third")]
        yield* journal.append(first)
        const cut = yield* proxy.cutWhen("cut-me", moment)
        yield* journal.append(second)
        yield* cut
        yield* journal.append(third)
        yield* straight(expectLog(0, [first, second, third]))
      }).pipe(Effect.provide(quietly))
    )

    it.live(`is there once for each partition when all append at once, cut ${moment}`, () =>
      Effect.gen(function* () {
        const { proxy, journal, throughProxy, straight } = yield* scene
        const owners = yield* Effect.forEach([0, 1, 2, 3], (partition) => throughProxy(ownerOf(partition)))
        const before = owners.map((owner) => plan(owner, "before"))
        const after = owners.map((owner) => plan(owner, "cut-me"))
        const cut = yield* proxy.cutWhen("cut-me", moment)
        yield* Effect.forEach(
          owners.keys(),
          (partition) =>
            Effect.forEach([before[partition], after[partition]], (append) =>
              append === undefined ? Effect.void : journal.append(append)
            ),
          { concurrency: "unbounded" }
        )
        yield* cut
        for (const [partition, first] of before.entries()) {
          const second = after[partition]
          yield* straight(expectLog(partition, second === undefined ? [first] : [first, second]))
        }
      }).pipe(Effect.provide(quietly))
    )
  }

  it.live("is sent again for as long as Postgres can't be reached", () =>
    Effect.gen(function* () {
      const { proxy, journal, throughProxy, straight } = yield* scene
      const owner = yield* throughProxy(ownerOf(1))
      const append = plan(owner, "in the outage")
      yield* proxy.refuse(true)
      yield* proxy.cutAll
      const appending = yield* Effect.forkChild(journal.append(append))
      yield* Effect.sleep("500 millis")
      expect(appending.pollUnsafe()).toBeUndefined()
      yield* proxy.refuse(false)
      yield* Fiber.join(appending).pipe(Effect.timeout("20 seconds"))
      yield* straight(expectLog(1, [append]))
    }).pipe(Effect.provide(quietly))
  )

  it.live("is lost to the owner who wrote in the meantime, and holds up no other partition", () =>
    Effect.gen(function* () {
      const { proxy, journal, other, throughProxy, straight } = yield* scene
      const [stale, bystander] = [yield* throughProxy(ownerOf(0)), yield* throughProxy(ownerOf(1))]
      const owner = yield* straight(ownerOf(0))
      const [lost, kept, winning] = [plan(stale, "cut-me"), plan(bystander, "cut-me too"), plan(owner, "winner")]
      yield* proxy.refuse(true)
      yield* proxy.cutAll
      const appending = yield* Effect.forkChild(
        Effect.all([throughProxy(expectLost(lost)), journal.append(kept)], { concurrency: "unbounded" })
      )
      yield* other.append(winning)
      yield* proxy.refuse(false)
      yield* Fiber.join(appending).pipe(Effect.timeout("20 seconds"))
      yield* straight(expectLog(0, [winning]))
      yield* straight(expectLog(1, [kept]))
    }).pipe(Effect.provide(quietly))
  )
})

describe("Random histories over connections that are lost", () => {
  it.live("hold every acknowledged append exactly once, in one unbroken log", () =>
    Effect.gen(function* () {
      const { proxy, throughProxy } = yield* scene
      const logs = Array.from({ length: partitions }, (_, partition) => new Verification(partition))
      const services = yield* Effect.context<never>()
      let run = 0
      const cuts = fc.array(fc.record({ message: fc.nat(30), moment: fc.constantFrom(...moments) }), { maxLength: 4 })
      yield* Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(steps, cuts, (history, faults) =>
            Effect.gen(function* () {
              // `play` names its messages 0, 1, 2, …: their text, as it stands in a row's content.
              for (const { message, moment } of faults) yield* proxy.cutWhen(`For ${message}`, moment)
              yield* play(history, logs[run++ % partitions] ?? new Verification(0), partitions)
            }).pipe(throughProxy, Effect.runPromiseWith(services))
          ),
          { numRuns: 25 }
        )
      )
    }).pipe(Effect.provide(quietly))
  )
})
