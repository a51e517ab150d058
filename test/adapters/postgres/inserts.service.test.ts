// How appends become inserts: many partitions in one, two under way, one apart when it fails.
import { PgClient } from "@effect/sql-pg"
import { describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber } from "effect"
import { expect } from "vitest"
import { Journal, type PartitionAppend } from "../../../core/journal/journal.ts"
import { temporaryJournal } from "../../harness/database.ts"
import { expectLog, expectLost, verifiedRows } from "../../journal/assertions.ts"
import { streamIn, takeOver } from "../../journal/owner.ts"
import { eventually } from "./eventually.ts"

const partitions = 8

const planOne = (partition: number) =>
  Effect.map(takeOver(partition), (owner) => owner.planMany(streamIn(partition, partitions), 2))

const insertsWaiting = Effect.gen(function* () {
  const sql = yield* PgClient.PgClient
  const rows = yield* sql`
    select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into event%'`
  return rows.length
})

/** Nobody can insert while `effect` runs. */
const whileInsertsWait = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const sql = yield* PgClient.PgClient
    const locked = yield* Deferred.make<void>()
    const release = yield* Deferred.make<void>()
    const holding = yield* Effect.forkChild(
      sql.withTransaction(
        sql`lock table event in share mode`.pipe(
          Effect.andThen(Deferred.succeed(locked, undefined)),
          Effect.andThen(Deferred.await(release))
        )
      )
    )
    yield* Deferred.await(locked)
    return yield* effect.pipe(
      Effect.ensuring(Effect.andThen(Deferred.succeed(release, undefined), Fiber.await(holding)))
    )
  })

/** Partitions whose rows were written by one transaction, together. */
const transactions = Effect.gen(function* () {
  const sql = yield* PgClient.PgClient
  const rows = yield* sql<{ readonly partitions: ReadonlyArray<number> }>`
    select array_agg(distinct partition order by partition) as partitions from event group by xmin::text`
  return rows.map((row) => row.partitions).toSorted((left, right) => (left[0] ?? 0) - (right[0] ?? 0))
})

/** Sends the appends one after another, the first two alone, the others while those two are under way. */
const sendWhileTwoAreUnderWay = (planned: ReadonlyArray<PartitionAppend>) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    return yield* whileInsertsWait(
      Effect.gen(function* () {
        const fibers = []
        for (const [index, append] of planned.entries()) {
          fibers.push(yield* Effect.forkChild(Effect.exit(journal.append(append))))
          if (index < 2) yield* eventually(Effect.map(insertsWaiting, (waiting) => waiting === index + 1))
        }
        yield* Effect.sleep("50 millis")
        expect(yield* insertsWaiting).toBe(2)
        return fibers
      })
    ).pipe(Effect.flatMap((fibers) => Effect.all(fibers.map(Fiber.join))))
  })

const withJournal = Effect.provide(temporaryJournal({ partitions }))

describe("Appends", () => {
  it.live("are gathered into one insert while two others are under way", () =>
    Effect.gen(function* () {
      const planned = yield* Effect.forEach([0, 1, 2, 3, 4, 5], planOne)
      const exits = yield* sendWhileTwoAreUnderWay(planned)
      expect(exits.every(Exit.isSuccess)).toBe(true)
      expect(yield* transactions).toEqual([[0], [1], [2, 3, 4, 5]])
      for (const append of planned) yield* expectLog(append.partition, [append])
    }).pipe(withJournal)
  )

  it.live("are sent one by one when the insert of all of them fails, so only the partition that is lost fails", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const stale = yield* planOne(4)
      const winner = (yield* takeOver(4)).planMany(streamIn(4, partitions, 1), 1)
      yield* journal.append(winner)
      const planned = yield* Effect.forEach([0, 1, 2, 3, 5], planOne)
      const exits = yield* sendWhileTwoAreUnderWay([...planned.slice(0, 3), stale, ...planned.slice(3)])
      expect(exits.map(Exit.isSuccess)).toEqual([true, true, true, false, true, true])
      yield* expectLost(stale)
      yield* expectLog(4, [winner])
      for (const append of planned) yield* expectLog(append.partition, [append])
      expect((yield* transactions).every((written) => written.length === 1)).toBe(true)
    }).pipe(withJournal)
  )

  it.live("of one partition are never under way together, whoever sends them", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const owner = yield* takeOver(0)
      const [first, second] = [owner.planMany(streamIn(0, partitions), 2), owner.planMany(streamIn(0, partitions), 2)]
      const both = yield* whileInsertsWait(
        Effect.gen(function* () {
          const fibers = [
            yield* Effect.forkChild(journal.append(first)),
            yield* Effect.forkChild(journal.append(second))
          ]
          yield* eventually(Effect.map(insertsWaiting, (waiting) => waiting === 1))
          yield* Effect.sleep("50 millis")
          expect(yield* insertsWaiting).toBe(1)
          return fibers
        })
      )
      for (const fiber of both) yield* Fiber.join(fiber)
      yield* expectLog(0, [first, second])
    }).pipe(withJournal)
  )
})

describe("Ranges of offsets", () => {
  const width = 10
  it.live("are made when an append first needs one, also when it spans two", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const sql = yield* PgClient.PgClient
      const owner = yield* takeOver(1)
      for (let turn = 0; turn < 9; turn++) yield* journal.append(owner.planMany(streamIn(1, 2), 4))
      expect((yield* verifiedRows(1)).length).toBe(36)
      expect((yield* journal.read(new Map([[1, 0]]), 100)).map(({ offset }) => offset)).toEqual(
        Array.from({ length: 36 }, (_, index) => index + 1)
      )
      const tables = yield* sql<{ readonly name: string; readonly rows: number }>`
        select tableoid::regclass::text as name, count(*)::int as rows from event group by 1 order by 1`
      expect(tables).toEqual([
        { name: "event_1_0", rows: width - 1 },
        { name: "event_1_1", rows: width },
        { name: "event_1_2", rows: width },
        { name: "event_1_3", rows: 7 }
      ])
    }).pipe(Effect.provide(temporaryJournal({ partitions: 2, rangeWidth: width })))
  )

  it.live("are made once by two owners that need one at the same time", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const [one, two] = [yield* takeOver(0), yield* takeOver(0)]
      const exits = yield* Effect.forEach(
        [one.planMany(streamIn(0, 2, 0), 25), two.planMany(streamIn(0, 2, 1), 25)],
        (append) => Effect.exit(journal.append(append)),
        { concurrency: "unbounded" }
      )
      expect(exits.map(Exit.isSuccess).toSorted()).toEqual([false, true])
      expect((yield* verifiedRows(0)).length).toBe(25)
    }).pipe(Effect.provide(temporaryJournal({ partitions: 2, rangeWidth: width })))
  )
})
