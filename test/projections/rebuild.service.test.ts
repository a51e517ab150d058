// A view rebuilt beside the live one holds the same rows, whatever the live one does meanwhile; and what in the live one
// isn't so is found.
import { it, layer } from "@effect/vitest"
import { Effect, Fiber, Latch, Layer } from "effect"
import { SqlClient } from "effect/sql"
import fc from "fast-check"
import { expect } from "vitest"
import { BusinessRuleViolation } from "../../core/failure.ts"
import { MessageId, OperationId, OrderId } from "../../core/plant/identifiers.ts"
import type { Tracer } from "../../core/port/tracer.ts"
import { caughtUp, lag } from "../../projections/checkpoint.ts"
import { genealogy } from "../../projections/genealogy/genealogy.ts"
import { projections } from "../../projections/index.ts"
import { orders } from "../../projections/orders/orders.ts"
import { keepingTables, type Projection } from "../../projections/projection.ts"
import { followUpTo } from "../../projections/rebuild/follow.ts"
import type { Report } from "../../projections/rebuild/progress.ts"
import { dropOld, rebuild } from "../../projections/rebuild/rebuild.ts"
import { runProjection } from "../../projections/runner.ts"
import { order, quantity, Writer } from "./events.ts"
import { filled, follow, startAnew, tables, until } from "./follow.ts"
import { type CountedSpan, countingTracer, headsOf, journalOf } from "./journal.ts"
import { RandomHistory, steps } from "./random-history.ts"
import { differing, from, rebuilding, rebuiltIsLive, unreported } from "./rebuilt.ts"

/** An order that was begun, reported on, and partly taken back; another one untouched. */
const twoOrders = () => {
  const writer = new Writer()
  for (const name of ["PO-1", "PO-2"]) {
    const about = { orderId: OrderId.make(name), operationId: OperationId.make("OP10") }
    writer.write(order(name), { type: "OperationStarted", data: about })
    const version = writer.write(order(name), {
      type: "OperationConfirmed",
      data: { ...about, posting: "requested", yield: quantity("7") }
    })
    const named = { messageId: MessageId.make("m") }
    if (name === "PO-1") {
      const data = { orderId: about.orderId, reverses: named, reason: "wrong", posting: "requested", version } as const
      writer.write(order(name), { type: "ReportReversed", data })
    }
  }
  return writer
}

it.live("gives the rows that the live views have of any history, also from tables that hold nothing", () =>
  Effect.provide(rebuiltIsLive(1), rebuilding)
)

