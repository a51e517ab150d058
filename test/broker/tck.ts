// What every broker must do: run by each implementation of the port in a few lines. For tests.
import { describe, expect, layer } from "@effect/vitest"
import { Effect, Exit, type Layer, Schedule, Scope } from "effect"
import { unroutedQueue } from "../../adapters/rabbitmq/topology.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import {
  Broker,
  commandQueue,
  type Delivery,
  type Intake,
  inboundQueue,
  type Publication
} from "../../core/port/broker.ts"

export interface Capabilities {
  /** Cuts every connection of the broker under test, where it has any. */
  readonly cutConnections?: Effect.Effect<void>
}

let plants = 0
/** A plant of its own for each case: they share one broker. */
const newPlant = (): PlantId => PlantId.make(`plant-${++plants}`)

const message = (plant: PlantId, id: number, change: Partial<Publication> = {}): Publication => ({
  exchange: "mes.events",
  routingKey: `${plant}.OperationConfirmed`,
  type: "OperationConfirmed",
  contentType: "application/json",
  body: Buffer.from("{}"),
  messageId: String(id),
  appId: "mes",
  ...change
})

const range = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index)
const numbered = (plant: PlantId, count: number, from = 0) => range(count, from).map((id) => message(plant, id))
const ids = (deliveries: ReadonlyArray<Delivery>) => deliveries.map(({ messageId }) => Number(messageId))

/** The next `count` deliveries; a deadline instead of a hang. */
const gather = (intake: Intake, count: number) =>
  Effect.gen(function* () {
    const deliveries: Array<Delivery> = []
    const first = yield* intake.take(count)
    deliveries.push(...first.deliveries)
    while (deliveries.length < count) {
      const next = yield* intake.take(count - deliveries.length)
      expect(next).toMatchObject({ epoch: first.epoch, first: first.first + deliveries.length })
      deliveries.push(...next.deliveries)
    }
    return { epoch: first.epoch, first: first.first, deliveries }
  }).pipe(Effect.timeout("10 seconds"))

/** Nothing comes although there is time for it. */
const nothingComes = (intake: Intake) =>
  Effect.map(Effect.timeoutOption(intake.take(1), 300), (batch) => expect(batch._tag).toBe("None"))

const eventually = <E>(effect: Effect.Effect<number, E>, expected: number) =>
  effect.pipe(
    Effect.flatMap((found) => (found === expected ? Effect.void : Effect.fail(`found ${found}, not ${expected}`))),
    Effect.retry(Schedule.spaced(50)),
    Effect.timeout("10 seconds")
  )

/** A plant declared, so many messages in its queue. */
const filled = Effect.fnUntraced(function* (count: number) {
  const broker = yield* Broker
  const plant = newPlant()
  yield* broker.declarePlant(plant)
  yield* broker.publish(numbered(plant, count))
  const queue = inboundQueue(plant)
  return { broker, plant, queue, consume: (prefetch: number) => broker.consume({ queue, plant, prefetch }) }
})

