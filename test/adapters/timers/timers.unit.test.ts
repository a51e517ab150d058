// Timers fire when they are due, as messages that are the same however often they fire.
import { expect, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import { runTimers, TimerQueue, timerMessage } from "../../../adapters/timers/timers.ts"
import { lotStream, orderStream, partitionOf } from "../../../core/journal/stream.ts"
import { MessageMetadata } from "../../../core/message/metadata.ts"
import { postingMessages } from "../../../core/message/posting.ts"
import { directiveTimers, lotTimers } from "../../../core/message/timer.ts"
import { ItemId, LotId, MessageId, OrderId, PlantId, Source } from "../../../core/plant/identifiers.ts"
import { LotScope } from "../../../core/plant/lot.ts"
import { instant, OccurredAt } from "../../../core/plant/time.ts"
import { Door, type Incoming, PartitionUnavailable } from "../../../core/port/door.ts"
import { postingKey } from "../../../core/port/erp.ts"
import type { Timer } from "../../../projections/timers/queries.ts"

const partitions = 8

const timer = (order: string, dueAt: number): Timer => {
  const plant = PlantId.make("P-1")
  const orderId = OrderId.make(order)
  const stream = orderStream(plant, orderId)
  const posting = postingKey(stream, 2, "confirmation")
  const message = { type: "PostingResumed", body: { posting, attempt: 3 } } as const
  return { stream, version: 7, message, dueAt, traceparent: null }
}

/** Timers that never go away, as in a view that lags; a door that tells what came to it. */
const world = (timers: ReadonlyArray<Timer>, unavailable: (partition: number) => boolean = () => false) => {
  const fired: Array<Incoming> = []
  let failures = 0
  const services = Layer.mergeAll(
    Layer.succeed(TimerQueue, {
      due: (now) =>
        Effect.suspend(() => {
          if (failures-- > 0) return Effect.die(new Error("the database is away, says the test"))
          return Effect.succeed(timers.filter(({ dueAt }) => dueAt <= now))
        })
    }),
    Layer.succeed(Door, {
      submit: (partition, incoming) =>
        Effect.suspend(() => {
          if (unavailable(partition)) return Effect.fail(new PartitionUnavailable({ partition, reason: "no owner" }))
          fired.push(...incoming)
          return Effect.succeed(incoming.map(() => "handled" as const))
        })
    })
  )
  const orders = () => fired.map(({ stream }) => stream)
  const failNext = (times: number) => {
    failures = times
  }
  return { services, fired, orders, failNext }
}

it("is valid by its schema and the same whenever it fires", () => {
  const { metadata, content } = timerMessage(timer("O-1", 5_000))
  expect(Schema.decodeUnknownSync(MessageMetadata)(metadata)).toEqual(metadata)
  if (content._tag !== "Understood") throw new Error("A timer is always understood")
  const body = Schema.decodeUnknownSync(postingMessages.PostingResumed)(content.message.body)
  expect(body).toMatchObject({ attempt: 3, posting: "order/P-1/O-1/2/confirmation" })
  expect(timerMessage(timer("O-1", 5_000))).toEqual({ ...timerMessage(timer("O-1", 5_000)), metadata })
})

it("says of a directive that it is overdue, valid by its schema", () => {
  const directive = { source: Source.make("ulm/mes.events/mes"), messageId: MessageId.make("r") }
  const body = { directive }
  const { metadata, content } = timerMessage({ ...timer("O-1", 5_000), message: { type: "DirectiveOverdue", body } })
  expect(Schema.decodeUnknownSync(MessageMetadata)(metadata)).toEqual(metadata)
  if (content._tag !== "Understood") throw new Error("A timer is always understood")
  expect(content.message.type).toBe("DirectiveOverdue")
  const said = Schema.decodeUnknownSync(directiveTimers.DirectiveOverdue)(content.message.body)
  expect(said).toEqual({ ...body, occurredAt: "1970-01-01T00:00:05.000Z" })
})

it.each(["2026-11-23T06:00:00+01:00", "0000-01-01T00:00:00+01:00"])(
  "says of a lot that its expiry %s is reached, valid by its schema, however long its name",
  (text) => {
    const expiresAt = OccurredAt.make(text)
    const long = "/".repeat(200)
    const lot = { scope: LotScope.make("plant/ulm"), itemId: ItemId.make(long), lotId: LotId.make(long) }
    const message = { type: "LotExpiryReached", body: { ...lot, expiresAt } } as const
    const asked = { version: 7, message, dueAt: instant(expiresAt), traceparent: null }
    const { content, metadata } = timerMessage({ ...asked, stream: lotStream(lot) })
    expect(Schema.decodeUnknownSync(MessageMetadata)(metadata)).toEqual(metadata)
    if (content._tag !== "Understood") throw new Error("A timer is always understood")
    const said = Schema.decodeUnknownSync(lotTimers.LotExpiryReached)(content.message.body)
    expect(said).toEqual({ ...lot, occurredAt: expiresAt, expiresAt })
    const other = timerMessage({ ...asked, stream: lotStream({ ...lot, lotId: LotId.make("/") }) })
    expect(other.metadata.messageId).not.toBe(metadata.messageId)
  }
)

it("each deferral has a timer of its own", () => {
  const first = timer("O-1", 5_000)
  const second = { ...first, version: 9 }
  expect(timerMessage(second).metadata.messageId).not.toBe(timerMessage(first).metadata.messageId)
})

it.effect("fires what is due and nothing before", () =>
  Effect.gen(function* () {
    const { services, orders } = world([timer("O-1", 1_000), timer("O-2", 5_000)])
    yield* Effect.provide(runTimers(partitions), services)
    yield* TestClock.adjust("900 millis")
    expect(orders()).toEqual([])
    yield* TestClock.adjust("300 millis")
    expect(new Set(orders())).toEqual(new Set([orderStream(PlantId.make("P-1"), OrderId.make("O-1"))]))
    yield* TestClock.adjust("5 seconds")
    expect(new Set(orders()).size).toBe(2)
  })
)

it.effect("a partition without an owner holds up no other", () =>
  Effect.gen(function* () {
    const timers = Array.from({ length: 40 }, (_, index) => timer(`O-${index}`, 0))
    const lost = partitionOf(timers[0]?.stream ?? orderStream(PlantId.make("P"), OrderId.make("O")), partitions)
    const { services, orders } = world(timers, (partition) => partition === lost)
    yield* Effect.provide(runTimers(partitions), services)
    yield* TestClock.adjust("1 second")
    const others = timers.filter(({ stream }) => partitionOf(stream, partitions) !== lost)
    expect(others.length).toBeGreaterThan(0)
    expect(new Set(orders())).toEqual(new Set(others.map(({ stream }) => stream)))
  })
)

it.effect("goes on after a failure", () =>
  Effect.gen(function* () {
    const { services, orders, failNext } = world([timer("O-1", 0)])
    failNext(3)
    yield* Effect.provide(runTimers(partitions), services)
    yield* TestClock.adjust("10 seconds")
    expect(orders().length).toBeGreaterThan(0)
  })
)