layer(rebuilding, { timeout: 60_000, excludeTestServices: true })("a rebuild", (it) => {
  it.effect("loses nothing and doubles nothing while a runner goes on taking what is appended, before and after", () =>
    Effect.gen(function* () {
      const plan = fc.sample(steps(200), { numRuns: 1, seed: 7 })[0] ?? []
      const { events } = new RandomHistory(plan).writer
      const growing = { partitions: 4, events: events.slice(0, 50) }
      const grow = (count: number) => growing.events.push(...events.slice(growing.events.length).slice(0, count))
      yield* startAnew(growing.partitions)
      for (const projection of [orders, genealogy, ...projections.filter(({ name }) => name === "postings")]) {
        const runner = yield* runProjection(projection).pipe(
          Effect.provide(
            Layer.merge(
              journalOf(() => growing),
              countingTracer()
            )
          ),
          Effect.forkChild
        )
        const whileItGrows: Report = () => Effect.sync(() => void grow(5))
        yield* rebuild(projection, whileItGrows).pipe(Effect.provide(journalOf(() => growing)))
        yield* dropOld(projection)
        grow(5)
        yield* until(
          "the runner to go on",
          Effect.suspend(() => caughtUp(projection.name, headsOf(growing)))
        )
        yield* Fiber.interrupt(runner)
        expect(yield* differing(growing, projection)).toEqual([])
      }
      yield* follow(growing)
      const lived = yield* tables
      expect(yield* filled(growing, {})).toEqual(lived)
    })
  )

  it.effect("is never behind what the live view already held", () =>
    Effect.gen(function* () {
      const history = twoOrders()
      yield* startAnew(history.partitions)
      yield* follow(history)
      const context = yield* Effect.context<SqlClient.SqlClient | Tracer>()
      const liveGoesOn = Effect.suspend(() => followUpTo(orders, headsOf(history), unreported)).pipe(
        from(history),
        Effect.provide(context),
        Effect.orDie
      )
      let isAhead = false
      const atTheEnd: Report = ({ done, of, step }) => {
        if (step !== "events" || done < of || isAhead) return Effect.void
        isAhead = true
        history.write(order("PO-3"), { type: "MessageNoted", data: { type: "x", reason: "y" } })
        return liveGoesOn
      }
      yield* rebuild(orders, atTheEnd).pipe(from(history))
      expect(isAhead).toBe(true)
      expect(yield* lag("orders", headsOf(history))).toBe(0)
      yield* dropOld(orders)
      expect(yield* differing(history, orders)).toEqual([])
    })
  )

  it.effect("is no rebuild of what another version of the view had begun", () =>
    Effect.gen(function* () {
      const history = twoOrders()
      yield* startAnew(history.partitions)
      yield* follow(history)
      const sql = yield* SqlClient.SqlClient
      const broken: Projection = { ...orders, version: 1, ofHistories: { rows: () => [] } }
      const died = yield* rebuild(broken, ({ step }) =>
        step === "events" ? Effect.die(new Error("Killed")) : Effect.void
      ).pipe(from(history), Effect.exit)
      expect(died._tag).toBe("Failure")
      expect(yield* sql`select from pg_namespace where nspname = 'orders_rebuild'`).toHaveLength(1)
      const { resumed } = yield* rebuild(orders, unreported).pipe(from(history))
      yield* dropOld(orders)
      expect(resumed).toBe(false)
      expect(yield* differing(history, orders)).toEqual([])
    })
  )

  it.effect("keeps the tables of before until they are dropped, and is refused as long", () =>
    Effect.gen(function* () {
      const history = twoOrders()
      yield* startAnew(history.partitions)
      yield* follow(history)
      expect(yield* dropOld(orders)).toBeUndefined()
      yield* rebuild(orders, unreported).pipe(from(history))
      const sql = yield* SqlClient.SqlClient
      expect(yield* sql`select from orders_before.order_view`).toHaveLength(2)
      const refused = yield* Effect.flip(rebuild(orders, unreported).pipe(from(history)))
      expect(refused).toBeInstanceOf(BusinessRuleViolation)
      expect(refused).toMatchObject({ value: "orders_before", nextStep: expect.stringContaining("--drop-old") })
      expect(yield* dropOld(orders)).toBe("orders_before")
      yield* rebuild(orders, unreported).pipe(from(history))
      expect(yield* dropOld(orders)).toBe("orders_before")
    })
  )

  it.effect("waits for whoever reads views as they were at one moment, who finds the same tables to the end", () =>
    Effect.gen(function* () {
      const history = twoOrders()
      yield* startAnew(history.partitions)
      yield* follow(history)
      const sql = yield* SqlClient.SqlClient
      const orderTable = sql<{ readonly table: number }>`select 'orders.order_view'::regclass::oid::int4 as table`
      const begun = yield* Latch.make()
      const waiting = yield* rebuild(orders, unreported).pipe(from(history), begun.whenOpen, Effect.forkChild)
      const before = yield* sql.withTransaction(
        Effect.gen(function* () {
          yield* sql`set transaction isolation level repeatable read`
          yield* keepingTables
          const before = yield* orderTable
          yield* begun.open
          yield* until(
            "the rebuild to wait",
            Effect.map(
              sql`select from pg_locks where relation = 'projection_exchange'::regclass and not granted`,
              (locks) => locks.length > 0
            )
          )
          expect(yield* orderTable).toEqual(before)
          expect(yield* sql`select from orders.order_view`).toHaveLength(2)
          return before
        })
      )
      yield* Fiber.join(waiting)
      expect(yield* orderTable).not.toEqual(before)
      yield* dropOld(orders)
    })
  )

  it.effect("leaves a span a batch, of histories and of events, linked to the messages of then", () =>
    Effect.gen(function* () {
      const history = twoOrders()
      yield* startAnew(history.partitions)
      yield* Effect.forEach(projections, dropOld)
      yield* follow(history)
      const links = new Set(history.events.map(({ metadata }) => metadata.traceparent))
      for (const projection of projections.filter(({ name }) => name === "orders" || name === "postings")) {
        const spans: Array<CountedSpan> = []
        yield* rebuild(projection, unreported).pipe(from(history), Effect.provide(countingTracer(spans)))
        yield* dropOld(projection)
        expect(spans.length).toBeGreaterThan(0)
        expect(new Set(spans.flatMap(({ links }) => links))).toEqual(links)
        for (const span of spans) expect(span).toMatchObject({ name: `replay ${projection.name}`, ended: true })
      }
    })
  )

  it.effect("that only compares finds a row changed by hand, one too few and one too many", () =>
    Effect.gen(function* () {
      const history = twoOrders()
      yield* startAnew(history.partitions)
      yield* follow(history)
      const sql = yield* SqlClient.SqlClient
      expect(yield* differing(history, orders)).toEqual([])
      yield* sql`update orders.order_quantity set good = 8 where order_id = 'PO-2'`
      yield* sql`delete from orders.order_view where order_id = 'PO-1'`
      yield* sql`insert into orders.order_material values ('plant-1', 'PO-9', 'ITEM', 'EA', 1, 2, 3, 4, 5)`
      const key = { plant: "plant-1" }
      expect(yield* differing(history, orders)).toEqual([
        {
          table: "order_material",
          ...{ onlyLive: 1, onlyRebuilt: 0, changed: 0 },
          examples: [{ is: "onlyLive", key: { ...key, order_id: "PO-9", item: "ITEM", unit: "EA" }, columns: [] }]
        },
        {
          table: "order_quantity",
          ...{ onlyLive: 0, onlyRebuilt: 0, changed: 1 },
          examples: [
            {
              is: "changed",
              key: { ...key, order_id: "PO-2", operation_id: "OP10", unit: "EA" },
              columns: [{ column: "good", live: "8", rebuilt: "7" }]
            }
          ]
        },
        {
          table: "order_view",
          ...{ onlyLive: 0, onlyRebuilt: 1, changed: 0 },
          examples: [{ is: "onlyRebuilt", key: { ...key, order_id: "PO-1" }, columns: [] }]
        }
      ])
      expect(yield* sql`select from pg_namespace where nspname = 'orders_rebuild'`).toEqual([])
      expect(yield* sql`select from orders.order_view`).toHaveLength(1)
    })
  )
})
