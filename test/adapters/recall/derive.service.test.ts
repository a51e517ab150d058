// What a recall derives of vessels and equipment, of messages by way of the real views: as of any time it is what it was then.
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import fc from "fast-check"
import { expect } from "vitest"
import { derivedFrom, windowLots } from "../../../adapters/recall/derive.ts"
import { WorkCenterId } from "../../../core/plant/identifiers.ts"
import { instant } from "../../../core/plant/time.ts"
import { MixingModel } from "../../../core/plant/vessel.ts"
import { type Cut, everything } from "../../../projections/cut.ts"
import { equipment } from "../../../projections/equipment/equipment.ts"
import { genealogy } from "../../../projections/genealogy/genealogy.ts"
import { ledger } from "../../../projections/ledger/ledger.ts"
import { plants } from "../../../projections/plants/plants.ts"
import { makeTables, useSchema } from "../../../projections/projection.ts"
import { temporaryClient } from "../../harness/database.ts"
import { plansOf } from "../../harness/plans.ts"
import { at, plant } from "../../projections/events.ts"
import { type History, headsOf } from "../../projections/journal.ts"
import { Floor, filler, lot, order, tank } from "./floor.ts"
import { pairs } from "./reached.ts"

const views = [genealogy, ledger, plants, equipment]

/** Of the views that a recall derives from, what they hold after this history; in two batches. */
const shown = Effect.fnUntraced(function* ({ events, partitions }: History) {
  const sql = yield* SqlClient.SqlClient
  for (const { name } of views) yield* sql`drop schema if exists ${sql(name)} cascade`
  yield* sql`drop table if exists projection_checkpoint`
  yield* makeTables(views, partitions)
  const half = Math.ceil(events.length / 2)
  for (const { apply, name } of views) {
    yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* useSchema(sql, name)
        yield* apply(sql, events.slice(0, half))
        yield* apply(sql, events.slice(half))
      })
    )
  }
})

const derived = (cut: Cut = everything) => Effect.map(derivedFrom(cut), ({ edges }) => pairs(edges))

/** A morning with the tank, defined only when all is over; each step so many minutes after the one before. */
const morning = () => {
  const floor = new Floor()
  floor.received(1, "A", 100)
  floor.consumed(2, "1", 100)
  floor.received(3, "B", 100)
  floor.received(4, "C", 100)
  floor.consumed(5, "2", 50)
  floor.shipped(6, "C", 150)
  return floor
}

const action = fc.record({
  what: fc.constantFrom(
    "define",
    "receive",
    "consume",
    "ship",
    "undo",
    "begin",
    "end",
    "start",
    "clean",
    "cleanTank",
    "unsay"
  ),
  minute: fc.nat(60),
  pick: fc.nat(20),
  amount: fc.integer({ min: 1, max: 4 })
})

const anyDay = fc.array(action, { minLength: 30, maxLength: 50, size: "max" }).map((actions) => {
  const floor = new Floor(2)
  const reports: Array<readonly [stream: ReturnType<typeof lot>, version: number]> = []
  const said: Array<string> = []
  const report = (stream: ReturnType<typeof lot>, version: number) => void reports.push([stream, version])
  for (const [index, { amount, minute, pick, what }] of actions.entries()) {
    const [lotName, orderName] = [`L${pick % 4}`, `${pick % 5}`]
    const run = {
      define: () => floor.defined(minute, MixingModel.literals[pick % 5], pick),
      receive: () => report(lot(lotName), floor.received(minute, lotName, amount)),
      consume: () => report(order(orderName), floor.consumed(minute, orderName, amount)),
      ship: () => void floor.shipped(minute, lotName, amount),
      undo: () => {
        const [named] = reports.splice(pick % Math.max(1, reports.length), 1)
        if (named !== undefined) floor.takenBack(minute, ...named)
      },
      begin: () => {
        said.push(`begun-${orderName}`)
        floor.began(minute, orderName)
      },
      end: () => floor.ended(minute, orderName),
      start: () => report(order(orderName), floor.started(minute, orderName)),
      clean: () => {
        said.push(`SAN-${index}`)
        floor.cleaned(minute, `SAN-${index}`)
      },
      cleanTank: () => floor.cleaned(minute, `SAN-${index}`, tank),
      unsay: () => {
        const [reference] = said.splice(0, 1)
        if (reference !== undefined) floor.wasNotSo(minute, reference)
      }
    }
    run[what]()
  }
  return floor.writer
})

