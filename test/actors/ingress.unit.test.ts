// The way in, on the broker in memory and a door that does as it is told.
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { expect, it } from "@effect/vitest"
import { type Context, Effect, Layer } from "effect"
import { runIngress } from "../../actors/ingress.ts"
import * as MemoryBroker from "../../adapters/memory/broker.ts"
import { memoryJournal } from "../../adapters/memory/journal.ts"
import { PersonId, PlantId } from "../../core/plant/identifiers.ts"
import { IntakeAccount } from "../../core/port/account.ts"
import { Broker, deadLetterQueue, inboundQueue, type Publication } from "../../core/port/broker.ts"
import { Door, type Incoming, type Outcome, PartitionUnavailable } from "../../core/port/door.ts"
import { Persons } from "../../core/port/persons.ts"
import { Tracer } from "../../core/port/tracer.ts"

const plant = PlantId.make("ulm")

const message = (messageId: string, badge = "B7"): Publication => ({
  exchange: "mes.events",
  routingKey: "ulm.OperationStarted",
  type: "OperationStarted",
  contentType: "application/json",
  body: new TextEncoder().encode(
    JSON.stringify({ orderId: "PO-1", operationId: "OP10", occurredAt: "2026-11-23T06:00:00Z", badge })
  ),
  messageId,
  appId: "mes",
  schemaVersion: "1"
})

type Answer = (
  incoming: ReadonlyArray<Incoming>,
  call: number
) => Effect.Effect<ReadonlyArray<Outcome>, PartitionUnavailable>

const known: Context.Service.Shape<typeof Persons>["identify"] = (badges) =>
  Effect.succeed(badges.map(() => PersonId.make("6f1e5f6e-8b1f-4a53-9f6e-3d6f0a4c7b11")))

/** Plays an ingress with a door that answers so; `seen` is every group that came to it. */
const played = (answer: Answer, identify = known) => {
  const seen: Array<ReadonlyArray<Incoming>> = []
  const ended: Array<string> = []
  const spans: Array<WeakRef<object>> = []
  const door = Layer.succeed(Door, {
    submit: (_partition, incoming) => {
      seen.push(incoming)
      return answer(incoming, seen.length)
    }
  })
  const hop = { traceparent: "", end: () => {} }
  const tracer = Layer.succeed(Tracer, {
    process: () => {
      let hasEnded = false
      const end = (how: string) => {
        if (!hasEnded) ended.push(how)
        hasEnded = true
      }
      const span = { traceparent: "00-1-2-01", decided: () => {}, end, abandon: () => end("abandoned") }
      spans.push(new WeakRef(span))
      return span
    },
    batch: () => hop,
    hop: () => hop
  })
  const persons = Layer.succeed(Persons, { identify })
  const account = Layer.succeed(IntakeAccount, { addDuplicates: () => Effect.void })
  const layer = Layer.mergeAll(door, tracer, persons, account, memoryJournal(4), MemoryBroker.layer)
  return { seen, ended, spans, layer }
}

const handled: Answer = (incoming) => Effect.succeed(incoming.map((): Outcome => "handled"))

/** A full collection at once, which Node gives only to those who ask for it. */
const garbageCollector = (): (() => void) => {
  setFlagsFromString("--expose-gc")
  const collect: unknown = runInNewContext("gc")
  if (typeof collect !== "function") throw new Error("Node has no gc")
  return () => void collect()
}

const until = (holds: () => boolean) =>
  Effect.gen(function* () {
    const deadline = performance.now() + 9_000
    while (!holds()) {
      if (performance.now() > deadline) return yield* Effect.die(new Error("It doesn't come to hold"))
      yield* Effect.sleep("5 millis")
    }
  })

const start = Effect.gen(function* () {
  const broker = yield* Broker
  yield* broker.declarePlant(plant)
  return { broker, ingress: yield* runIngress({ queue: inboundQueue(plant), plant, prefetch: 100 }) }
})

