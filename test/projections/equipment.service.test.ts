// The view `equipment`: whatever is said of a work center, in any order and in streams of several days, and however
// little of it a question reads, the answer is that of all that was said, as it is of its events replayed; and whether work can be begun there.
import { layer } from "@effect/vitest"
import { Effect, Result } from "effect"
import type { SqlClient } from "effect/sql"
import fc from "fast-check"
import { describe, expect } from "vitest"
import { equipmentDecider } from "../../actors/equipment/decider.ts"
import { isEquipmentEvent } from "../../core/event/equipment.ts"
import { equipmentStream, masterDataStream, plantOf } from "../../core/journal/stream.ts"
import { messageKey } from "../../core/message/metadata.ts"
import { PlantId, WorkCalendarId, WorkCenterId } from "../../core/plant/identifiers.ts"
import { instant } from "../../core/plant/time.ts"
import { equipmentAfter } from "../../projections/equipment/as-of.ts"
import { equipmentAt, equipmentBetween, readinessOf, workCenters } from "../../projections/equipment/queries.ts"
import { type Statement, statementsOf } from "../../projections/equipment/statement.ts"
import { cleanBreaksOf, intervalsOf, statesOf, usesOf } from "../../projections/equipment/timeline.ts"
import * as shop from "../actors/equipment/shop.ts"
import { temporaryClient } from "../harness/database.ts"
import { plant, Writer } from "./events.ts"
import { follow, startAnew } from "./follow.ts"

const { second, workCenterId } = shop

/** As the work center's actor records it. */
const record = (writer: Writer, at: PlantId, { metadata, ...message }: shop.Made): void => {
  const { messageId, occurredAt, source } = metadata
  const decided = Result.getOrThrow(equipmentDecider.decide(null, { ...message, metadata }, 0))
  const stream = equipmentStream(at, message.body.workCenterId, occurredAt)
  for (const event of decided) writer.write(stream, event, { messageId, source, occurredAt })
}

const given = Effect.fnUntraced(function* (writer: Writer, sizes?: ReadonlyArray<number>) {
  yield* startAnew(writer.partitions)
  yield* follow(writer, sizes === undefined ? {} : { sizes })
})

/** Few times, so that several things are said at one; the last of them are on the next day. */
const hours = fc.nat(30).map((count) => count * 4_000)
const state = fc.constantFrom("Running", "Idle", "Setup", "Down", "Maintenance", "OutOfService")
const name = fc.constantFrom("A", "B")
const operation = fc.option(fc.constantFrom("10", "20"), { nil: undefined })
const reason = fc.option(fc.constantFrom("Belt", "Tool"), { nil: undefined })
const samples = fc.array(fc.tuple(hours, state), { minLength: 1, maxLength: 6 })

type Make = (id: string) => shop.Made
const anything: fc.Arbitrary<Make> = fc.oneof(
  fc.tuple(hours, state, reason).map(
    ([at, state, reason]) =>
      (id: string) =>
        shop.state(id, at, state, reason)
  ),
  samples.map((samples) => (id: string) => shop.sampled(id, samples)),
  fc.tuple(hours, reason).map(
    ([at, reason]) =>
      (id: string) =>
        shop.down(id, at, reason)
  ),
  fc.tuple(hours, reason).map(
    ([at, reason]) =>
      (id: string) =>
        shop.up(id, at, reason)
  ),
  fc.tuple(hours, name, operation).map(
    ([at, name, operation]) =>
      (id: string) =>
        shop.begun(id, at, name, operation)
  ),
  fc.tuple(hours, name, operation).map(
    ([at, name, operation]) =>
      (id: string) =>
        shop.done(id, at, name, operation)
  ),
  hours.map((at) => (id: string) => shop.cleaned(id, at, at + 600)),
  fc.tuple(hours, fc.nat(20)).map(
    ([at, of]) =>
      (id: string) =>
        shop.reversed(id, at, `m${of}`)
  )
)

