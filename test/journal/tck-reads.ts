// The journal's contract for reading logs. Run by `tck.ts`.
import { Effect, Fiber, Queue, Stream } from "effect"
import { expect } from "vitest"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { genesis } from "../../core/journal/hash.ts"
import { Journal } from "../../core/journal/journal.ts"
import { metadataOf, streamIn, takeOver } from "./owner.ts"
import { type Capabilities, partitions, type Specification } from "./tck.ts"

/** Five events in partition 0, on two streams. */
const fiveEvents = Effect.gen(function* () {
  const journal = yield* Journal
  const owner = yield* takeOver(0)
  const [one, other] = [streamIn(0, partitions, 0), streamIn(0, partitions, 1)]
  const append = owner.plan(
    [one, other, one, one, other].map((stream, index) => ({ stream, messageId: `message ${index + 1}` }))
  )
  yield* journal.append(append)
  return append
})

const offsets = (events: ReadonlyArray<{ readonly offset: number }>) => events.map(({ offset }) => offset)

const bounds = [
  { after: 0, limit: 100, expected: [1, 2, 3, 4, 5] },
  { after: 2, limit: 100, expected: [3, 4, 5] },
  { after: 0, limit: 3, expected: [1, 2, 3] },
  { after: 1, limit: 2, expected: [2, 3] },
  { after: 3, limit: 1, expected: [4] },
  { after: 4, limit: 2, expected: [5] },
  { after: 0, limit: 0, expected: [] },
  { after: 5, limit: 100, expected: [] },
  { after: 9, limit: 100, expected: [] }
]