it.live("a badge becomes a random id, and the span ends once the door has answered", () => {
  const { ended, layer, seen } = played(handled)
  return Effect.gen(function* () {
    const { broker, ingress } = yield* start
    yield* broker.publish([message("1")])
    yield* until(() => ended.length === 1)
    expect(seen[0]?.[0]?.metadata).toMatchObject({
      by: "6f1e5f6e-8b1f-4a53-9f6e-3d6f0a4c7b11",
      traceparent: "00-1-2-01"
    })
    expect(JSON.stringify(seen[0]?.[0]?.metadata)).not.toContain("B7")
    expect([ended, ingress.inFlight(), ingress.counts()]).toEqual([
      ["handled"],
      0,
      { received: 1, handled: 1, duplicate: 0, suspected: 0, parked: 0 }
    ])
  }).pipe(Effect.scoped, Effect.provide(layer))
})

it.live("a partition without an owner is asked again, and then a repeat is no surprise", () => {
  const { ended, layer, seen } = played((incoming, call) =>
    call < 3 ? Effect.fail(new PartitionUnavailable({ partition: 0, reason: "Leaving" })) : handled(incoming, call)
  )
  return Effect.gen(function* () {
    const { broker } = yield* start
    yield* broker.publish([message("1")])
    yield* until(() => ended.length === 1)
    expect(seen.map(([incoming]) => incoming?.redelivered)).toEqual([false, true, true])
  }).pipe(Effect.scoped, Effect.provide(layer))
})

it.live(
  "a defect gives the deliveries back to the broker instead of losing them",
  () => {
    const { ended, layer } = played((incoming, call) =>
      call === 1 ? Effect.die(new Error("A bug")) : handled(incoming, call)
    )
    return Effect.gen(function* () {
      const { broker, ingress } = yield* start
      yield* broker.publish([message("1")])
      yield* until(() => ended.includes("abandoned"))
      expect(ingress.inFlight()).toBe(0)
      yield* until(() => ended.includes("handled"))
    }).pipe(Effect.scoped, Effect.provide(layer))
  },
  10_000
)

it.live(
  "an answer for another number of messages acknowledges nothing",
  () => {
    const { ended, layer } = played((incoming, call) => (call === 1 ? Effect.succeed([]) : handled(incoming, call)))
    return Effect.gen(function* () {
      const { broker } = yield* start
      yield* broker.publish([message("1")])
      yield* until(() => ended.length === 2)
      expect(ended).toEqual(["abandoned", "handled"])
    }).pipe(Effect.scoped, Effect.provide(layer))
  },
  10_000
)

