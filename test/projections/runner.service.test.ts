// The runner: wakes on what is appended, outlives what fails, and is outlived by its checkpoint.
import { layer } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Latch, Layer, Logger } from "effect"
import { SqlClient } from "effect/sql"
import { expect } from "vitest"
import { Journal, UnreadableEvent } from "../../core/journal/journal.ts"
import { caughtUp, lag } from "../../projections/checkpoint.ts"
import { makeTables, type Projection } from "../../projections/projection.ts"
import { recordset } from "../../projections/recordset.ts"
import { runProjection } from "../../projections/runner.ts"
import { temporaryClient } from "../harness/database.ts"
import { order, Writer } from "./events.ts"
import { until } from "./follow.ts"
import { type CountedSpan, countingTracer, type History, headsOf, journalOf } from "./journal.ts"

/** Keeps the place of each event that it was given; dies of the one at `poison`. */
const places = (version: number, poison = () => ""): Projection => ({
  name: "places",
  version,
  tables: ["create table if not exists place (stream text not null, version integer not null)"],
  apply: (sql, events) =>
    Effect.gen(function* () {
      if (events.some(({ stream }) => stream === poison())) return yield* Effect.die(new Error("Poison"))
      yield* sql`insert into place select * from ${recordset(sql, { stream: "text", version: "integer" }, events)}`
    })
})

const stored = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly place: string }>`
    select stream || ' ' || version as place from places.place order by 1`
  return rows.map(({ place }) => place)
})

const written = (...names: ReadonlyArray<string>) => {
  const writer = new Writer()
  for (const name of names) write(writer, name)
  return writer
}
const write = (writer: Writer, name: string) =>
  writer.write(order(name), { type: "MessageNoted", data: { type: "x", reason: "y" } })

const begin = Effect.fnUntraced(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`drop schema if exists places cascade`
  yield* sql`drop table if exists projection_checkpoint`
})

const run = (projection: Projection, history: History, spans: Array<CountedSpan> = []) =>
  Effect.gen(function* () {
    yield* makeTables([projection], history.partitions)
    return yield* runProjection(projection).pipe(
      Effect.provide(
        Layer.merge(
          journalOf(() => history),
          countingTracer(spans)
        )
      ),
      Effect.forkChild
    )
  })

const holds = (history: History) => until("the view to catch up", caughtUp("places", headsOf(history)))