export const reads = (specify: Specification, { readsInTurn }: Capabilities): void => {
  for (const { after, limit, expected } of bounds) {
    specify(`reads ${expected.length} of 5 events after ${after} with a limit of ${limit}`, () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        yield* fiveEvents
        expect(offsets(yield* journal.read(new Map([[0, after]]), limit))).toEqual(expected)
        expect(offsets(yield* journal.rows(0, after, limit))).toEqual(expected)
      })
    )
  }

  specify("gives events with what they were appended with, in today's version", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const { rows } = yield* fiveEvents
      const [, second] = yield* journal.read(new Map([[0, 0]]), 2)
      expect(second).toEqual({
        partition: 0,
        offset: 2,
        stream: streamIn(0, partitions, 1),
        version: 1,
        recordedAt: rows[1]?.recordedAt,
        hash: expect.anything(),
        metadata: { ...metadataOf("message 2"), digest: expect.anything() },
        part: 0,
        type: "MessageNoted",
        data: { type: "Test", reason: "For message 2" }
      })
      expect(Array.from(second?.hash ?? [])).toEqual(Array.from(rows[1]?.hash ?? []))
      expect(Array.from(second?.metadata.digest ?? [])).toEqual(Array.from(metadataOf("message 2").digest))
    })
  )

  specify("gives what precedes a row that nobody can read, and then fails and names it; other partitions go on", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const [stream, other] = [streamIn(0, partitions), streamIn(1, partitions)]
      const { rows, ...append } = (yield* takeOver(0)).planMany(stream, 3)
      const broken = rows.map((row) => (row.offset === 2 ? { ...row, content: row.content.slice(0, 10) } : row))
      yield* journal.append({ ...append, rows: broken })
      yield* journal.append((yield* takeOver(1)).planMany(other, 1))
      const after = (offset: number, otherOffset: number) =>
        journal.read(
          new Map([
            [0, offset],
            [1, otherOffset]
          ]),
          100
        )
      const places = (events: ReadonlyArray<RecordedEvent>) =>
        events.map(({ offset, partition }) => `${partition}/${offset}`).sort()
      const named = { _tag: "UnreadableEvent", partition: 0, offset: 2, stream, version: 2 }
      expect(places(yield* after(0, 0))).toEqual(["0/1", "1/1"])
      expect(places(yield* after(1, 0))).toEqual(["1/1"])
      expect(yield* Effect.flip(after(1, 1))).toMatchObject({ ...named, reason: expect.stringMatching(/./) })
      expect(places(yield* after(2, 1))).toEqual(["0/3"])
      expect(yield* Effect.flip(journal.readStream(stream, 0))).toMatchObject(named)
      expect((yield* journal.readStream(stream, 2)).length).toBe(1)
      expect((yield* journal.load(0, [stream])).get(stream)).toMatchObject({ tail: [], unreadable: expect.anything() })
      expect((yield* journal.rows(0, 0, 100)).length).toBe(3)
    })
  )

  const histories = [
    { named: "all streams", asked: {}, expected: [1, 3, 4, 2, 5] },
    { named: "streams after the first", asked: { afterKey: 1 }, expected: [2, 5] },
    { named: "the first stream", asked: { lastKey: 1 }, expected: [1, 3, 4] },
    { named: "all streams up to an offset", asked: { upTo: 3 }, expected: [1, 3, 2] },
    { named: "the streams of a category", asked: { category: "order" }, expected: [1, 3, 4, 2, 5] },
    { named: "the streams of a category that there isn't", asked: { category: "lot" }, expected: [] },
    { named: "the events of a type", asked: { types: ["MessageNoted"] }, expected: [1, 3, 4, 2, 5] },
    { named: "the events of a type that there isn't", asked: { types: ["LotHeld"] }, expected: [] },
    { named: "streams after the last", asked: { afterKey: 2, lastKey: 9 }, expected: [] }
  ]
  for (const { named, asked, expected } of histories) {
    specify(`gives the histories of ${named}, stream by stream`, () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        yield* fiveEvents
        const events = yield* journal.histories({ partition: 0, afterKey: 0, lastKey: 2, upTo: 5, ...asked })
        expect(offsets(events)).toEqual(expected)
      })
    )
  }

  specify("gives no history with a row that nobody can read, and names it", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const stream = streamIn(0, partitions)
      const { rows, ...append } = (yield* takeOver(0)).planMany(stream, 3)
      const broken = rows.map((row) => (row.offset === 2 ? { ...row, content: row.content.slice(0, 10) } : row))
      yield* journal.append({ ...append, rows: broken })
      const asked = { partition: 0, afterKey: 0, lastKey: 1, upTo: 3 }
      const named = { _tag: "UnreadableEvent", partition: 0, offset: 2, stream, version: 2 }
      expect(yield* Effect.flip(journal.histories(asked))).toMatchObject(named)
      expect(offsets(yield* journal.histories({ ...asked, upTo: 1 }))).toEqual([1])
    })
  )

  specify("reads many partitions at once, each from its own offset, and nothing of one that wasn't asked for", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      for (const partition of [0, 1, 2]) {
        yield* journal.append((yield* takeOver(partition)).planMany(streamIn(partition, partitions), 3))
      }
      const events = yield* journal.read(
        new Map([
          [0, 1],
          [2, 2],
          [3, 0]
        ]),
        100
      )
      const found = new Map<number, Array<number>>()
      for (const { partition, offset } of events) found.set(partition, [...(found.get(partition) ?? []), offset])
      expect(found).toEqual(
        new Map([
          [0, [2, 3]],
          [2, [3]]
        ])
      )
    })
  )

  if (readsInTurn) {
    specify("doesn't let a partition that is always behind keep the others waiting", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        for (const partition of [0, 1, 2, 3]) {
          yield* journal.append((yield* takeOver(partition)).planMany(streamIn(partition, partitions), 20))
        }
        const seen = new Set<number>()
        const behind = new Map([0, 1, 2, 3].map((partition) => [partition, 0]))
        for (let turn = 0; turn < partitions; turn++) {
          for (const { partition } of yield* journal.read(behind, 10)) seen.add(partition)
        }
        expect(seen).toEqual(new Set([0, 1, 2, 3]))
      })
    )
  }

  specify("knows the head of an empty partition", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const { hash, ...head } = yield* journal.head(0)
      expect(head).toEqual({ offset: 0, recordedAt: 0, lastKey: 0 })
      expect(Array.from(hash)).toEqual(Array.from(genesis))
    })
  )

  specify("knows where every log ends", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const { rows } = yield* fiveEvents
      const { hash, ...head } = yield* journal.head(0)
      expect(head).toEqual({ offset: 5, recordedAt: rows[4]?.recordedAt, lastKey: 2 })
      expect(Array.from(hash)).toEqual(Array.from(rows[4]?.hash ?? []))
      expect(yield* journal.heads).toEqual(
        new Map([
          [0, 5],
          [1, 0],
          [2, 0],
          [3, 0]
        ])
      )
    })
  )

  specify("lets a reader catch up while owners append: each event once, in order", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const appendsEach = 30
      const write = (partition: number) =>
        Effect.gen(function* () {
          const owner = yield* takeOver(partition)
          for (let turn = 0; turn < appendsEach; turn++) {
            yield* journal.append(owner.planMany(streamIn(partition, partitions, turn % 5), 3))
            yield* Effect.yieldNow
          }
        })
      const writers = yield* Effect.forkChild(Effect.forEach([0, 1, 2, 3], write, { concurrency: "unbounded" }))
      const checkpoint = new Map([0, 1, 2, 3].map((partition) => [partition, 0]))
      let read = 0
      yield* journal.appended.pipe(
        Stream.runForEachWhile(() =>
          Effect.gen(function* () {
            while (true) {
              const events = yield* journal.read(checkpoint, 7)
              if (events.length === 0) return read < partitions * appendsEach * 3
              for (const { partition, offset } of events) {
                expect(offset).toBe((checkpoint.get(partition) ?? 0) + 1)
                checkpoint.set(partition, offset)
                read++
              }
            }
          })
        ),
        Effect.timeout("20 seconds")
      )
      yield* Fiber.join(writers)
      expect(read).toBe(partitions * appendsEach * 3)
    })
  )

  specify("tells a reader of each append, also while another one is busy with its own", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const busy = yield* Effect.forkChild(
        Stream.runForEach(journal.appended, () => Effect.never),
        { startImmediately: true }
      )
      const told = yield* Queue.unbounded<void>()
      yield* Effect.forkChild(
        Stream.runForEach(journal.appended, () => Queue.offer(told, undefined)),
        { startImmediately: true }
      )
      yield* Effect.sleep("50 millis")
      const partition = yield* takeOver(0)
      for (let append = 0; append < 5; append++) {
        yield* Queue.clear(told)
        yield* journal.append(partition.planMany(streamIn(0, partitions), 1))
        yield* Queue.take(told).pipe(Effect.timeout("5 seconds"))
      }
      yield* Fiber.interrupt(busy)
    })
  )

  specify("tells readers of an append at once, and every second anyway", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const news = yield* Effect.forkChild(Stream.runHead(Stream.drop(journal.appended, 1)), { startImmediately: true })
      const begun = Date.now()
      yield* Fiber.join(news).pipe(Effect.timeout("5 seconds"))
      expect(Date.now() - begun).toBeGreaterThan(500)
      const told = yield* Effect.forkChild(Stream.runHead(journal.appended), { startImmediately: true })
      yield* Effect.sleep("50 millis")
      const appended = Date.now()
      yield* fiveEvents
      yield* Fiber.join(told).pipe(Effect.timeout("5 seconds"))
      expect(Date.now() - appended).toBeLessThan(900)
    })
  )
}
