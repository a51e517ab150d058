// The journal's contract for appending. Run by `tck.ts`.
import { Effect, Exit, Fiber } from "effect"
import { expect } from "vitest"
import { sha256 } from "../../core/journal/hash.ts"
import { Journal } from "../../core/journal/journal.ts"
import { expectLog, expectLost, plain, verifiedRows } from "./assertions.ts"
import { streamIn, takeOver } from "./owner.ts"
import { partitions, type Specification } from "./tck.ts"

const body = (text: string) => {
  const bytes = new TextEncoder().encode(text)
  return { digest: sha256(bytes), bytes }
}

export const appends = (specify: Specification): void => {
  specify("keeps every column of a row as its owner fixed it", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const append = (yield* takeOver(1)).planMany(streamIn(1, partitions), 3)
      yield* journal.append(append)
      expect(plain(yield* verifiedRows(1))).toEqual(plain(append.rows))
    })
  )

  specify("goes on where the last append ended, on old streams and new ones", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const owner = yield* takeOver(0)
      const [one, other] = [streamIn(0, partitions, 0), streamIn(0, partitions, 1)]
      const planned = [owner.planMany(one, 2), owner.planMany(other, 1), owner.planMany(one, 1)]
      for (const append of planned) yield* journal.append(append)
      yield* expectLog(0, planned)
    })
  )

  specify("takes an append of thousands of rows, and one of a megabyte", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const owner = yield* takeOver(2)
      const many = owner.planMany(streamIn(2, partitions), 5_000)
      const large = owner.plan([{ stream: streamIn(2, partitions), messageId: "large" }], [body("x".repeat(1_000_000))])
      yield* journal.append(many)
      yield* journal.append(large)
      yield* expectLog(2, [many, large])
      expect((yield* journal.raw(body("x".repeat(1_000_000)).digest))?.length).toBe(1_000_000)
    })
  )

  specify("writes the very same rows once, however often they are sent", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const append = (yield* takeOver(0)).planMany(streamIn(0, partitions), 4)
      yield* journal.append(append)
      yield* journal.append(append)
      yield* journal.append(append)
      yield* expectLog(0, [append])
    })
  )

  specify("still knows the very same rows after others have followed", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const owner = yield* takeOver(0)
      const [first, second] = [owner.planMany(streamIn(0, partitions), 2), owner.planMany(streamIn(0, partitions), 2)]
      yield* journal.append(first)
      yield* journal.append(second)
      yield* journal.append(first)
      yield* expectLog(0, [first, second])
    })
  )

  specify("refuses an owner that another has overtaken, and writes nothing of its append", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const stale = yield* takeOver(3)
      const owner = yield* takeOver(3)
      const written = owner.planMany(streamIn(3, partitions, 0), 2)
      yield* journal.append(written)
      const lost = body("only the stale owner has these bytes")
      yield* expectLost(stale.plan([{ stream: streamIn(3, partitions, 1), messageId: "stale" }], [lost]))
      yield* expectLog(3, [written])
      expect(yield* journal.raw(lost.digest)).toBeUndefined()
      expect((yield* journal.load(3, [streamIn(3, partitions, 1)])).size).toBe(0)
    })
  )

  specify("writes nothing of an append of which only the last rows are in the way", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const stream = streamIn(0, partitions)
      const owner = yield* takeOver(0)
      const stale = yield* takeOver(0)
      const first = owner.planMany(stream, 2)
      yield* journal.append(first)
      // The same two rows and a third of its own, where the owner has written another third.
      const longer = stale.planMany(stream, 3)
      const second = owner.plan([{ stream, messageId: "the owner's third" }])
      yield* journal.append(second)
      yield* expectLost(longer)
      yield* expectLog(0, [first, second])
    })
  )

  specify("stays gapless and chained from owner to owner", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const stream = streamIn(0, partitions)
      const planned = []
      for (let turn = 0; turn < 5; turn++) {
        const stale = yield* takeOver(0, [stream])
        const owner = yield* takeOver(0, [stream])
        const append = owner.plan([{ stream, messageId: `turn ${turn}` }])
        yield* journal.append(append)
        yield* expectLost(stale.plan([{ stream, messageId: `overtaken in turn ${turn}` }]))
        planned.push(append)
      }
      yield* expectLog(0, planned)
    })
  )

  specify("lets exactly one of many owners win that append at the same time", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const owners = yield* Effect.forEach([1, 2, 3, 4, 5], () => takeOver(1))
      const planned = owners.map((owner, index) =>
        owner.plan([{ stream: streamIn(1, partitions, index), messageId: `owner ${index}` }])
      )
      const exits = yield* Effect.forEach(planned, (append) => Effect.exit(journal.append(append)), {
        concurrency: "unbounded"
      })
      expect(exits.filter(Exit.isSuccess).length).toBe(1)
      yield* expectLog(
        1,
        planned.filter((_, index) => exits[index] !== undefined && Exit.isSuccess(exits[index]))
      )
    })
  )

  specify("fails one partition's append and none of those that are written with it", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const stale = yield* takeOver(2)
      const overtaking = (yield* takeOver(2)).planMany(streamIn(2, partitions), 1)
      yield* journal.append(overtaking)
      const planned = yield* Effect.forEach([0, 1, 3], (partition) =>
        Effect.map(takeOver(partition), (owner) => owner.planMany(streamIn(partition, partitions), 3))
      )
      yield* Effect.all([...planned.map(journal.append), expectLost(stale.planMany(streamIn(2, partitions), 3))], {
        concurrency: "unbounded",
        discard: true
      })
      yield* expectLog(2, [overtaking])
      for (const append of planned) yield* expectLog(append.partition, [append])
    })
  )

  specify("keeps each partition's order while all of them append at once", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const write = (partition: number) =>
        Effect.gen(function* () {
          const owner = yield* takeOver(partition)
          const planned = []
          for (let turn = 0; turn < 25; turn++) {
            const append = owner.planMany(streamIn(partition, partitions, turn % 3), 1 + (turn % 4))
            planned.push(append)
            yield* journal.append(append)
          }
          yield* expectLog(partition, planned)
        })
      yield* Effect.forEach([0, 1, 2, 3], write, { concurrency: "unbounded" })
    })
  )

  specify("isn't taken back when its caller is interrupted", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const append = (yield* takeOver(0)).planMany(streamIn(0, partitions), 500)
      const fiber = yield* Effect.forkChild(journal.append(append), { startImmediately: true })
      yield* Fiber.interrupt(fiber)
      // The rows are on their way or there: sent again, they are there once.
      yield* journal.append(append)
      yield* expectLog(0, [append])
    })
  )
}
