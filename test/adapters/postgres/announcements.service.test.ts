// Readers of one process hear of what another appends, also when the connection that listens is lost.
import { PgClient } from "@effect/sql-pg"
import { describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Stream } from "effect"
import { expect } from "vitest"
import { clientLayer } from "../../../adapters/postgres/client.ts"
import { Owner, streamIn } from "../../journal/owner.ts"
import { eventually } from "./eventually.ts"
import { FaultyDatabase, faultyDatabase, partitions, straightJournal } from "./faulty-journal.ts"

const listeners = Effect.gen(function* () {
  const sql = yield* PgClient.PgClient
  return yield* sql<{ readonly pid: number }>`
    select pid from pg_stat_activity where datname = current_database() and query ilike 'listen%'`
})

const client = Layer.unwrap(Effect.map(FaultyDatabase, ({ url }) => clientLayer(url)))
const database = Layer.provideMerge(client, faultyDatabase())

/** A reader of one process, and an owner in another. */
const scene = Effect.gen(function* () {
  const [reading, writing] = [yield* straightJournal, yield* straightJournal]
  yield* eventually(Effect.map(listeners, (found) => found.length === 2))
  const owner = new Owner(0, yield* writing.head(0))
  return { reading, append: Effect.suspend(() => writing.append(owner.planMany(streamIn(0, partitions), 1))) }
})

/** How long a reader that waits takes to hear of `append`, in milliseconds. */
const hearing = <E>(appended: Stream.Stream<void>, append: Effect.Effect<void, E>) =>
  Effect.gen(function* () {
    // The beat comes each second: begin just after one.
    yield* Stream.runHead(appended)
    const heard = yield* Effect.forkChild(Stream.runHead(appended), { startImmediately: true })
    const begun = performance.now()
    yield* append
    yield* Fiber.join(heard).pipe(Effect.timeout("5 seconds"))
    return performance.now() - begun
  })

describe("Announcements", () => {
  it.live("reach a reader in another process before its beat", () =>
    Effect.gen(function* () {
      const { reading, append } = yield* scene
      const times = []
      for (let turn = 0; turn < 3; turn++) times.push(yield* hearing(reading.appended, append))
      expect(Math.min(...times)).toBeLessThan(500)
    }).pipe(Effect.provide(database))
  )

  it.live("are missed while nobody listens, yet the reader looks; and are heard again afterwards", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      const { reading, append } = yield* scene
      const lost = yield* listeners
      for (const { pid } of lost) yield* sql`select pg_terminate_backend(${pid})`
      expect(yield* hearing(reading.appended, append)).toBeLessThan(3_000)
      expect((yield* reading.read(new Map([[0, 0]]), 10)).length).toBe(1)
      yield* eventually(
        Effect.map(listeners, (found) => found.filter(({ pid }) => lost.every((gone) => gone.pid !== pid)).length === 2)
      )
      const times = []
      for (let turn = 0; turn < 3; turn++) times.push(yield* hearing(reading.appended, append))
      expect(Math.min(...times)).toBeLessThan(500)
    }).pipe(Effect.provide(database))
  )
})
