// Many readers of one journal share what was read and decoded, and none of them depends on another.
import { describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { expect } from "vitest"
import { makeRecentEvents } from "../../../adapters/postgres/recent-events.ts"
import { TechnicalFailure } from "../../../core/failure.ts"
import { encode } from "../../../core/journal/codec.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { genesis } from "../../../core/journal/hash.ts"
import { recordedEvent } from "../../../core/journal/recorded.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import { metadataOf } from "../../journal/owner.ts"

const row = (partition: number, offset: number) => ({
  partition,
  offset,
  key: 1,
  stream: StreamName("order/p/o"),
  version: offset,
  type: "MessageNoted",
  schemaVersion: 1,
  recordedAt: 0,
  content,
  hash: genesis
})

const contents = { metadata: metadataOf("message"), part: 0, data: {} }
const content = encode(contents)

const appendOf = (...offsets: ReadonlyArray<number>) => {
  const rows = offsets.map((offset) => row(0, offset))
  return { partition: 0, rows, contents: rows.map(() => contents), newStreams: [], raw: [] }
}

const broken = new TechnicalFailure({ field: "events", value: "", reason: "broken", nextStep: "" })

/** A journal whose queries are counted, and can be held up. */
const journal = () => {
  const logs = new Map<number, Array<RecordedEvent>>()
  const state = { queries: 0, failsBeyond: Number.POSITIVE_INFINITY, gate: Effect.void as Effect.Effect<void> }
  return {
    state,
    log: (partition: number) => logs.get(partition) ?? [],
    append: (partition: number, count: number) => {
      const log = logs.get(partition) ?? []
      logs.set(partition, log)
      for (let more = 0; more < count; more++) log.push(recordedEvent(row(partition, log.length + 1)))
    },
    read: (after: ReadonlyMap<number, number>, limit: number) =>
      Effect.suspend(() => {
        state.queries++
        const found: Array<RecordedEvent> = []
        for (const [partition, offset] of after) {
          found.push(...(logs.get(partition) ?? []).slice(offset, offset + limit - found.length))
        }
        const result = limit > state.failsBeyond ? Effect.fail(broken) : Effect.succeed(found)
        return Effect.andThen(state.gate, result)
      })
  }
}

const ofLater = (index: number) => recordedEvent(row(0, index + 1))

const places = (events: ReadonlyArray<RecordedEvent>) => events.map(({ partition, offset }) => `${partition}/${offset}`)

describe("recent events", () => {
  it.effect("readers that come after each other share one query", () =>
    Effect.gen(function* () {
      const { append, read, state } = journal()
      append(0, 3)
      const { read: recent } = yield* makeRecentEvents(read)
      expect(places(yield* recent(new Map([[0, 0]]), 100))).toEqual(["0/1", "0/2", "0/3"])
      expect(places(yield* recent(new Map([[0, 0]]), 2))).toEqual(["0/1", "0/2"])
      expect(places(yield* recent(new Map([[0, 1]]), 100))).toEqual(["0/2", "0/3"])
      expect(state.queries).toBe(1)
    })
  )

  it.effect("readers that wait together share the next query", () =>
    Effect.gen(function* () {
      const { append, read, state } = journal()
      append(0, 1)
      const { read: recent } = yield* makeRecentEvents(read)
      yield* recent(new Map([[0, 0]]), 100)
      append(0, 1)
      const answers = yield* Effect.all(
        Array.from({ length: 9 }, () => recent(new Map([[0, 1]]), 100)),
        { concurrency: "unbounded" }
      )
      expect(answers.map(places)).toEqual(answers.map(() => ["0/2"]))
      expect(state.queries).toBe(2)
    })
  )

  it.effect("what was appended before a reader asks is in its answer, also while an older query runs", () =>
    Effect.gen(function* () {
      const { append, read, state } = journal()
      const { read: recent } = yield* makeRecentEvents(read)
      const gate = yield* Deferred.make<void>()
      const began = yield* Deferred.make<void>()
      state.gate = Effect.andThen(Deferred.succeed(began, undefined), Deferred.await(gate))
      const early = yield* Effect.forkChild(recent(new Map([[0, 0]]), 100))
      yield* Deferred.await(began)
      append(0, 1)
      const late = yield* Effect.forkChild(recent(new Map([[0, 0]]), 100))
      yield* Deferred.succeed(gate, undefined)
      expect(places(yield* Fiber.join(late))).toEqual(["0/1"])
      yield* Fiber.join(early)
    })
  )

  it.effect("a reader that is behind reads for itself, and one that is further takes the window along", () =>
    Effect.gen(function* () {
      const { append, read, state } = journal()
      append(0, 10)
      const { read: recent } = yield* makeRecentEvents(read)
      expect(places(yield* recent(new Map([[0, 8]]), 100))).toEqual(["0/9", "0/10"])
      expect(places(yield* recent(new Map([[0, 5]]), 2))).toEqual(["0/6", "0/7"])
      expect(state.queries).toBe(2)
      append(0, 10)
      expect(places(yield* recent(new Map([[0, 15]]), 2))).toEqual(["0/16", "0/17"])
      expect(places(yield* recent(new Map([[0, 10]]), 2))).toEqual(["0/11", "0/12"])
      expect(places(yield* recent(new Map([[0, 19]]), 2))).toEqual(["0/20"])
      expect(state.queries).toBe(4)
    })
  )

  it.effect("forgets the oldest, and gives no event twice or not at all", () =>
    Effect.gen(function* () {
      const { append, read } = journal()
      append(0, 30_000)
      append(1, 20_000)
      const { read: recent } = yield* makeRecentEvents(read)
      const follow = Effect.fnUntraced(function* (limit: number) {
        const at = new Map([
          [0, 0],
          [1, 0]
        ])
        let count = 0
        while (true) {
          const events = yield* recent(at, limit)
          if (events.length === 0) return count
          for (const { partition, offset } of events) {
            expect(offset).toBe((at.get(partition) ?? 0) + 1)
            at.set(partition, offset)
          }
          count += events.length
        }
      })
      expect(yield* Effect.all([follow(4_000), follow(700), follow(4_000)], { concurrency: 3 })).toEqual([
        50_000, 50_000, 50_000
      ])
      expect(yield* follow(1_000)).toBe(50_000)
    })
  )

  it.effect("what this process appends needs no query, and can't hide what others append", () =>
    Effect.gen(function* () {
      const { append, read, state } = journal()
      const { appended, read: recent } = yield* makeRecentEvents(read)
      const own = (first: number, last: number) => {
        append(0, last - first + 1)
        appended(appendOf(...Array.from({ length: last - first + 1 }, (_, index) => first + index)))
      }
      const from = (own: number) =>
        new Map([
          [0, own],
          [1, 0]
        ])
      expect(yield* recent(from(0), 100)).toEqual([])
      own(1, 2)
      own(3, 3)
      expect(places(yield* recent(from(0), 100))).toEqual(["0/1", "0/2", "0/3"])
      expect(state.queries).toBe(1)
      append(1, 1)
      own(4, 4)
      yield* TestClock.adjust("1 second")
      expect(places(yield* recent(from(3), 100)).toSorted()).toEqual(["0/4", "1/1"])
      expect(state.queries).toBe(2)
    })
  )

  it.effect("an append that leaves a gap, or is known from a query, is left to queries", () =>
    Effect.gen(function* () {
      const { append, read } = journal()
      const { appended, read: recent } = yield* makeRecentEvents(read)
      append(0, 3)
      yield* recent(new Map([[0, 0]]), 100)
      for (const offset of [2, 3, 5, 9]) appended(appendOf(offset))
      append(0, 2)
      expect(places(yield* recent(new Map([[0, 0]]), 100))).toEqual(["0/1", "0/2", "0/3"])
      expect(places(yield* recent(new Map([[0, 3]]), 100))).toEqual(["0/4", "0/5"])
    })
  )

  it.effect("where the shared query fails each goes as far as its own limit takes it", () =>
    Effect.gen(function* () {
      const { append, read, state } = journal()
      append(0, 10)
      state.failsBeyond = 50
      const { read: recent } = yield* makeRecentEvents(read)
      expect(places(yield* recent(new Map([[0, 0]]), 2))).toEqual(["0/1", "0/2"])
      expect((yield* Effect.exit(recent(new Map([[0, 0]]), 100)))._tag).toBe("Failure")
    })
  )

  it.effect("no answer ends inside a message, be it from memory or by a query", () =>
    Effect.gen(function* () {
      const { append, log, read } = journal()
      append(0, 10)
      // The third, fourth and fifth are one message's.
      for (const index of [3, 4]) log(0)[index] = { ...ofLater(index), part: index - 2 }
      const { read: recent } = yield* makeRecentEvents(read)
      expect(places(yield* recent(new Map([[0, 0]]), 3))).toEqual(["0/1", "0/2", "0/3", "0/4", "0/5"])
      expect(places(yield* recent(new Map([[0, 1]]), 3))).toEqual(["0/2", "0/3", "0/4", "0/5"])
      expect(places(yield* recent(new Map([[0, 5]]), 3))).toEqual(["0/6", "0/7", "0/8"])
    })
  )

  it.effect("each partition has its share", () =>
    Effect.gen(function* () {
      const { append, read } = journal()
      append(0, 10)
      append(1, 10)
      append(2, 1)
      const { read: recent } = yield* makeRecentEvents(read)
      const after = new Map([0, 1, 2].map((partition) => [partition, 0]))
      yield* recent(after, 100)
      const found = yield* recent(after, 6)
      expect(new Set(found.map(({ partition }) => partition))).toEqual(new Set([0, 1, 2]))
    })
  )
})
