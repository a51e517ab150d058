// A whole recall, of messages by way of the real views: its balances close, as of a time it is what it would have been then,
// and views that have come unequally far are read alike.
import { it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { describe, expect } from "vitest"
import { recallDifference } from "../../../adapters/recall/difference.ts"
import { recallJson } from "../../../adapters/recall/format/json.ts"
import { recall, viewsAsked } from "../../../adapters/recall/recall.ts"
import type { RecallReport } from "../../../adapters/recall/report.ts"
import type { Question } from "../../../adapters/recall/report-of.ts"
import { lotStream, orderStream } from "../../../core/journal/stream.ts"
import { ItemId, LotId, OrderId, PartnerId } from "../../../core/plant/identifiers.ts"
import { type LotKey, plantScope } from "../../../core/plant/lot.ts"
import { instant, type OccurredAt } from "../../../core/plant/time.ts"
import { advance, loadCheckpoint, moveCheckpoint } from "../../../projections/checkpoint.ts"
import { projections } from "../../../projections/index.ts"
import { makeTables, useSchema } from "../../../projections/projection.ts"
import { temporaryTables } from "../../harness/database.ts"
import { at, plant, quantity, Writer } from "../../projections/events.ts"
import { type History, journalOf } from "../../projections/journal.ts"
import { LotHistory, lotCalled, lotSteps } from "../../projections/lot-history.ts"

const partitions = 4
const views = projections.filter(({ name }) => viewsAsked.includes(name))

/** Makes the views anew, each of so many of the events. */
const shown = Effect.fnUntraced(function* (
  history: History,
  upTo: (view: string) => number = () => history.events.length
) {
  const sql = yield* SqlClient.SqlClient
  for (const { name } of views) yield* sql`drop schema if exists ${sql(name)} cascade`
  yield* sql`drop table if exists projection_checkpoint`
  yield* makeTables(views, partitions)
  for (const view of views) {
    const events = history.events.slice(0, upTo(view.name))
    yield* sql.withTransaction(
      Effect.gen(function* () {
        const from = yield* loadCheckpoint(view)
        yield* moveCheckpoint(view, from, advance(from, events))
        yield* useSchema(sql, view.name)
        yield* view.apply(sql, events)
      })
    )
  }
})

/** Each recorded when it happened, so that one time cuts both. */
const atOnce = (history: History): History => ({
  ...history,
  events: history.events.map((event) => ({ ...event, recordedAt: instant(event.metadata.occurredAt) }))
})

const first = (history: History, count: number): History => ({ ...history, events: history.events.slice(0, count) })

const asked = (history: History, lot: LotKey, asOf?: OccurredAt, direction: Question["direction"] = "both") =>
  Effect.provide(
    Effect.map(recall({ lot, direction, windows: [] }, asOf), ({ report }) => report),
    journalOf(() => history)
  )

/** What is answered, without the events that it rests on. */
const content = ({ asOf: _, journal: __, ...answer }: RecallReport) => answer

const key = (item: string, lot: string): LotKey => ({
  scope: plantScope(plant),
  itemId: ItemId.make(item),
  lotId: LotId.make(lot)
})
const named = (lot: LotKey) => ({ itemId: lot.itemId, lotId: lot.lotId })

/** Flour of a mill goes into bread, of which a shop gets some and the rest is held; some flour is in the next dough. */
const bakery = () => {
  const writer = new Writer(partitions)
  const [flour, bread] = [key("FLOUR", "F-1"), key("BREAD", "B-1")]
  const [oven, dough] = ["1", "2"].map((name) => OrderId.make(name))
  const told = (lot: LotKey, type: "LotConsumed" | "LotProduced", orderId: OrderId, amount: string) =>
    writer.write(lotStream(lot), {
      type,
      data: { ...lot, quantity: quantity(amount), order: { plantId: plant, orderId } }
    })
  const supplier = { partnerId: PartnerId.make("MILL"), lotId: LotId.make("M-77"), certificate: "COA-1" }
  writer.write(lotStream(flour), {
    type: "LotReceived",
    data: { ...named(flour), quantity: quantity("100"), supplier }
  })
  for (const [orderId, amount] of [
    [oven, "60"],
    [dough, "10"]
  ] as const) {
    if (orderId === undefined) continue
    const materials = [{ ...named(flour), quantity: quantity(amount) }]
    writer.write(orderStream(plant, orderId), { type: "MaterialConsumed", data: { orderId, materials } })
    told(flour, "LotConsumed", orderId, amount)
  }
  const materials = [{ ...named(bread), quantity: quantity("50") }]
  const orderId = OrderId.make("1")
  writer.write(orderStream(plant, orderId), { type: "MaterialProduced", data: { orderId, materials } })
  told(bread, "LotProduced", orderId, "50")
  const about = { ...named(bread), customer: PartnerId.make("SHOP"), document: "DN-1" }
  writer.write(lotStream(bread), { type: "LotShipped", data: { ...about, quantity: quantity("20") } })
  writer.write(lotStream(bread), { type: "LotHeld", data: { ...named(bread), reason: "Stones" } })
  return { writer, flour, bread }
}

describe("a recall", () => {
  it.effect("of views that don't catch up fails after half a minute, and says which and what to do", () =>
    Effect.gen(function* () {
      const { flour, writer } = bakery()
      yield* shown(writer, (view) => writer.events.length - (view === "ledger" ? 2 : 0))
      const fiber = yield* Effect.forkChild(Effect.flip(asked(writer, flour)))
      // Time stands still while Postgres answers.
      yield* Effect.forkChild(
        Effect.forever(Effect.andThen(TestClock.adjust("1 second"), TestClock.withLive(Effect.sleep("5 millis"))))
      )
      expect(yield* Fiber.join(fiber)).toMatchObject({
        _tag: "TechnicalFailure",
        field: "view",
        value: "ledger",
        reason: expect.stringContaining("2 events behind"),
        nextStep: expect.stringContaining("npm run traveler -- run")
      })
    }).pipe(Effect.provide(temporaryTables({ partitions })))
  )

  it.live("says where everything is, who got it, and whom it came from", () =>
    Effect.gen(function* () {
      const { bread, flour, writer } = bakery()
      yield* shown(writer)
      const report = yield* asked(writer, flour)
      const [flourName, breadName] = ["plant/plant-1/FLOUR/F-1", "plant/plant-1/BREAD/B-1"]
      expect(report.scopes).toEqual({ smallest: [flourName, breadName], largest: [flourName, breadName] })
      expect(report.lots).toMatchObject([
        {
          id: flourName,
          direction: "both",
          depth: 0,
          made: "100",
          onHand: "30",
          inProcess: "70",
          shipped: "0",
          held: "0"
        },
        {
          id: breadName,
          direction: "forward",
          depth: 1,
          made: "50",
          onHand: "30",
          shipped: "20",
          held: "30",
          disposition: "held"
        }
      ])
      expect(report.massBalance).toMatchObject({ received: "100", consumed: "70", onHand: "30", unexplained: "0" })
      expect(report.shipments).toMatchObject([{ id: breadName, customer: "SHOP", document: "DN-1", quantity: "20" }])
      expect(report.suppliers).toMatchObject([
        { id: flourName, partner: "MILL", partnerLot: "M-77", certificate: "COA-1" }
      ])
      expect((yield* asked(writer, bread, undefined, "backward")).scopes.largest).toEqual([breadName, flourName])
      expect(recallJson(yield* asked(writer, flour))).toEqual(recallJson(report))
    }).pipe(Effect.provide(temporaryTables({ partitions })))
  )

  it.live("both ways, whom to tell is as sure as the way ahead, whatever the way back", () =>
    Effect.gen(function* () {
      const writer = new Writer(partitions)
      const [salt, soup] = [key("SALT", "S-1"), key("SOUP", "R-1")]
      const line = (lot: LotKey) => ({ materials: [{ ...named(lot), quantity: quantity("1") }] })
      const [cook, rework] = [OrderId.make("1"), OrderId.make("2")]
      const wrote = (orderId: OrderId, type: "MaterialConsumed" | "MaterialProduced", lot: LotKey, more = {}) =>
        writer.write(orderStream(plant, orderId), { type, data: { orderId, ...line(lot), ...more } })
      wrote(cook, "MaterialConsumed", salt)
      wrote(cook, "MaterialProduced", soup)
      wrote(rework, "MaterialConsumed", soup, { backflush: true })
      wrote(rework, "MaterialProduced", salt)
      const about = { ...named(salt), customer: PartnerId.make("SHOP"), document: "DN-1" }
      writer.write(lotStream(salt), { type: "LotShipped", data: { ...about, quantity: quantity("1") } })
      yield* shown(writer)
      const certaintyOf = (direction: Question["direction"]) =>
        Effect.map(asked(writer, soup, undefined, direction), ({ shipments }) =>
          shipments.map(({ certainty }) => certainty)
        )
      expect(yield* certaintyOf("forward")).toEqual(["allocated"])
      expect(yield* certaintyOf("both")).toEqual(["allocated"])
    }).pipe(Effect.provide(temporaryTables({ partitions })))
  )

  it.live("as of an earlier time lacks what came since, which the difference tells", () =>
    Effect.gen(function* () {
      const { flour, writer } = bakery()
      yield* shown(writer)
      const before = yield* asked(writer, flour, at(4))
      const difference = recallDifference(before, yield* asked(writer, flour))
      expect(before.scopes.largest).toEqual(["plant/plant-1/FLOUR/F-1"])
      expect(difference.lots.added.map(({ id }) => id)).toEqual(["plant/plant-1/BREAD/B-1"])
      expect(difference.shipments.added.map(({ customer }) => customer)).toEqual(["SHOP"])
      expect(difference.lots.fellAway).toEqual([])
    }).pipe(Effect.provide(temporaryTables({ partitions })))
  )

  it.live(
    "of any history has balances that close, is as of a time what it was then, and takes of views what all hold",
    () =>
      Effect.gen(function* () {
        const run = Effect.runPromiseWith(yield* Effect.context<SqlClient.SqlClient>())
        const property = fc.asyncProperty(lotSteps, fc.nat(7), fc.nat(1_000), async (plan, number, part) => {
          const { onHand, writer: written } = new LotHistory(plan)
          const writer = atOnce(written)
          const lot = lotCalled(number)
          const count = part % writer.events.length
          const early = first(writer, count + 1)
          await run(shown(writer))
          for (const { massBalance, scope, lot } of (await run(asked(writer, lotCalled(number)))).lots) {
            const numberOf = Number(lot.slice(2))
            expect([scope, massBalance.unexplained, Number(massBalance.onHand)]).toEqual([
              lotCalled(numberOf).scope,
              "0",
              (onHand.get(numberOf) ?? 0) / 10
            ])
          }
          const then = await run(asked(writer, lot, at(count)))
          await run(shown(early))
          expect(content(then)).toEqual(content(await run(asked(early, lot, at(count)))))
          const whole = await run(asked(early, lot))
          // Of the views one has come to the end, the others haven't.
          await run(shown(writer, (view) => (view === "ledger" ? writer.events.length : count + 1)))
          expect(await run(asked(early, lot))).toEqual(whole)
        })
        yield* Effect.promise(() => fc.assert(property, { numRuns: 4, endOnFailure: true }))
      }).pipe(Effect.provide(temporaryTables({ partitions })))
  )
})
