// An order, a lot or a work center as of a moment: after N events it is what these N make; by the plant's time the order
// in which messages came has no say; a difference is what leads from one state to the other.
import { Effect, Result } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { equipmentDecider } from "../../../actors/equipment/decider.ts"
import { lotDecider } from "../../../actors/lot/decider.ts"
import { orderDecider } from "../../../actors/order/decider.ts"
import { asOf, difference } from "../../../adapters/replay/as-of.ts"
import { type Change, changesBetween, type Fields, fieldsOf } from "../../../adapters/replay/changes.ts"
import type { Subject } from "../../../adapters/replay/subject.ts"
import { silentTracer } from "../../../adapters/telemetry/silent.ts"
import type { AnyEvent } from "../../../core/event/catalogue.ts"
import { isFact } from "../../../core/event/fact.ts"
import { eventsThatCount, eventsUntil, type TimeLine } from "../../../core/journal/as-of.ts"
import { encode } from "../../../core/journal/codec.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { recordedEvent } from "../../../core/journal/recorded.ts"
import { equipmentStream, type StreamName } from "../../../core/journal/stream.ts"
import type { MessageMetadata } from "../../../core/message/metadata.ts"
import { instant } from "../../../core/plant/time.ts"
import { Tracer } from "../../../core/port/tracer.ts"
import { type EquipmentAsOf, equipmentAfter } from "../../../projections/equipment/as-of.ts"
import { expiredBy, type LotAsOf, lotAfter } from "../../../projections/lots/as-of.ts"
import { type OrderAsOf, orderAfter } from "../../../projections/orders/as-of.ts"
import * as shop from "../../actors/equipment/shop.ts"
import * as store from "../../actors/lot/store.ts"
import * as floor from "../../actors/order/floor.ts"
import { specification } from "../../harness/decider-specification.ts"

/** One event a second is recorded, long after all of it has happened. */
const recordedAt = (version: number): number => Date.UTC(2026, 11, 1) + version * 1_000

interface Decided {
  readonly decision: AnyEvent & { readonly of?: MessageMetadata }
  readonly metadata: MessageMetadata
  readonly version: number
}

/** What an actor decides on these messages, as the partition records it. */
const recorded = (stream: StreamName, decided: ReadonlyArray<ReadonlyArray<Decided>>): ReadonlyArray<RecordedEvent> =>
  decided.flatMap((events) => {
    let part = 0
    return events.map(({ decision: { data, of, type }, metadata, version }) =>
      recordedEvent({
        partition: 0,
        offset: version,
        stream,
        version,
        type,
        schemaVersion: 1,
        recordedAt: recordedAt(version),
        content: encode({ metadata, ...(of === undefined ? { part: part++ } : {}), data }),
        hash: new Uint8Array(32)
      })
    )
  })

const ordersEvents = (messages: ReadonlyArray<floor.Message>) => {
  const actor = specification(orderDecider)
  return recorded(
    floor.stream,
    messages.map((message) => actor.deciding(message))
  )
}
const lotsEvents = (messages: ReadonlyArray<store.Made>) => {
  const actor = specification(lotDecider)
  return recorded(
    store.stream,
    messages.map((message) => actor.deciding(message))
  )
}

const orderOf = (events: ReadonlyArray<RecordedEvent>): Subject<OrderAsOf> => ({
  kind: "order",
  name: "Order 4711",
  key: {},
  about: {},
  tags: {},
  events,
  stateOf: (until, _, line) => orderAfter(floor.plant, floor.orderId, eventsThatCount(until, line), line),
  compared: (state) => state,
  words: () => []
})

const lotAt = (events: ReadonlyArray<RecordedEvent>, at: number, line: TimeLine): LotAsOf => {
  const lot = lotAfter(store.lot, eventsThatCount(eventsUntil(events, { at }, line), line))
  return line === "plant" ? expiredBy(lot, at) : lot
}
const orderAt = (events: ReadonlyArray<RecordedEvent>, at: number, line: TimeLine): OrderAsOf =>
  orderAfter(floor.plant, floor.orderId, eventsThatCount(eventsUntil(events, { at }, line), line), line)

const run = <A, E>(effect: Effect.Effect<A, E, Tracer>): A =>
  Effect.runSync(Effect.provideService(effect, Tracer, silentTracer))
const failing = <A, E>(effect: Effect.Effect<A, E, Tracer>) => run(Effect.result(effect))

const minute = fc.nat(20)
const each = fc.integer({ min: 1, max: 100 })

/** With its sender's own count, by which a gap is known. */
const numbered = (message: floor.Message, sequence: number): floor.Message => ({
  ...message,
  metadata: { ...message.metadata, sequence }
})

