// What others do to a view, its schemas, the journal or a connection while it is rebuilt or compared: nothing is lost to
// it, and nothing is called equal that isn't.
import { layer } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer } from "effect"
import { SqlClient } from "effect/sql"
import fc from "fast-check"
import { expect } from "vitest"
import { OperationId, OrderId } from "../../core/plant/identifiers.ts"
import { projections } from "../../projections/index.ts"
import { orders } from "../../projections/orders/orders.ts"
import { makeTables, type Projection } from "../../projections/projection.ts"
import type { Report } from "../../projections/rebuild/progress.ts"
import { dropOld, rebuild, verify } from "../../projections/rebuild/rebuild.ts"
import { runProjection } from "../../projections/runner.ts"
import { order, quantity, Writer } from "./events.ts"
import { follow, startAnew, until } from "./follow.ts"
import { countingTracer, journalOf } from "./journal.ts"
import { RandomHistory, steps } from "./random-history.ts"
import { differing, from, rebuilding, unreported } from "./rebuilt.ts"

/** Every view of two orders that were begun and reported on. */
const followed = Effect.gen(function* () {
  const writer = new Writer()
  for (const name of ["PO-1", "PO-2"]) {
    const about = { orderId: OrderId.make(name), operationId: OperationId.make("OP10") }
    writer.write(order(name), { type: "OperationStarted", data: about })
    writer.write(order(name), {
      type: "OperationConfirmed",
      data: { ...about, posting: "requested", yield: quantity("7") }
    })
  }
  yield* startAnew(writer.partitions)
  yield* Effect.forEach(projections, dropOld)
  yield* follow(writer)
  return writer
})

const dies = (at: string): Report => {
  return ({ step }) => (step === at ? Effect.die(new Error("Killed")) : Effect.void)
}

/** Tables, columns, keys and indexes of a schema with their settings, comments and grants. */
const described = Effect.fnUntraced(function* (schema: string) {
  const sql = yield* SqlClient.SqlClient
  const space = sql`quote_ident(${schema})::regnamespace`
  return yield* sql`
    select relname as of, concat_ws(' ', relkind, relpersistence, reloptions, relacl, obj_description(pg_class.oid),
      case when relkind = 'i' then pg_get_indexdef(pg_class.oid) end) as is
    from pg_class where relnamespace = ${space}
    union all
    select conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = ${space}
    union all
    select relname, concat_ws(' ', attnum, attname, format_type(atttypid, atttypmod), attnotnull, attcollation, attstorage,
      pg_get_expr(adbin, adrelid), col_description(attrelid, attnum))
    from pg_attribute join pg_class on pg_class.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where relnamespace = ${space} and relkind = 'r' and attnum > 0
    order by 1, 2`
})