it.live("a dead letter is parked as a technical case, whatever it says, and nobody is asked who acted", () => {
  const { layer, seen } = played(handled, () => Effect.die("Nobody is to be asked"))
  return Effect.gen(function* () {
    const broker = yield* Broker
    yield* broker.declarePlant(plant)
    const dead = deadLetterQueue(plant)
    // The broker in memory dead-letters nothing, so the plant's inbox plays that queue.
    yield* runIngress({ queue: dead, plant, prefetch: 10 }).pipe(
      Effect.provideService(Broker, {
        ...broker,
        consume: (options) => broker.consume({ ...options, queue: inboundQueue(plant) })
      })
    )
    yield* broker.publish([message("1")])
    yield* until(() => seen.length === 1)
    expect(seen[0]?.[0]).toMatchObject({
      content: {
        _tag: "NotUnderstood",
        failure: { class: "TechnicalFailure" },
        waiting: expect.stringMatching(/^order\//)
      }
    })
    expect(seen[0]?.[0]?.stream).toMatch(/^case\//)
    expect(seen[0]?.[0]?.metadata).not.toHaveProperty("by")
  }).pipe(Effect.scoped, Effect.provide(layer))
})

it.live("what comes after a message that waits for its partition waits behind it", () => {
  let away = true
  const order: Array<string> = []
  const { ended, layer, seen } = played((incoming, call) => {
    if (away) return Effect.fail(new PartitionUnavailable({ partition: 0, reason: "Leaving" }))
    order.push(...incoming.map(({ metadata }) => metadata.messageId))
    return handled(incoming, call)
  })
  return Effect.gen(function* () {
    const { broker } = yield* start
    yield* broker.publish([message("1")])
    yield* until(() => seen.length === 3)
    away = false
    yield* broker.publish([message("2")])
    yield* broker.publish([message("3")])
    yield* until(() => ended.length === 3)
    expect(order).toEqual(["1", "2", "3"])
  }).pipe(Effect.scoped, Effect.provide(layer))
})

it.live("a delivery that is under way at the end ends its span once, wherever it is", () => {
  const atTheDoor = played(() => Effect.never)
  const atTheRegister = played(handled, () => Effect.never)
  const under = (layer: typeof atTheDoor.layer) =>
    Effect.gen(function* () {
      const { broker, ingress } = yield* start
      yield* broker.publish([message("1"), message("2")])
      yield* until(() => ingress.counts().received === 2)
    }).pipe(Effect.scoped, Effect.provide(layer))
  return Effect.gen(function* () {
    yield* under(atTheDoor.layer)
    expect(atTheDoor.ended).toEqual(["abandoned", "abandoned"])
    yield* under(atTheRegister.layer)
    expect(atTheRegister.ended).toEqual(["abandoned", "abandoned"])
  })
})

it.live("a delivery that is given back before the door ends its span, and has another when it comes again", () => {
  let asked = 0
  const { ended, layer } = played(handled, (badges) => (asked++ === 0 ? Effect.die("A bug") : known(badges)))
  return Effect.gen(function* () {
    const { broker } = yield* start
    yield* broker.publish([message("1")])
    yield* until(() => ended.length === 2)
    expect(ended).toEqual(["abandoned", "handled"])
  }).pipe(Effect.scoped, Effect.provide(layer))
})

it.live("a partition that doesn't answer keeps its own messages in memory, and no other's of their batch", () => {
  const isStuck = ({ stream }: Incoming) => stream.endsWith("/stuck")
  const { ended, layer, seen, spans } = played((incoming, call) =>
    incoming.some(isStuck) ? Effect.never : handled(incoming, call)
  )
  const of = (orderId: string): Publication => {
    const body = { orderId, operationId: "OP10", occurredAt: "2026-11-23T06:00:00Z" }
    return { ...message(orderId), body: new TextEncoder().encode(JSON.stringify(body)) }
  }
  const orders = Array.from({ length: 40 }, (_, index) => `PO-${index}`)
  return Effect.gen(function* () {
    const { broker, ingress } = yield* start
    yield* broker.publish(["stuck", ...orders].map(of))
    yield* until(() => ended.length + ingress.inFlight() === 41 && ended.length > 0)
    const stuck = ingress.inFlight()
    expect(stuck).toBeLessThan(41)
    // What came to the door is kept by this test alone.
    seen.length = 0
    const collect = garbageCollector()
    yield* until(() => {
      collect()
      return spans.filter((span) => span.deref() !== undefined).length === stuck
    })
  }).pipe(Effect.scoped, Effect.provide(layer))
})

it.live("a door that neither answers nor fails holds up its own messages alone", () => {
  const hangs = ({ metadata }: Incoming) => metadata.messageId.startsWith("lost")
  const { ended, layer, seen } = played((incoming, call) =>
    incoming.some(hangs) ? Effect.never : handled(incoming, call)
  )
  return Effect.gen(function* () {
    const { broker } = yield* start
    for (const messageId of ["lost 1", "lost 2"]) {
      const before = seen.length
      yield* broker.publish([message(messageId)])
      yield* until(() => seen.length > before)
    }
    yield* broker.publish([message("1")])
    yield* until(() => ended.includes("handled"))
  }).pipe(Effect.scoped, Effect.provide(layer))
})