layer(temporaryClient, { timeout: 60_000, excludeTestServices: true })("what a recall derives", (it) => {
  it.effect("nothing where no vessel is defined and nothing was ever cleaned", () =>
    Effect.gen(function* () {
      const floor = morning()
      floor.began(1, "1")
      floor.began(2, "2")
      yield* shown(floor.writer)
      expect(yield* derivedFrom(everything)).toEqual({ edges: [], assumptions: [] })
    })
  )

  it.effect("a tank: what came since it was empty is in all that went, by order and by number", () =>
    Effect.gen(function* () {
      const floor = morning()
      floor.defined(30, "mixed")
      yield* shown(floor.writer)
      const { assumptions, edges } = yield* derivedFrom(everything)
      expect(pairs(edges)).toEqual(
        [
          [lot("A"), order("1")],
          [lot("B"), order("2")],
          [lot("B"), lot("C")],
          [lot("C"), order("2")]
        ]
          .map((pair) => pair.join(" → "))
          .sort()
      )
      expect(assumptions).toEqual([
        "Vessel TANK-1 of plant-1: mixed from 2026-11-23T06:30:00.000Z on; what was said first holds for the time before, too."
      ])
    })
  )

  it.effect("before it was said that it is a tank, it was none; and it mixes as the last word says", () =>
    Effect.gen(function* () {
      const floor = morning()
      const before = floor.writer.events.at(-1)?.recordedAt ?? 0
      floor.defined(30, "mixed", 0)
      const mixed = floor.writer.events.at(-1)?.recordedAt ?? 0
      floor.defined(31, "firstInFirstOut", 0)
      yield* shown(floor.writer)
      expect(yield* derived({ recordedBy: before })).toEqual([])
      expect(yield* derived({ occurredBy: instant(at(29)) })).toEqual([])
      expect(yield* derived({ recordedBy: mixed })).toContain(`${lot("C")} → ${order("2")}`)
      const layers = yield* derived()
      expect(layers).toContain(`${lot("B")} → ${order("2")}`)
      expect(layers).not.toContain(`${lot("C")} → ${order("2")}`)
    })
  )

  it.effect("a filler: by uses and by reports, between clean breaks, unless those were taken back", () =>
    Effect.gen(function* () {
      const floor = new Floor()
      floor.began(1, "1")
      floor.ended(2, "1")
      floor.started(3, "2")
      floor.cleaned(5, "SAN-1")
      const report = floor.started(6, "3")
      floor.cleaned(9, "SAN-2")
      yield* shown(floor.writer)
      expect(yield* derived()).toEqual([`${order("1")} → ${order("2")}`])
      const told = yield* derivedFrom(everything)
      expect(told.assumptions).toEqual([
        "Equipment FILLER-1 of plant-1 was cleaned: clean break SAN-1 (2026-11-23T06:05:00.000Z), clean break SAN-2 (2026-11-23T06:09:00.000Z)."
      ])
      const known = floor.writer.events.at(-1)?.recordedAt ?? 0
      floor.wasNotSo(10, "SAN-1")
      yield* shown(floor.writer)
      expect(yield* derived({ recordedBy: known })).toEqual([`${order("1")} → ${order("2")}`])
      expect(yield* derived()).toEqual(
        [
          [order("1"), order("2")],
          [order("1"), order("3")],
          [order("2"), order("3")]
        ].map((pair) => pair.join(" → "))
      )
      const { partitions } = floor.writer
      const prefix = headsOf({ partitions, events: [...floor.writer.events] })
      floor.takenBack(11, order("3"), report)
      floor.began(4, "4")
      yield* shown(floor.writer)
      expect(yield* derived({ prefix })).toHaveLength(3)
      expect(yield* derived()).toContain(`${order("2")} → ${order("4")}`)
      floor.wasNotSo(12, "begun-4")
      yield* shown(floor.writer)
      expect(yield* derived()).toEqual([`${order("1")} → ${order("2")}`])
    })
  )

  it.effect("a filler: what went into one lot alone, and what was made, were on it as well", () =>
    Effect.gen(function* () {
      const floor = new Floor()
      floor.cleaned(1, "SAN-1")
      floor.started(2, "1")
      floor.dosed(2, "1", "A", "X")
      floor.produced(3, "1", "X")
      const taken = floor.produced(3, "1", "Y")
      floor.started(4, "2")
      floor.produced(5, "2", "Z")
      yield* shown(floor.writer)
      const of = (name: string) => Effect.map(derived(), (all) => all.filter((pair) => pair.startsWith(lot(name))))
      for (const name of ["A", "X", "Y"]) expect(yield* of(name)).toEqual([`${lot(name)} → ${order("2")}`])
      expect(yield* of("Z")).toEqual([])
      floor.takenBack(6, order("1"), taken)
      yield* shown(floor.writer)
      expect(yield* of("Y")).toEqual([])
      const window = yield* windowLots(filler, instant(at(2)), instant(at(3)), everything)
      expect(window.starts.map(({ node }) => node)).toEqual([order("1"), order("2")])
      expect(window.inputs.map(({ node }) => node)).toEqual([lot("A")])
    })
  )

  it.effect("as of any time it is what a journal that ends there would say", () =>
    Effect.gen(function* () {
      const run = Effect.runPromiseWith(yield* Effect.context<SqlClient.SqlClient>())
      const check = Effect.fnUntraced(function* (history: History, share: number) {
        const { events, partitions } = history
        const known = events.slice(0, Math.ceil((events.length * share) / 10))
        yield* shown(history)
        const byTime = yield* derivedFrom({ recordedBy: known.at(-1)?.recordedAt ?? 0 })
        const byPrefix = yield* derivedFrom({ prefix: headsOf({ partitions, events: known }) })
        yield* shown({ partitions, events: known })
        const then = yield* derivedFrom(everything)
        expect(byTime).toEqual(then)
        expect(byPrefix).toEqual(then)
      })
      const property = fc.asyncProperty(anyDay, fc.integer({ min: 5, max: 9 }), (history, share) =>
        run(check(history, share))
      )
      yield* Effect.promise(() => fc.assert(property, { numRuns: 6, endOnFailure: true }))
    })
  )

  it.effect(
    "a window asked for: every order between the clean breaks around it; of a tank, all that went through",
    () =>
      Effect.gen(function* () {
        const floor = new Floor()
        floor.defined(0, "untilCleaned")
        floor.started(1, "1")
        floor.cleaned(5, "SAN-1")
        floor.began(6, "2")
        floor.started(8, "3")
        floor.cleaned(12, "SAN-2")
        floor.started(13, "4")
        floor.received(14, "A", 10)
        floor.consumed(15, "5", 10)
        yield* shown(floor.writer)
        const between = (name: string) =>
          windowLots(WorkCenterId.make(name), instant(at(7)), instant(at(9)), everything)
        const { assumptions, starts } = yield* between(filler)
        expect(starts.map(({ node }) => node)).toEqual([order("2"), order("3")])
        const window =
          "between clean break SAN-1 (2026-11-23T06:05:00.000Z) and clean break SAN-2 (2026-11-23T06:12:00.000Z)"
        expect(starts[0]?.reason).toBe(`On FILLER-1 of plant-1 ${window}`)
        expect(assumptions).toEqual([`The window of FILLER-1 of plant-1 asked for lies ${window}.`])
        expect((yield* between(`${plant}/${filler}`)).starts).toEqual(starts)
        expect((yield* between(tank)).starts.map(({ node }) => node)).toEqual([lot("A"), order("5")])
        const unknown = yield* Effect.flip(between("FILLER-9"))
        expect(unknown).toMatchObject({ _tag: "DataQualityIssue", value: "FILLER-9" })
      })
  )

  it.effect("reads what is at its places alone, however much there is", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const floor = morning()
      floor.defined(30, "mixed")
      floor.started(31, "1")
      floor.cleaned(32, "SAN-1")
      yield* shown(floor.writer)
      yield* sql`
        insert into equipment.presence (stream, version, partition, "offset", occurred_at, recorded_at, plant, work_center,
          kind, "order", source, message_id)
        select 'order/plant-1/' || n, 1, 0, n, n, n, 'plant-1', 'WC-' || n % 2000, 'Report', 'order/plant-1/' || n, 'mes', n
        from generate_series(1, 20000) as n`
      yield* sql`
        insert into ledger.flow (reporter, line, version, partition, "offset", occurred_at, recorded_at, plant, item, kind,
          quantity, unit, location)
        select 'lot/' || n, 0, 1, 0, n, n, n, 'plant-1', 'SYRUP', 'received', 1, 'LTR', 'BAY-' || n % 2000
        from generate_series(1, 20000) as n`
      yield* sql`
        insert into genealogy.edge (partition, "offset", line, stream, source, target, through, quantity, unit, certainty,
          valid_from, known_from, version, specific)
        select 9, n, 0, 'order/plant-1/' || n, 'order/plant-1/' || n, 'lot/plant%2Fplant-1/SYRUP/' || n, 'production', 1,
          'LTR', 'exact', n, n, 1, false
        from generate_series(1, 20000) as n`
      yield* sql`analyze equipment.presence`
      yield* sql`analyze genealogy.edge`
      yield* sql`analyze ledger.flow`
      const [vessels, breaks, flows, presences, lots] = yield* plansOf(derivedFrom(everything))
      expect(vessels).toContain("vessel")
      expect(breaks).toContain("presence_clean_break")
      expect(flows).toContain("flow_by_place")
      expect(presences).toContain("presence_by_work_center")
      expect(lots).toContain("edge_forward")
      expect(lots).toContain("edge_backward")
    })
  )
})