/** Words, reports, one correction of a report and later reversals, each of which is recorded in whatever order they come. */
const orderMessages = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.tuple(minute, each).map(
          ([minute, each]) =>
            (id: string) =>
              floor.confirmed({ id, minute }, { yield: floor.quantity(each) })
        ),
        minute.map((minute) => (id: string) => floor.started({ id, minute })),
        fc.tuple(minute, each).map(
          ([minute, each]) =>
            (id: string) =>
              floor.moved("MaterialConsumed", { id, minute }, each)
        ),
        minute.map((minute) => (id: string) => floor.word("ProductionOrderHeld", { id, minute })),
        minute.map((minute) => (id: string) => floor.word("ProductionOrderRestarted", { id, minute })),
        fc.tuple(minute, each, fc.integer({ min: 1, max: 3 })).map(
          ([minute, each, revision]) =>
            (id: string) =>
              floor.released({ id, minute }, floor.plan(each, { revision }))
        )
      ),
      { minLength: 1, maxLength: 10, size: "max" }
    ),
    fc.array(fc.nat(9), { maxLength: 3 }),
    fc.uniqueArray(fc.tuple(fc.nat(9), minute, each), { maxLength: 3, selector: ([of]) => of })
  )
  .map(([made, reversals, corrections]) => [
    ...made.map((make, index) => numbered(make(`m${index}`), index + 1)),
    ...corrections.map(([of, minute, each]) =>
      floor.corrected({ id: `c${of}`, minute }, `m${of}`, { yield: floor.quantity(each) })
    ),
    ...[...new Set(reversals)].map((of) => floor.reversed({ id: `r${of}`, minute: 21 + of }, `m${of}`))
  ])

const moves = [store.shipped, store.split, store.merged, store.adjusted, store.scrapped, store.sampled, store.produced]
const lotMessages = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.tuple(fc.constantFrom(...moves), minute, each).map(
          ([move, at, each]) =>
            (id: string) =>
              move(id, at, each)
        ),
        fc.tuple(each, fc.option(minute)).map(
          ([each, expiry]) =>
            (id: string) =>
              store.received(id, each, expiry === null ? {} : { expiresAt: store.minute(expiry) })
        ),
        fc.tuple(fc.constantFrom("LotHeld" as const, "LotReleased" as const, "LotRejected" as const), minute).map(
          ([type, at]) =>
            (id: string) =>
              store.judged(id, at, type)
        )
      ),
      { minLength: 1, maxLength: 12, size: "max" }
    ),
    fc.array(fc.nat(11), { maxLength: 3 })
  )
  .map(([made, reversals]) => [
    ...made.map((make, index) => make(`m${index}`)),
    ...[...new Set(reversals)].map((of) => store.reversed(`r${of}`, `m${of}`, 21 + of))
  ])

const shuffled = <Message>(messages: fc.Arbitrary<ReadonlyArray<Message>>) =>
  messages.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length }))
  )