layer(rebuilding, { timeout: 60_000, excludeTestServices: true })("beside others, a rebuild", (it) => {
  it.effect("that only compares finds nothing while a runner goes on, ahead of it or behind", () =>
    Effect.gen(function* () {
      const { events } = new RandomHistory(fc.sample(steps(200), { numRuns: 1, seed: 11 })[0] ?? []).writer
      const growing = { partitions: 4, events: events.slice(0, 50) }
      const grow: Report = () =>
        Effect.sync(() => void growing.events.push(...events.slice(growing.events.length).slice(0, 5)))
      yield* startAnew(growing.partitions)
      yield* Effect.forEach(projections, dropOld)
      for (const projection of projections) {
        const runner = yield* runProjection(projection).pipe(
          Effect.provide(
            Layer.merge(
              journalOf(() => growing, [3, 40]),
              countingTracer()
            )
          ),
          Effect.forkChild
        )
        const compared = verify(projection, grow).pipe(Effect.provide(journalOf(() => growing)))
        for (let times = 0; times < 3; times++) expect((yield* compared).tables).toEqual([])
        yield* Fiber.interrupt(runner)
      }
    })
  )

  it.effect("never takes the place of what a newer Traveler has made meanwhile", () =>
    Effect.gen(function* () {
      const history = yield* followed
      const context = yield* Effect.context<SqlClient.SqlClient>()
      const newer: Projection = { ...orders, version: orders.version + 1 }
      let isThere = false
      const newerBegins: Report = ({ step }) =>
        Effect.suspend(() => {
          if (step !== "events" || isThere) return Effect.void
          isThere = true
          return makeTables([newer], history.partitions).pipe(Effect.provide(context), Effect.orDie)
        })
      const refused = yield* Effect.flip(rebuild(orders, newerBegins).pipe(from(history)))
      expect(refused).toMatchObject({
        _tag: "BusinessRuleViolation",
        reason: expect.stringContaining("another Traveler")
      })
      const sql = yield* SqlClient.SqlClient
      expect(yield* sql`select distinct version from projection_checkpoint where projection = 'orders'`).toEqual([
        { version: newer.version }
      ])
      const { resumed } = yield* rebuild(newer, unreported).pipe(from(history))
      expect(resumed).toBe(false)
    })
  )

  it.effect("says at once what keeps it from taking the live one's place, where waiting doesn't help", () =>
    Effect.gen(function* () {
      const history = yield* followed
      const context = yield* Effect.context<SqlClient.SqlClient>()
      const sql = yield* SqlClient.SqlClient
      const somebodyMakes: Report = ({ step }) =>
        step === "events"
          ? sql`create schema if not exists orders_before`.pipe(Effect.provide(context), Effect.asVoid, Effect.orDie)
          : Effect.void
      const [taken, failure] = yield* Effect.timed(Effect.flip(rebuild(orders, somebodyMakes).pipe(from(history))))
      expect(failure).toMatchObject({ reason: expect.stringContaining('schema "orders_before" already exists') })
      expect(Duration.toSeconds(taken)).toBeLessThan(5)
    })
  )

  it.effect("finds that somebody has dropped a table of the live view, or a key under which a row is twice", () =>
    Effect.gen(function* () {
      const history = yield* followed
      const sql = yield* SqlClient.SqlClient
      yield* sql`alter table orders.order_view drop constraint order_view_pkey`
      yield* sql`insert into orders.order_view select * from orders.order_view`
      yield* sql`drop table orders.order_report`
      const failure = yield* Effect.flip(differing(history, orders))
      expect(failure).toMatchObject({ value: "orders", reason: expect.stringMatching(/: order_report, order_view$/) })
      yield* rebuild(orders, unreported).pipe(from(history))
      expect(yield* differing(history, orders)).toEqual([])
    })
  )

  for (const projection of projections.filter(({ name }) => name === "orders" || name === "postings")) {
    it.effect(`ends where the journal lacks what the live view has taken: ${projection.name}`, () =>
      Effect.gen(function* () {
        const { events, partitions } = yield* followed
        const cut = { partitions, events: events.slice(0, -1) }
        const expected = { _tag: "TechnicalFailure", reason: "It lacks 1 events that the live view has taken" }
        expect(yield* Effect.flip(differing(cut, projection))).toMatchObject(expected)
        expect(yield* Effect.flip(rebuild(projection, unreported).pipe(from(cut)))).toMatchObject(expected)
      })
    )
  }

  it.effect("begins anew where somebody has dropped what an earlier one had made, or its checkpoints alone", () =>
    Effect.gen(function* () {
      const history = yield* followed
      const sql = yield* SqlClient.SqlClient
      yield* Effect.exit(rebuild(orders, dies("indexes")).pipe(from(history)))
      yield* sql`drop schema orders_rebuild cascade`
      expect((yield* rebuild(orders, dies("events")).pipe(from(history), Effect.exit))._tag).toBe("Failure")
      yield* sql`delete from projection_checkpoint where projection = 'orders_rebuild'`
      const { resumed } = yield* rebuild(orders, unreported).pipe(from(history))
      expect(resumed).toBe(false)
      expect(yield* differing(history, orders)).toEqual([])
    })
  )

  it.effect("fails where the connection that copies its rows is lost, and goes on with the next run", () =>
    Effect.gen(function* () {
      const history = yield* followed
      const sql = yield* SqlClient.SqlClient
      yield* Effect.exit(rebuild(orders, dies("histories")).pipe(from(history)))
      const waiting = sql`
        select pid from pg_locks where relation = 'orders_rebuild.order_view'::regclass and not granted`
      const failed = yield* sql.withTransaction(
        Effect.gen(function* () {
          yield* sql`lock table orders_rebuild.order_view in exclusive mode`
          const failing = yield* Effect.forkChild(Effect.flip(rebuild(orders, unreported).pipe(from(history))))
          yield* until(
            "a copy to wait",
            Effect.map(waiting, (found) => found.length > 0)
          )
          yield* sql`select pg_terminate_backend(pid) from (${waiting}) as waiting`
          return yield* Fiber.join(failing)
        })
      )
      expect(failed).toMatchObject({ _tag: "TechnicalFailure", field: "tables of orders_rebuild" })
      expect((yield* rebuild(orders, unreported).pipe(from(history))).resumed).toBe(true)
      yield* dropOld(orders)
      expect(yield* differing(history, orders)).toEqual([])
    })
  )

  it.effect("leaves tables, keys and indexes as whoever made the view first would make them", () =>
    Effect.gen(function* () {
      const history = yield* followed
      for (const projection of projections) {
        const before = yield* described(projection.name)
        yield* rebuild(projection, unreported).pipe(from(history))
        expect(yield* described(projection.name)).toEqual(before)
        expect(yield* differing(history, projection)).toEqual([])
      }
    })
  )
})
