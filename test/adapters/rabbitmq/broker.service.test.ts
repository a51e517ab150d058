// What only RabbitMQ can do wrong: topology that differs, refused logins, dead letters, blocked and lost channels.
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Logger, Redacted, Schedule } from "effect"
import { Connection } from "rabbitmq-client"
import * as RabbitBroker from "../../../adapters/rabbitmq/broker.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { Broker, deadLetterQueue, inboundQueue, type Publication } from "../../../core/port/broker.ts"
import { inboundStream } from "../../../core/port/inbound-stream.ts"
import { virtualHost } from "../../harness/broker.ts"
import { faultProxy } from "../../harness/fault-proxy.ts"

const plant = PlantId.make("P1")
const queue = inboundQueue(plant)

const publication: Publication = {
  exchange: "mes.events",
  routingKey: "P1.OperationStarted",
  type: "OperationStarted",
  contentType: "application/json",
  body: Buffer.from("{}"),
  messageId: "m1",
  appId: "mes"
}

/** The plain client: what an operator or another system does to the broker. */
const operator = (url: Redacted.Redacted<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const connection = new Connection(Redacted.value(url))
      connection.on("error", () => undefined)
      return connection
    }),
    (connection) => Effect.sync(() => connection.unsafeDestroy())
  )

const eventually = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  effect.pipe(Effect.retry(Schedule.spaced(50)), Effect.timeout("10 seconds"))