describe("by the plant's time", () => {
  it("an order is the same at any time, in whichever order its messages came", () => {
    fc.assert(
      fc.property(shuffled(orderMessages), fc.integer({ min: 0, max: 40 }), ([all, other], at) => {
        const time = Date.parse(floor.at(at))
        expect(orderAt(ordersEvents(other), time, "plant")).toEqual(orderAt(ordersEvents(all), time, "plant"))
      }),
      { numRuns: 200 }
    )
  }, 30_000)

  it("a lot is the same at any time, in whichever order its messages came", () => {
    fc.assert(
      fc.property(shuffled(lotMessages), fc.integer({ min: 0, max: 40 }), ([all, other], at) => {
        const time = Date.parse(store.minute(at))
        expect(lotAt(lotsEvents(other), time, "plant")).toEqual(lotAt(lotsEvents(all), time, "plant"))
      }),
      { numRuns: 200 }
    )
  }, 30_000)

  it("a hold that was recorded late was there when it happened, and a reversal counts once it was said", () => {
    const events = lotsEvents([
      store.received("in", 10),
      store.shipped("out", 5, 4),
      store.judged("hold", 2, "LotHeld"),
      store.reversed("not out", "out", 8)
    ])
    const at = (minute: number) => {
      const { balances, breaches, disposition } = lotAt(events, Date.parse(store.minute(minute)), "plant")
      return { onHand: balances[0]?.onHand, disposition, breaches }
    }
    expect(at(1)).toEqual({ onHand: "10", disposition: null, breaches: {} })
    expect(at(2)).toEqual({ onHand: "10", disposition: "held", breaches: {} })
    expect(at(5)).toEqual({ onHand: "6", disposition: "held", breaches: {} })
    expect(at(8)).toEqual({ onHand: "10", disposition: "held", breaches: {} })
    const known = lotAt(events, recordedAt(2), "journal")
    expect(known).toMatchObject({ disposition: null, balances: [{ onHand: "6" }] })
  })

  it("a lot has expired once its time has come, whoever noticed", () => {
    const events = lotsEvents([store.received("in", 10, { expiresAt: store.minute(3) })])
    expect(lotAt(events, Date.parse(store.minute(2)), "plant").expired).toBe(false)
    expect(lotAt(events, Date.parse(store.minute(3)), "plant").expired).toBe(true)
    expect(lotAt(events, recordedAt(9), "journal").expired).toBe(false)
  })

  it("an order's operation was first started by the earliest start that wasn't taken back", () => {
    const events = ordersEvents([
      floor.started({ id: "one", minute: 3 }),
      floor.started({ id: "two", minute: 5 }),
      floor.reversed({ id: "not one", minute: 9 }, "one")
    ])
    const startedAt = (line: TimeLine, at: number) => orderAt(events, at, line).operations[0]?.startedAt?.toISOString()
    const [first, second] = [floor.at(3), floor.at(5)].map((time) => new Date(time).toISOString())
    expect(startedAt("journal", recordedAt(2))).toBe(first)
    expect(startedAt("journal", recordedAt(3))).toBe(second)
    expect(startedAt("plant", Date.parse(floor.at(8)))).toBe(first)
    expect(startedAt("plant", Date.parse(floor.at(9)))).toBe(second)
  })

  it("an order's report is there once, though its correction came after a later reversal", () => {
    const good = (events: ReadonlyArray<RecordedEvent>, minute: number) =>
      orderAt(events, Date.parse(floor.at(minute)), "plant").operations[0]?.quantities[0]?.good
    const counted = floor.confirmed({ id: "m", minute: 5 }, { yield: floor.quantity(40) })
    const corrected = (id: string, minute: number, each: number) =>
      floor.corrected({ id, minute }, "m", { yield: floor.quantity(each) })
    const one = ordersEvents([counted, floor.reversed({ id: "r", minute: 20 }, "m"), corrected("c", 10, 38)])
    expect(one.map(({ type }) => type)).toEqual(["OperationConfirmed", "ReportReversed", "ReportCorrected"])
    expect([9, 10, 15, 20].map((minute) => good(one, minute))).toEqual(["40", "38", "38", "38"])

    const two = ordersEvents([
      counted,
      corrected("c", 10, 38),
      floor.reversed({ id: "r", minute: 20 }, "c"),
      corrected("d", 15, 37)
    ])
    expect([9, 10, 15, 20].map((minute) => good(two, minute))).toEqual(["40", "38", "37", "37"])
  })

  it("an order lacks nothing that hadn't happened, though its sender had numbered it", () => {
    const events = ordersEvents([
      numbered(floor.started({ id: "second", minute: 1 }), 2),
      numbered(floor.started({ id: "first", minute: 5 }), 1)
    ])
    expect(orderAt(events, Date.parse(floor.at(1)), "plant").gap).toBe(false)
    expect(orderAt(events, recordedAt(1), "journal").gap).toBe(true)
  })

  it("has a place for every event that tells of the plant, and for none of what the core made of it", () => {
    const events = ordersEvents([
      floor.released({ id: "r" }),
      floor.confirmed({ id: "c" }, { yield: floor.quantity(500) })
    ])
    expect(events.map(({ type }) => type)).toContain("BreachFound")
    expect(events.filter(isFact).map(({ type }) => type)).toEqual(["ProductionOrderReleased", "OperationConfirmed"])
  })
})

describe("a work center by the plant's clock", () => {
  const cleaned = shop.cleaned("clean", 40, 60)
  const actor = specification(equipmentDecider)
  const events = recorded(
    equipmentStream(floor.plant, shop.workCenterId, shop.second(0)),
    [
      shop.state("idle", 0, "Idle"),
      // Sent once the last of them was taken.
      shop.sampled("samples", [
        [10, "Running"],
        [20, "Running"],
        [30, "Idle"],
        [90, "Running"]
      ]),
      { ...cleaned, metadata: { ...cleaned.metadata, occurredAt: shop.second(80) } }
    ].map((made) => actor.deciding(made))
  )
  const subject: Subject<EquipmentAsOf> = {
    kind: "equipment",
    name: "Work center LATHE/1",
    key: {},
    about: {},
    tags: undefined,
    events,
    stateOf: (until, at) => equipmentAfter(until, at),
    compared: (state) => state,
    words: () => []
  }
  const at = (second: number) => run(asOf(subject, { at: instant(shop.second(second)) }, "plant")).state

  it("was what a sample found, though it was sent later", () => {
    expect(at(5).state).toBe("Idle")
    expect(at(10)).toMatchObject({ state: "Running", since: shop.second(10) })
    expect(at(35)).toMatchObject({ state: "Idle", since: shop.second(30) })
  })

  it("was clean once the cleaning had ended, though it was reported later", () => {
    expect(at(59).lastCleanBreak).toBeUndefined()
    expect(at(60).lastCleanBreak).toMatchObject({ endedAt: shop.second(60) })
  })

  it("has its end when the last thing happened that was said of it", () => {
    const { moment, state } = run(asOf(subject, undefined, "plant"))
    expect(moment).toEqual({ at: instant(shop.second(90)) })
    expect(state).toMatchObject({ state: "Running", since: shop.second(90) })
  })
})

