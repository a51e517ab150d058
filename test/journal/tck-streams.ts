// The journal's contract for streams, snapshots and raw bytes. Run by `tck.ts`.
import { Effect } from "effect"
import { expect } from "vitest"
import { sha256 } from "../../core/journal/hash.ts"
import { Journal, type LoadedStream } from "../../core/journal/journal.ts"
import { StreamName } from "../../core/journal/stream.ts"
import { streamIn, takeOver } from "./owner.ts"
import { partitions, type Specification } from "./tck.ts"

const versions = (stream: LoadedStream | undefined) => stream?.tail.map(({ version }) => version)

/** Two streams in partition 1: four events on the first, between them two on the second. */
const twoStreams = Effect.gen(function* () {
  const journal = yield* Journal
  const [one, other] = [streamIn(1, partitions, 0), streamIn(1, partitions, 1)]
  const owner = yield* takeOver(1)
  yield* journal.append(
    owner.plan([one, other, one, one, other, one].map((stream, index) => ({ stream, messageId: `${index}` })))
  )
  return { one, other, owner }
})

const snapshot = (key: number, version: number, text: string) => ({
  key,
  version,
  format: "test/1",
  state: new TextEncoder().encode(text)
})

const textOf = (stream: LoadedStream | undefined) => new TextDecoder().decode(stream?.snapshot?.state)

export const streams = (specify: Specification): void => {
  specify("loads the streams that exist, with their keys and all their events in order", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const { one, other } = yield* twoStreams
      const loaded = yield* journal.load(1, [other, one, streamIn(1, partitions, 2)])
      expect(new Set(loaded.keys())).toEqual(new Set([one, other]))
      expect(loaded.get(one)?.key).toBe(1)
      expect(loaded.get(other)?.key).toBe(2)
      expect(versions(loaded.get(one))).toEqual([1, 2, 3, 4])
      expect(versions(loaded.get(other))).toEqual([1, 2])
      expect(loaded.get(one)?.tail.every(({ stream }) => stream === one)).toBe(true)
      expect(loaded.get(one)?.snapshot).toBeUndefined()
    })
  )

  specify("loads nothing by no names, and a name given twice once", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const { one } = yield* twoStreams
      expect((yield* journal.load(1, [])).size).toBe(0)
      const loaded = yield* journal.load(1, [one, one])
      expect(versions(loaded.get(one))).toEqual([1, 2, 3, 4])
    })
  )

  specify("gives calls at the same time each what it asked for", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      for (const partition of [0, 1, 2, 3]) {
        const owner = yield* takeOver(partition)
        for (let nth = 0; nth < 5; nth++)
          yield* journal.append(owner.planMany(streamIn(partition, partitions, nth), nth + 1))
      }
      const calls = Array.from({ length: 40 }, (_, index) => ({ partition: index % 4, nth: index % 5 }))
      const loaded = yield* Effect.forEach(
        calls,
        ({ partition, nth }) =>
          journal.load(partition, [streamIn(partition, partitions, nth), StreamName("order/test/none")]),
        { concurrency: "unbounded" }
      )
      for (const [index, { partition, nth }] of calls.entries()) {
        const name = streamIn(partition, partitions, nth)
        expect(Array.from(loaded[index]?.keys() ?? [])).toEqual([name])
        expect(loaded[index]?.get(name)?.tail.length).toBe(nth + 1)
      }
    })
  )

  specify("loads a snapshot with the events after it alone", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const { one, other } = yield* twoStreams
      yield* journal.saveSnapshots(1, [snapshot(1, 3, "after three"), snapshot(2, 2, "after two")])
      const loaded = yield* journal.load(1, [one, other])
      expect(loaded.get(one)?.snapshot).toMatchObject({ version: 3, format: "test/1" })
      expect(textOf(loaded.get(one))).toBe("after three")
      expect(versions(loaded.get(one))).toEqual([4])
      expect(versions(loaded.get(other))).toEqual([])
    })
  )

  specify("replaces a snapshot by a newer one or one of the same version, never by an older one", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const { one } = yield* twoStreams
      const save = (version: number, text: string) => journal.saveSnapshots(1, [snapshot(1, version, text)])
      const saved = Effect.map(journal.load(1, [one]), (loaded) => textOf(loaded.get(one)))
      yield* save(2, "second")
      expect(yield* saved).toBe("second")
      yield* save(4, "fourth")
      yield* save(3, "third")
      expect(yield* saved).toBe("fourth")
      yield* save(4, "fourth in a new format")
      expect(yield* saved).toBe("fourth in a new format")
      yield* save(4, "x".repeat(100_000))
      expect((yield* saved).length).toBe(100_000)
    })
  )

  specify("saves no snapshots without complaint", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.saveSnapshots(0, [])
    })
  )

  specify("reads one stream after a version, and nothing of a stream that isn't there", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const { one } = yield* twoStreams
      const read = (name: StreamName, after: number, limit?: number) =>
        Effect.map(journal.readStream(name, after, limit), (events) => events.map(({ version }) => version))
      expect(yield* read(one, 0)).toEqual([1, 2, 3, 4])
      expect(yield* read(one, 2)).toEqual([3, 4])
      expect(yield* read(one, 1, 2)).toEqual([2, 3])
      expect(yield* read(one, 2, 9)).toEqual([3, 4])
      expect(yield* read(one, 4)).toEqual([])
      expect(yield* read(one, 9)).toEqual([])
      expect(yield* read(StreamName("order/test/none"), 0)).toEqual([])
    })
  )

  specify("reads a stream whole whatever snapshot there is", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const { one } = yield* twoStreams
      yield* journal.saveSnapshots(1, [snapshot(1, 3, "after three")])
      expect((yield* journal.readStream(one, 0)).length).toBe(4)
    })
  )

  specify("keeps raw bytes by their digest, also when they come again", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const bytes = new TextEncoder().encode('{"orderId": "4711", "orderId": "4712"}')
      const raw = { digest: sha256(bytes), bytes }
      const owner = yield* takeOver(0)
      const stream = streamIn(0, partitions)
      expect(yield* journal.raw(raw.digest)).toBeUndefined()
      yield* journal.append(owner.plan([{ stream, messageId: "parked" }], [raw, raw]))
      yield* journal.append(owner.plan([{ stream, messageId: "parked again" }], [raw]))
      expect(Array.from((yield* journal.raw(raw.digest)) ?? [])).toEqual(Array.from(bytes))
    })
  )
}