describe("RabbitBroker", { timeout: 30_000 }, () => {
  it.live("names queue, argument, found, expected and next step where the topology differs", () =>
    Effect.gen(function* () {
      const { url, name } = yield* virtualHost
      const other = yield* operator(url)
      yield* Effect.promise(() => other.queueDeclare({ queue, durable: true, arguments: { "x-queue-type": "quorum" } }))
      const failure = yield* Effect.flip(Broker.use((broker) => broker.declarePlant(plant))).pipe(
        Effect.provide(RabbitBroker.layer(url))
      )
      expect(failure).toMatchObject({
        _tag: "TechnicalFailure",
        field: expect.stringMatching(/^queue traveler\.in\.P1, x-/),
        value: "none",
        reason: expect.stringMatching(/^Expected \S+, found none in virtual host test-/),
        nextStep: expect.stringContaining(`rabbitmqctl delete_queue ${queue} -p ${name}`)
      })
    })
  )

  it.live("names the exchange that differs", () =>
    Effect.gen(function* () {
      const { url } = yield* virtualHost
      const other = yield* operator(url)
      yield* Effect.promise(() => other.exchangeDeclare({ exchange: "mes.events", type: "topic", durable: true }))
      const failure = yield* Effect.flip(Broker.use((broker) => broker.consume({ queue, plant, prefetch: 10 }))).pipe(
        Effect.provide(RabbitBroker.layer(url))
      )
      expect(failure).toMatchObject({
        field: "exchange mes.events, alternate-exchange",
        value: "none",
        reason: expect.stringContaining("Expected traveler.unrouted, found none")
      })
    })
  )

  it.live("works on without the archive's stream where that can't be there, and says so", () =>
    Effect.gen(function* () {
      const { url } = yield* virtualHost
      const other = yield* operator(url)
      yield* Effect.promise(() => other.queueDeclare({ queue: inboundStream, durable: true }))
      const told: Array<unknown> = []
      const ear = Logger.make(({ logLevel, message }) => void (logLevel === "Error" && told.push(message)))
      const got = yield* Effect.gen(function* () {
        const broker = yield* Broker
        yield* broker.declareCommands
        const intake = yield* broker.consume({ queue, plant, prefetch: 10 })
        yield* broker.publish([publication])
        return yield* intake.take(10)
      }).pipe(Effect.timeout("10 seconds"), Effect.provide(Layer.merge(RabbitBroker.layer(url), Logger.layer([ear]))))
      expect(got.deliveries.map(({ messageId }) => messageId)).toEqual(["m1"])
      expect(told.join()).toMatch(/isn't archived: Expected \S+, found none/)
    })
  )

  it.live("fails at once where the virtual host or the password is wrong, and never shows the password", () =>
    Effect.gen(function* () {
      const { url } = yield* virtualHost
      const attempt = (change: (url: URL) => void) => {
        const changed = new URL(Redacted.value(url))
        change(changed)
        return Effect.flip(Effect.scoped(Effect.provide(Broker, RabbitBroker.layer(Redacted.make(changed.href))))).pipe(
          Effect.timeout("5 seconds")
        )
      }
      const vhost = yield* attempt((changed) => {
        changed.pathname = "/nowhere"
      })
      expect(vhost).toMatchObject({ value: "NOT_ALLOWED", nextStep: expect.stringContaining("rabbitmqctl add_vhost") })
      const password = yield* attempt((changed) => {
        changed.password = "s3cret"
      })
      expect(password).toMatchObject({ value: "ACCESS_REFUSED", nextStep: expect.stringContaining("password") })
      const scheme = yield* attempt((changed) => {
        changed.href = changed.href.replace("amqp://", "http://").replace("guest:guest", "guest:s3cret")
      })
      expect(scheme).toMatchObject({ field: "broker URL", reason: expect.stringContaining("amqp://user:password") })
      expect(JSON.stringify([vhost, password, scheme])).not.toContain("s3cret")
    })
  )

  it.live("delivers a dead letter from the plant's dead-letter queue under the exchange it was sent to", () =>
    Effect.gen(function* () {
      const { url } = yield* virtualHost
      const other = yield* operator(url)
      yield* Effect.gen(function* () {
        const broker = yield* Broker
        yield* broker.declarePlant(plant)
        // A sender that lets its messages expire.
        yield* Effect.promise(async () => {
          const channel = await other.acquire()
          await channel.confirmSelect()
          const envelope = { exchange: "erp.events", routingKey: "P1.ProductionOrderReleased", messageId: "m1" }
          await channel.basicPublish({ ...envelope, durable: true, expiration: "1" }, Buffer.from("{}"))
        })
        const intake = yield* broker.consume({ queue: deadLetterQueue(plant), plant, prefetch: 10 })
        const { deliveries } = yield* intake.take(10).pipe(Effect.timeout("10 seconds"))
        expect(deliveries).toMatchObject([
          {
            queue: "traveler.dead.P1",
            exchange: "erp.events",
            routingKey: "P1.ProductionOrderReleased",
            messageId: "m1"
          }
        ])
      }).pipe(Effect.provide(RabbitBroker.layer(url)))
    })
  )

  it.live("tells a failed publish with a value, and publishes again on a new channel", () =>
    Effect.gen(function* () {
      const { url } = yield* virtualHost
      yield* Effect.gen(function* () {
        const broker = yield* Broker
        const failure = yield* Effect.flip(broker.publish([publication, publication]))
        expect(failure).toMatchObject({ _tag: "TechnicalFailure", field: "publish", value: "NOT_FOUND" })
        const tooLong = yield* Effect.flip(broker.publish([{ ...publication, messageId: "m".repeat(256) }]))
        expect(tooLong).toMatchObject({ field: "messageId", reason: "Longer than the 255 bytes that AMQP carries" })
        yield* broker.declarePlant(plant)
        yield* eventually(broker.publish([publication]))
      }).pipe(Effect.provide(RabbitBroker.layer(url)))
    })
  )

  it.live("declares the queue again and goes on when somebody deletes it", () =>
    Effect.gen(function* () {
      const { url } = yield* virtualHost
      const other = yield* operator(url)
      yield* Effect.gen(function* () {
        const broker = yield* Broker
        const intake = yield* broker.consume({ queue, plant, prefetch: 10 })
        yield* Effect.promise(() => other.queueDelete({ queue }))
        yield* eventually(broker.depth(queue))
        yield* broker.publish([publication])
        const { deliveries } = yield* intake.take(1).pipe(Effect.timeout("10 seconds"))
        expect(deliveries).toMatchObject([{ messageId: "m1" }])
      }).pipe(Effect.provide(RabbitBroker.layer(url)))
    })
  )

  it.live("waits with publishing while the broker is short, and goes on consuming", () =>
    Effect.gen(function* () {
      const address = new URL(Redacted.value((yield* virtualHost).url))
      const way = yield* faultProxy(address.hostname, Number(address.port))
      address.host = `127.0.0.1:${way.port}`
      // connection.blocked "low on memory" and connection.unblocked, as the broker writes them on channel 0.
      const blocked = Buffer.from([1, 0, 0, 0, 0, 0, 18, 0, 10, 0, 60, 13, ...Buffer.from("low on memory"), 206])
      const unblocked = Buffer.from([1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 61, 206])
      yield* Effect.gen(function* () {
        const broker = yield* Broker
        const intake = yield* broker.consume({ queue, plant, prefetch: 10 })
        yield* broker.publish([publication])
        yield* way.inject(blocked)
        const { deliveries } = yield* intake.take(1).pipe(Effect.timeout("10 seconds"))
        expect(deliveries).toHaveLength(1)
        yield* Effect.sleep(50)
        const publishing = yield* Effect.forkChild(broker.publish([publication]))
        const early = yield* Fiber.join(publishing).pipe(Effect.timeoutOption(300))
        expect(early._tag).toBe("None")
        yield* way.inject(unblocked)
        yield* eventually(broker.publish([publication]))
        const later = yield* intake.take(1).pipe(Effect.timeout("10 seconds"))
        expect(later.deliveries).toHaveLength(1)
      }).pipe(Effect.provide(RabbitBroker.layer(Redacted.make(address.href))))
    })
  )
})