layer(temporaryClient, { timeout: 60_000, excludeTestServices: true })("the runner", (it) => {
  it.effect("applies what is there and what is appended later, each once", () =>
    Effect.gen(function* () {
      yield* begin()
      const writer = written("a", "b", "a")
      const fiber = yield* run(places(1), writer)
      yield* holds(writer)
      write(writer, "c")
      expect(yield* lag("places", headsOf(writer))).toBe(1)
      yield* holds(writer)
      yield* Fiber.interrupt(fiber)
      const again = yield* run(places(1), writer)
      write(writer, "a")
      yield* holds(writer)
      yield* Fiber.interrupt(again)
      const names = ["a 1", "a 2", "a 3", "b 1", "c 1"]
      expect(yield* stored).toEqual(names.map((name) => `order/plant-1/${name}`))
    })
  )

  // Else each may wait for the other: a core that started beside one at work died of a deadlock.
  it.effect("keeps no core waiting that starts while a batch is applied", () =>
    Effect.gen(function* () {
      yield* begin()
      const { apply, ...rest } = places(1)
      const indexed = {
        ...rest,
        apply,
        tables: [...rest.tables, "create index if not exists place_stream on place (stream)"]
      }
      const writer = written("a")
      const applying = yield* Latch.make()
      const beside = yield* makeTables([indexed], writer.partitions).pipe(
        applying.whenOpen,
        Effect.timeout("5 seconds"),
        Effect.exit,
        Effect.forkChild
      )
      const slow: Projection = {
        ...indexed,
        apply: (sql, events) =>
          apply(sql, events).pipe(Effect.andThen(applying.open), Effect.andThen(Fiber.await(beside)))
      }
      const fiber = yield* run(slow, writer)
      expect(yield* Fiber.join(beside)).toEqual(Exit.void)
      yield* holds(writer)
      yield* Fiber.interrupt(fiber)
    })
  )

  it.effect("stands still at an event that can't be applied, without a gap, and goes on once it can", () =>
    Effect.gen(function* () {
      yield* begin()
      const writer = written("a", "b", "a")
      let poison: string = order("bad")
      const spans: Array<CountedSpan> = []
      const fiber = yield* run(
        places(1, () => poison),
        writer,
        spans
      )
      yield* holds(writer)
      write(writer, "bad")
      for (let count = 0; count < 20; count++) write(writer, "bad")
      write(writer, "a")
      const failures = Effect.sync(() => spans.filter(({ failure }) => failure !== undefined).length)
      yield* until(
        "some failures",
        Effect.map(failures, (count) => count >= 4)
      )
      expect(fiber.pollUnsafe()).toBeUndefined()
      expect((yield* stored).filter((place) => place.startsWith(order("bad")))).toEqual([])
      expect(yield* lag("places", headsOf(writer))).toBeGreaterThanOrEqual(21)
      poison = ""
      yield* holds(writer)
      yield* Fiber.interrupt(fiber)
      expect(yield* stored).toHaveLength(25)
    })
  )

  it.effect("applies what precedes an event that can't be read, stands still before it and names it", () =>
    Effect.gen(function* () {
      yield* begin()
      const writer = written("a", "bad", "a")
      const stop = new UnreadableEvent({ partition: 3, offset: 2, stream: order("bad"), version: 1, reason: "Torn" })
      const upToBad = Layer.effect(
        Journal,
        Effect.map(Journal, (journal) => ({
          ...journal,
          read: (after: ReadonlyMap<number, number>, limit: number) =>
            Effect.flatMap(journal.read(after, limit), (events) => {
              const bad = events.findIndex(({ stream }) => stream === order("bad"))
              return bad === 0 ? Effect.fail(stop) : Effect.succeed(bad > 0 ? events.slice(0, bad) : events)
            })
        }))
      ).pipe(Layer.provide(journalOf(() => writer, [1])))
      const told: Array<string> = []
      const log = Logger.layer([
        Logger.make(({ message, cause }) => void told.push(`${message} ${Cause.pretty(cause)}`))
      ])
      yield* makeTables([places(1)], writer.partitions)
      const fiber = yield* runProjection(places(1)).pipe(
        Effect.provide(Layer.mergeAll(upToBad, countingTracer(), log)),
        Effect.forkChild
      )
      yield* until(
        "some failures",
        Effect.sync(() => told.length >= 2)
      )
      yield* Fiber.interrupt(fiber)
      expect(yield* stored).toEqual(["order/plant-1/a 1"])
      expect(told[0]).toMatch(
        /^Projection places stands still at what .* offset 2 of partition 3 .*order\/plant-1\/bad/
      )
    })
  )

  it.effect("is interrupted at once, also while it pauses", () =>
    Effect.gen(function* () {
      yield* begin()
      const writer = written("bad")
      const spans: Array<CountedSpan> = []
      const fiber = yield* run(
        places(1, () => order("bad")),
        writer,
        spans
      )
      yield* until(
        "failures that make it pause",
        Effect.sync(() => spans.length >= 3 && spans.every(({ ended }) => ended))
      )
      const exit = yield* Fiber.interrupt(fiber).pipe(Effect.andThen(Fiber.await(fiber)), Effect.timeout("2 seconds"))
      expect(Exit.hasInterrupts(exit)).toBe(true)
    })
  )

  it.effect("fills the tables anew when the projection has another version", () =>
    Effect.gen(function* () {
      yield* begin()
      const writer = written("a", "b")
      const first = yield* run(places(1), writer)
      yield* holds(writer)
      const second = yield* run(places(2), writer)
      yield* holds(writer)
      write(writer, "c")
      yield* holds(writer)
      yield* Fiber.interruptAll([first, second])
      expect(yield* stored).toEqual(["a 1", "b 1", "c 1"].map((name) => `order/plant-1/${name}`))
    })
  )

  it.effect("makes a span for each batch, with a link for each message, and says how it failed", () =>
    Effect.gen(function* () {
      yield* begin()
      const writer = new Writer()
      for (let count = 0; count < 2_500; count++) write(writer, "a")
      const spans: Array<CountedSpan> = []
      let poison: string = order("a")
      const fiber = yield* run(
        places(1, () => poison),
        writer,
        spans
      )
      yield* until(
        "a failure",
        Effect.sync(() => spans.some(({ failure }) => failure !== undefined))
      )
      poison = ""
      yield* holds(writer)
      yield* Fiber.interrupt(fiber)
      expect(spans.every(({ name, ended, links }) => name === "project places" && ended && links.length <= 1_000)).toBe(
        true
      )
      const applied = spans.filter(({ failure }) => failure === undefined).flatMap(({ links }) => links)
      expect(new Set(applied).size).toBe(2_500)
    })
  )
})