/** The fields once these changes are made. */
const changed = (fields: Fields, changes: ReadonlyArray<Change>): Fields => {
  const made = new Map(fields)
  for (const { after, before, field } of changes) {
    expect(made.get(field) ?? null).toBe(before)
    if (after === null) made.delete(field)
    else made.set(field, after)
  }
  return made
}

describe("by the journal", () => {
  it("after N events it is what these make, and the last message's changes lead there", () => {
    fc.assert(
      fc.property(orderMessages, fc.nat(), (messages, pick) => {
        const events = ordersEvents(messages)
        const version = (pick % events.length) + 1
        const found = run(asOf(orderOf(events), { version }, "journal"))
        const made = orderAfter(floor.plant, floor.orderId, events.slice(0, version), "journal")
        expect(found.state).toEqual(made)
        expect(run(asOf(orderOf(events), { at: recordedAt(version) }, "journal")).state).toEqual(made)
        const before = events.slice(0, version - found.last.length)
        const stateBefore = before.length === 0 ? undefined : orderAfter(floor.plant, floor.orderId, before, "journal")
        expect(changed(fieldsOf(stateBefore), found.changes)).toEqual(fieldsOf(made))
        expect(new Set(found.last.map(({ metadata }) => metadata.messageId)).size).toBe(1)
      })
    )
  })

  it("the changes between two moments make one state of the other, and the events between are those", () => {
    fc.assert(
      fc.property(orderMessages, fc.nat(), fc.nat(), (messages, one, other) => {
        const events = ordersEvents(messages)
        const [first = 1, second = 1] = [one, other].map((pick) => (pick % events.length) + 1).sort((a, b) => a - b)
        const found = run(difference(orderOf(events), [{ version: first }, { version: second }], "journal"))
        expect(changed(fieldsOf(found.from.state), found.changes)).toEqual(fieldsOf(found.to.state))
        expect(found.events).toEqual(events.slice(first, second))
        if (first === second) expect(found.changes).toEqual([])
      })
    )
  })
})

it("a row is known by its names: another one before it changes nothing of it", () => {
  const row = (operationId: string, good: string) => ({ operationId, quantities: [{ unit: "EA", good }] })
  expect(changesBetween({ operations: [row("20", "1")] }, { operations: [row("10", "5"), row("20", "1")] })).toEqual([
    { field: "operations.10.quantities.EA.good", before: null, after: "5" }
  ])
})

describe("a moment that isn't there", () => {
  const events = ordersEvents([floor.released({ id: "r", minute: 5 }), floor.started({ id: "s", minute: 6 })])
  const subject = orderOf(events)

  it.each([
    ["an event beyond the last", asOf(subject, { version: 3 }, "journal"), "has events 1 to 2"],
    ["an event before the first", asOf(subject, { version: 0 }, "journal"), "has events 1 to 2"],
    ["a time before anything was recorded", asOf(subject, { at: recordedAt(0) }, "journal"), "was recorded 2026-12-01"],
    [
      "a time before anything happened",
      asOf(subject, { at: recordedAt(0) - 1e11 }, "plant"),
      "happened 2026-11-23T06:05"
    ],
    ["a number of events in the plant's time", asOf(subject, { version: 1 }, "plant"), "has no numbers"],
    [
      "two times in the wrong order, without an event between them",
      difference(subject, [{ at: recordedAt(8) }, { at: recordedAt(7) }], "journal"),
      "comes after"
    ],
    ["two moments in the wrong order", difference(subject, [{ version: 2 }, { version: 1 }], "journal"), "comes after"]
  ])("is refused with its reason: %s", (_, asked, reason) => {
    const refused = failing<unknown, { readonly reason: string }>(asked)
    expect(Result.isFailure(refused) && refused.failure.reason).toContain(reason)
  })
})
