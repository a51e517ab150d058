// How arrivals become blocks of the archive, and what is missing between them.
import { describe, expect, layer } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { archivedMessages, archiveStatus } from "../../../adapters/archive/queries.ts"
import { archive } from "../../../adapters/archive/write.ts"
import { temporaryTables } from "../../harness/database.ts"
import { arrivalOf, emptied, kept } from "./archiving.ts"

const arrivals = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => arrivalOf(first + index))

const upTo = (offset: number) => ({ incarnation: 1, offset })

describe("The archive's blocks", () => {
  layer(temporaryTables({ partitions: 1 }), { excludeTestServices: true })((it) => {
    it.effect("fill up before another is begun, and hold a message in a fifth of its bytes or less", () =>
      Effect.gen(function* () {
        yield* emptied
        yield* archive(undefined, 1, arrivals(0, 9), 1_000)
        yield* archive(upTo(9), 1, arrivals(10, 19), 2_000)
        expect(yield* archiveStatus).toMatchObject({ messages: 20, blocks: 1, gaps: [] })
        yield* archive(upTo(19), 1, arrivals(20, 3_000), 3_000)
        const { blocks, messages, size, stored } = yield* archiveStatus
        expect({ blocks, messages }).toEqual({ blocks: 4, messages: 3_001 })
        expect(stored).toBeLessThan(size / 5)
        const found = yield* kept
        expect(found.map(({ offset }) => offset)).toEqual(arrivals(0, 3_000).map(({ offset }) => offset))
        expect(found.map(({ receivedAt }) => receivedAt).slice(8, 22)).toEqual([
          ...Array.from({ length: 2 }, () => 1_000),
          ...Array.from({ length: 10 }, () => 2_000),
          ...Array.from({ length: 2 }, () => 3_000)
        ])
      })
    )

    it.effect("give what came in a time also where a runner's clock was behind the one before", () =>
      Effect.gen(function* () {
        yield* emptied
        yield* archive(undefined, 1, arrivals(0, 1), 2_000)
        yield* archive(upTo(1), 1, arrivals(2, 3), 1_000)
        const between = (from: number, to: number) =>
          Effect.map(Stream.runCollect(archivedMessages({ from: new Date(from), to: new Date(to) })), (messages) =>
            [...messages].map(({ offset }) => offset)
          )
        expect(yield* between(1_500, 2_500)).toEqual([0, 1])
        expect(yield* between(500, 1_500)).toEqual([2, 3])
      })
    )

    it.effect("take nothing twice, nor what comes after a place that another runner has filled meanwhile", () =>
      Effect.gen(function* () {
        yield* emptied
        yield* archive(undefined, 1, arrivals(0, 9), 1_000)
        const again = yield* Effect.flip(archive(undefined, 1, arrivals(0, 9), 1_000))
        const behind = yield* Effect.flip(archive(upTo(4), 1, arrivals(5, 12), 1_000))
        const reason = "Another runner has archived meanwhile"
        for (const failure of [again, behind]) expect(failure).toMatchObject({ reason })
        expect((yield* kept).length).toBe(10)
      })
    )

    it.effect("tell what the stream had dropped; an entry of the broker's own, one offset wide, is no message", () =>
      Effect.gen(function* () {
        yield* emptied
        yield* archive(
          undefined,
          1,
          [0, 1, 3].map((offset) => arrivalOf(offset)),
          1_000
        )
        yield* archive(upTo(3), 1, arrivals(5, 6), 1_000)
        expect((yield* archiveStatus).gaps).toEqual([])
        yield* archive(
          upTo(6),
          1,
          [10, 20].map((offset) => arrivalOf(offset)),
          2_000
        )
        expect((yield* archiveStatus).gaps).toMatchObject([
          { firstOffset: 7, lastOffset: 9 },
          { firstOffset: 11, lastOffset: 19 }
        ])
      })
    )
  })
})