interface Told {
  readonly all: ReadonlyArray<shop.Made>
  readonly shuffled: ReadonlyArray<shop.Made>
  readonly asked: ReadonlyArray<readonly [from: number, length: number]>
}

const history: fc.Arbitrary<Told> = fc
  .array(anything, { minLength: 5, maxLength: 30, size: "max" })
  .map((made) => made.map((make, index) => make(`m${index}`)))
  .chain((all) =>
    fc.record({
      all: fc.constant(all),
      shuffled: fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length }),
      asked: fc.array(fc.tuple(hours, hours), { minLength: 3, maxLength: 3 })
    })
  )

/** All that was said and not taken back, ranked by hand. */
const wholeTimeline = (messages: ReadonlyArray<shop.Made>): ReadonlyArray<Statement> => {
  const writer = new Writer()
  for (const message of messages) record(writer, plant, message)
  const events = writer.events.filter(isEquipmentEvent)
  const reversed = new Set(
    events.flatMap(({ data, metadata }) =>
      "reverses" in data ? [messageKey({ source: metadata.source, messageId: data.reverses.messageId })] : []
    )
  )
  return events
    .flatMap((event) =>
      event.type === "EquipmentReportReversed" || reversed.has(messageKey(event.metadata))
        ? []
        : statementsOf(event).map((statement, number) => ({ statement, number, id: event.metadata.messageId }))
    )
    .sort(
      (left, right) =>
        instant(left.statement.occurredAt) - instant(right.statement.occurredAt) ||
        (left.id < right.id ? -1 : left.id > right.id ? 1 : left.number - right.number)
    )
    .map(({ statement }) => statement)
}

const eventsAt = ({ events }: Writer, at: PlantId) => events.filter(({ stream }) => plantOf(stream) === at)

const until = (timeline: ReadonlyArray<Statement>, time: number) =>
  timeline.filter(({ occurredAt }) => instant(occurredAt) <= time)

/** What all that was said by then says. */
const expectedAt = (timeline: ReadonlyArray<Statement>, time: number) => {
  const known = until(timeline, time)
  const [use, cleanBreak] = [usesOf(known).at(-1), cleanBreaksOf(known).at(-1)]
  return {
    ...statesOf(known).at(-1),
    ...(use?.order === undefined ? {} : { order: use.order, orderSince: use.since }),
    ...(cleanBreak === undefined ? {} : { lastCleanBreak: cleanBreak })
  }
}

const expectedBetween = (timeline: ReadonlyArray<Statement>, from: number, to: number) =>
  intervalsOf(until(timeline, to)).filter((interval) => interval.to === undefined || instant(interval.to) > from)