export const brokerContract = (
  name: string,
  broker: Layer.Layer<Broker, unknown>,
  { cutConnections }: Capabilities = {}
): void => {
  describe(name, { timeout: 30_000 }, () => {
    layer(broker, { excludeTestServices: true })((it) => {
      it.effect("delivers in the order published, positions from 0, at most the limit", () =>
        Effect.gen(function* () {
          const { consume } = yield* filled(500)
          const intake = yield* consume(1_000)
          const { first, deliveries } = yield* gather(intake, 500)
          expect(first).toBe(0)
          expect(ids(deliveries)).toEqual(range(500))
          const { broker, plant } = yield* filled(20)
          const other = yield* broker.consume({ queue: inboundQueue(plant), plant, prefetch: 100 })
          expect((yield* other.take(7)).deliveries.length).toBeLessThanOrEqual(7)
        })
      )

      it.effect("hands over the body byte for byte, whatever it is", () =>
        Effect.gen(function* () {
          const { broker, plant, consume } = yield* filled(0)
          const bodies = ['{"a":0.1000000000000000055,"a":1}', "{not json", "", "\ufeff{}", "x".repeat(300_000)]
          const binary = Uint8Array.from({ length: 256 }, (_, index) => index)
          yield* broker.publish([
            ...bodies.map((body, id) => message(plant, id, { body: Buffer.from(body) })),
            // A view into a larger buffer, as codecs make them.
            message(plant, 9, { contentType: "application/msgpack", body: binary.subarray(100, 200) })
          ])
          const { deliveries } = yield* gather(yield* consume(100), bodies.length + 1)
          expect(deliveries.slice(0, -1).map(({ body }) => Buffer.from(body).toString())).toEqual(bodies)
          expect(Uint8Array.from(deliveries.at(-1)?.body ?? [])).toEqual(binary.slice(100, 200))
        })
      )

      it.effect("carries properties and headers, and leaves out what the sender didn't give", () =>
        Effect.gen(function* () {
          const { broker, plant, queue, consume } = yield* filled(0)
          const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
          const whole = { correlationId: "c", causationId: "b", schemaVersion: "1", sequence: 7, traceparent }
          const { messageId: _, ...bare } = message(plant, 2, { exchange: "erp.events" })
          yield* broker.publish([message(plant, 1, whole), bare])
          const { deliveries } = yield* gather(yield* consume(100), 2)
          const common = { queue, plant, routingKey: `${plant}.OperationConfirmed`, redelivered: false }
          const contents = { type: "OperationConfirmed", contentType: "application/json", body: Buffer.from("{}") }
          expect(deliveries).toEqual([
            { ...common, ...contents, ...whole, exchange: "mes.events", appId: "mes", messageId: "1" },
            { ...common, ...contents, exchange: "erp.events", appId: "mes" }
          ])
        })
      )

      it.effect("leaves at most `prefetch` unacknowledged", () =>
        Effect.gen(function* () {
          const { consume } = yield* filled(12)
          const intake = yield* consume(5)
          const { epoch, deliveries } = yield* gather(intake, 5)
          expect(ids(deliveries)).toEqual(range(5))
          yield* nothingComes(intake)
          yield* intake.done(epoch, [0, 1])
          expect(ids((yield* gather(intake, 2)).deliveries)).toEqual([5, 6])
          yield* nothingComes(intake)
        })
      )

      it.effect("gives what isn't done back when the scope closes, in order and marked as redelivered", () =>
        Effect.gen(function* () {
          const { broker, queue, consume } = yield* filled(10)
          yield* Effect.scoped(
            Effect.gen(function* () {
              const intake = yield* consume(10)
              const { epoch } = yield* gather(intake, 10)
              yield* intake.done(epoch, [9, 8, 3])
              yield* intake.done(epoch, [1, 0])
            })
          )
          yield* eventually(broker.depth(queue), 5)
          const { deliveries } = yield* gather(yield* consume(20), 5)
          expect(ids(deliveries)).toEqual([2, 4, 5, 6, 7])
          expect(deliveries.every(({ redelivered }) => redelivered)).toBe(true)
        })
      )

      it.effect("acknowledges what is durable beyond a frontier that stands still, and goes on when it moves", () =>
        Effect.gen(function* () {
          const { broker, queue, consume } = yield* filled(12)
          yield* Effect.scoped(
            Effect.gen(function* () {
              const intake = yield* consume(5)
              const { epoch } = yield* gather(intake, 5)
              yield* intake.done(epoch, [1, 2, 3, 4])
              // Only acknowledgements past the stuck position 0 make room for these.
              expect(ids((yield* gather(intake, 4)).deliveries)).toEqual([5, 6, 7, 8])
              yield* intake.done(epoch, [0])
              // In the same epoch: an acknowledgement that the broker can't understand would have closed the channel.
              expect(yield* gather(intake, 1)).toMatchObject({ epoch, first: 9 })
              yield* intake.done(epoch, [5, 6, 7, 8, 3])
              expect(yield* gather(intake, 2)).toMatchObject({ epoch, first: 10 })
              yield* intake.done(epoch, [9, 10, 11])
            })
          )
          yield* eventually(broker.depth(queue), 0)
        })
      )

      it.effect("has one active consumer a queue; the next takes over when it goes", () =>
        Effect.gen(function* () {
          const { broker, plant, consume } = yield* filled(5)
          const firstScope = yield* Scope.make()
          const first = yield* Scope.provide(consume(10), firstScope)
          const second = yield* consume(10)
          expect(ids((yield* gather(first, 5)).deliveries)).toEqual(range(5))
          yield* broker.publish(numbered(plant, 5, 5))
          expect(ids((yield* gather(first, 5)).deliveries)).toEqual(range(5, 5))
          yield* nothingComes(second)
          yield* Scope.close(firstScope, Exit.void)
          expect(ids((yield* gather(second, 10)).deliveries)).toEqual(range(10))
        })
      )

      it.effect("gives deliveries back once, pauses, and begins another epoch", () =>
        Effect.gen(function* () {
          const { broker, queue, consume } = yield* filled(5)
          const intake = yield* consume(10)
          const before = yield* gather(intake, 5)
          yield* intake.done(before.epoch, [0])
          yield* intake.giveBack(before.epoch, 400)
          yield* eventually(broker.depth(queue), 4)
          yield* nothingComes(intake)
          const after = yield* gather(intake, 4)
          expect(after.first).toBe(0)
          expect(after.epoch).not.toBe(before.epoch)
          expect(ids(after.deliveries)).toEqual([1, 2, 3, 4])
          expect(after.deliveries.every(({ redelivered }) => redelivered)).toBe(true)
          // Of the old channel: acknowledges nothing of the new one.
          yield* intake.done(before.epoch, [0, 1, 2, 3, 4])
          yield* intake.giveBack(before.epoch, 0)
          yield* nothingComes(intake)
          yield* intake.giveBack(after.epoch, 0)
          expect(ids((yield* gather(intake, 4)).deliveries)).toEqual([1, 2, 3, 4])
        })
      )

      it.effect("confirms thousands at once and counts what is ready", () =>
        Effect.gen(function* () {
          const { broker, queue, consume } = yield* filled(5_000)
          yield* eventually(broker.depth(queue), 5_000)
          yield* gather(yield* consume(100), 100)
          yield* eventually(broker.depth(queue), 4_900)
        })
      )

      it.effect("keeps what no queue is bound for", () =>
        Effect.gen(function* () {
          const { broker, plant } = yield* filled(0)
          const nobody = newPlant()
          yield* broker.publish([message(nobody, 1)])
          const intake = yield* broker.consume({ queue: unroutedQueue, plant, prefetch: 10 })
          const { deliveries } = yield* gather(intake, 1)
          expect(deliveries[0]).toMatchObject({ routingKey: `${nobody}.OperationConfirmed`, messageId: "1" })
        })
      )

      it.effect("keeps a plant's messages out of another's queue, and commands out of both", () =>
        Effect.gen(function* () {
          const one = yield* filled(1)
          const other = yield* filled(0)
          yield* one.broker.declareCommands
          const command = { exchange: "traveler.commands", type: "ExceptionWaived" } as const
          yield* one.broker.publish([message(one.plant, 9, command)])
          yield* eventually(one.broker.depth(one.queue), 1)
          yield* eventually(one.broker.depth(other.queue), 0)
          const commands = yield* one.broker.consume({ queue: commandQueue, plant: one.plant, prefetch: 1 })
          expect((yield* gather(commands, 1)).deliveries[0]).toMatchObject({ messageId: "9", type: "ExceptionWaived" })
        })
      )

      it.effect("declares again what is there, and refuses a plant whose queue would be the commands'", () =>
        Effect.gen(function* () {
          const { broker, plant, queue } = yield* filled(3)
          yield* broker.declarePlant(plant)
          yield* eventually(broker.depth(queue), 3)
          const failure = yield* Effect.flip(broker.declarePlant(PlantId.make("commands")))
          expect(failure).toMatchObject({ _tag: "TechnicalFailure", field: "plant", value: "commands" })
        })
      )

      it.effect("fails with a value where there is no such queue", () =>
        Effect.gen(function* () {
          const broker = yield* Broker
          const failure = yield* Effect.flip(broker.depth("nothing"))
          expect(failure._tag).toBe("TechnicalFailure")
        })
      )

      if (cutConnections !== undefined) {
        it.effect("comes back by itself when its connections are cut: nothing lost, another epoch", () =>
          Effect.gen(function* () {
            const { broker, plant, consume } = yield* filled(10)
            const intake = yield* consume(4)
            const before = yield* gather(intake, 4)
            yield* cutConnections
            const after = yield* gather(intake, 4)
            expect(after.epoch).not.toBe(before.epoch)
            expect(ids(after.deliveries)).toEqual(range(4))
            expect(after.deliveries.every(({ redelivered }) => redelivered)).toBe(true)
            yield* intake.done(before.epoch, range(4))
            yield* nothingComes(intake)
            yield* intake.done(after.epoch, range(4))
            expect(ids((yield* gather(intake, 4)).deliveries)).toEqual(range(4, 4))
            // A send that the cut hits fails with a value; whoever sends tries again.
            yield* broker
              .publish(numbered(plant, 10, 10))
              .pipe(Effect.retry(Schedule.spaced(100)), Effect.timeout("10 seconds"))
          })
        )
      }
    })
  })
}