layer(temporaryClient, { timeout: 60_000, excludeTestServices: true })("equipment", (it) => {
  it.effect("any history is answered as all that was said of it says, in whichever order it came", () =>
    Effect.gen(function* () {
      const run = Effect.runPromiseWith(yield* Effect.context<SqlClient.SqlClient>())
      const check = Effect.fnUntraced(function* (told: ReadonlyArray<Told>, sizes: ReadonlyArray<number>) {
        const writer = new Writer()
        const plants = told.map(({ all, shuffled }, index) => {
          const [inOrder, anyOrder] = [PlantId.make(`in-order-${index}`), PlantId.make(`any-order-${index}`)]
          for (const message of all) record(writer, inOrder, message)
          for (const message of shuffled) record(writer, anyOrder, message)
          return [inOrder, anyOrder]
        })
        yield* given(writer, sizes)
        for (const [index, { all, asked }] of told.entries()) {
          const timeline = wholeTimeline(all)
          for (const at of plants[index] ?? []) {
            for (const [begin, length] of asked) {
              const [from, to] = [second(begin), second(begin + length)]
              expect(yield* equipmentAt(at, workCenterId, from)).toEqual(expectedAt(timeline, instant(from)))
              const { cleanBreaks: _, intervals: __, ...replayed } = equipmentAfter(eventsAt(writer, at), instant(from))
              expect(replayed).toEqual(expectedAt(timeline, instant(from)))
              const { intervals } = yield* equipmentBetween(at, workCenterId, from, to)
              expect(intervals).toEqual(expectedBetween(timeline, instant(from), instant(to)))
            }
          }
        }
      })
      const property = fc.asyncProperty(
        fc.array(history, { minLength: 20, maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 }),
        (told, sizes) => run(check(told, sizes))
      )
      yield* Effect.promise(() => fc.assert(property, { numRuns: 2, endOnFailure: true }))
    })
  )

  const said = (...messages: ReadonlyArray<shop.Made>) => {
    const writer = new Writer()
    for (const message of messages) record(writer, plant, message)
    return writer
  }

  describe("a work center", () => {
    it.effect("is known by what was said on every day", () =>
      Effect.gen(function* () {
        yield* given(said(shop.down("m-1", 80_000, "Belt"), shop.begun("m-2", 90_000, "4711", "10")))
        expect(yield* equipmentAt(plant, workCenterId, second(90_000))).toEqual({
          state: "Down",
          since: second(80_000),
          reason: "Belt",
          order: { orderId: "4711", operationId: "10" },
          orderSince: second(90_000)
        })
        expect(yield* workCenters({})).toMatchObject([{ plant, workCenterId }])
        expect(yield* workCenters({ plant: PlantId.make("other") })).toEqual([])
      })
    )

    it.effect("is between the last clean break before and the next one", () =>
      Effect.gen(function* () {
        yield* given(
          said(shop.cleaned("m-1", 0, 600), shop.cleaned("m-2", 50_000, 50_600), shop.cleaned("m-3", 90_000, 90_600))
        )
        const { cleanBreaks } = yield* equipmentBetween(plant, workCenterId, second(60_000), second(100_000))
        expect(cleanBreaks.map(({ reference }) => reference)).toEqual(["SAN-m-2", "SAN-m-3"])
      })
    )
  })

  const calendar = (writer: Writer, actionCode?: "Delete") => {
    const id = WorkCalendarId.make("LATHE/1 2026-48")
    const entries = [
      { isWorking: true, type: "Day", startsAt: second(0), endsAt: second(70_000) },
      { isWorking: false, type: "Overhaul", startsAt: second(20_000), endsAt: second(30_000) }
    ]
    const data = { workCalendarId: id, workCenterId, entries, ...(actionCode === undefined ? {} : { actionCode }) }
    writer.write(masterDataStream(plant, { kind: "WorkCalendar", id }), { type: "WorkCalendarPublished", data })
    return writer
  }

  describe("is ready", () => {
    it.effect("unless it is stopped, and says why it isn't", () =>
      Effect.gen(function* () {
        yield* given(said(shop.state("m-1", 10, "Idle"), shop.down("m-2", 20, "Belt"), shop.up("m-3", 30)))
        const at = (time: number) => readinessOf(plant, workCenterId, second(time))
        expect(yield* at(9)).toBe("unknown")
        expect(yield* at(10)).toEqual({ ready: true })
        expect(yield* at(29)).toEqual({ ready: false, reason: `Down since ${second(20)}: Belt` })
        expect(yield* at(30)).toEqual({ ready: true })
        expect(yield* readinessOf(plant, WorkCenterId.make("LATHE/2"), second(10))).toBe("unknown")
      })
    )

    it.effect("unless its calendar says that it isn't worked there", () =>
      Effect.gen(function* () {
        const writer = calendar(said(shop.state("m-1", 10, "Idle")))
        yield* given(writer)
        const at = (time: number) => readinessOf(plant, workCenterId, second(time))
        const reason = `Not worked until ${second(30_000)} by calendar LATHE/1 2026-48: Overhaul`
        expect(yield* at(19_999)).toEqual({ ready: true })
        expect(yield* at(20_000)).toEqual({ ready: false, reason })
        expect(yield* at(30_000)).toEqual({ ready: true })
        yield* given(calendar(writer, "Delete"))
        expect(yield* at(20_000)).toEqual({ ready: true })
      })
    )
  })
})
