// The broker port in memory: for unit tests, and for the demo where there is no RabbitMQ. Nothing outlives the process.
// It obeys the same topology (adapters/rabbitmq/topology.ts) and passes the same contract kit (test/broker/tck.ts).
import { Effect, Latch, Layer } from "effect"
import { TechnicalFailure } from "../../core/failure.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, commandQueue, type Intake, type Publication } from "../../core/port/broker.ts"
import { commandTopology, plantTopology, reservedPlant, type Topology } from "../rabbitmq/topology.ts"
import { type Consumer, type MemoryQueue, type Message, makeQueue } from "./queue.ts"

/** AMQP's topic patterns as this contract uses them: `#` takes everything, `<plant>.#` that plant's messages. */
const matches = (pattern: string, routingKey: string): boolean =>
  pattern === "#" || routingKey === pattern.slice(0, -2) || routingKey.startsWith(pattern.slice(0, -1))

const missing = (field: string, value: string) =>
  new TechnicalFailure({
    field,
    value,
    reason: `No such ${field}`,
    nextStep: "Declare the plant or the commands first"
  })

const toMessage = (publication: Publication): Message => ({ ...publication, queue: "", redelivered: false })

const make = (): Broker["Service"] => {
  const queues = new Map<string, MemoryQueue>()
  const exchanges = new Map<string, Topology["exchanges"][number]>()
  const bindings = new Map<string, Topology["bindings"][number]>()

  const declare = (topology: Topology): void => {
    for (const exchange of topology.exchanges) exchanges.set(exchange.name, exchange)
    for (const { name } of topology.queues) if (!queues.has(name)) queues.set(name, makeQueue(name))
    for (const binding of topology.bindings) bindings.set(JSON.stringify(binding), binding)
  }

  const targets = (exchange: string | undefined, routingKey: string): ReadonlyArray<MemoryQueue> => {
    if (exchange === undefined) return []
    const bound = [...bindings.values()].filter(
      (binding) => binding.exchange === exchange && matches(binding.pattern, routingKey)
    )
    if (bound.length === 0) return targets(exchanges.get(exchange)?.alternate, routingKey)
    return bound.flatMap(({ queue }) => queues.get(queue) ?? [])
  }

  const queueNamed = (name: string) =>
    Effect.suspend(() => Effect.fromNullishOr(queues.get(name))).pipe(Effect.mapError(() => missing("queue", name)))

  const declarePlant = (plant: PlantId) =>
    Effect.suspend(() => reservedPlant(plant) ?? Effect.sync(() => declare(plantTopology(plant))))
  const declareCommands = Effect.sync(() => declare(commandTopology))

  return Broker.of({
    declarePlant,
    declareCommands,
    publish: (messages) =>
      Effect.suspend(() => {
        const unknown = messages.find(({ exchange }) => !exchanges.has(exchange))
        if (unknown !== undefined) return Effect.fail(missing("exchange", unknown.exchange))
        for (const message of messages) {
          for (const queue of targets(message.exchange, message.routingKey)) queue.put(toMessage(message))
        }
        return Effect.void
      }),
    consume: Effect.fnUntraced(function* ({ queue: name, plant, prefetch }) {
      yield* name === commandQueue ? declareCommands : declarePlant(plant)
      const queue = yield* queueNamed(name)
      const arrived = yield* Latch.make(false)
      let current: { readonly epoch: number; readonly consumer: Consumer; first: number } | undefined
      let epochs = 0
      const join = Effect.sync(() => {
        const consumer = queue.join(prefetch, () => arrived.openUnsafe())
        current = { epoch: epochs++, consumer, first: 0 }
        // What came before `current` was set woke nobody.
        arrived.openUnsafe()
      })
      const leave = Effect.sync(() => {
        if (current !== undefined) queue.leave(current.consumer)
        current = undefined
      })
      yield* Effect.acquireRelease(join, () => leave)
      const scope = yield* Effect.scope

      const take: Intake["take"] = (limit) =>
        Effect.suspend(() => {
          const messages = current?.consumer.waiting.splice(0, limit) ?? []
          if (current === undefined || messages.length === 0) {
            arrived.closeUnsafe()
            return Effect.andThen(arrived.await, take(limit))
          }
          const { epoch, first } = current
          current.first += messages.length
          return Effect.succeed({ epoch, first, deliveries: messages.map((message) => ({ ...message, plant })) })
        })

      return {
        take,
        done: (epoch, positions) =>
          Effect.sync(() => {
            if (current?.epoch === epoch) queue.acknowledge(current.consumer, positions)
          }),
        giveBack: (epoch, pauseMillis) =>
          Effect.suspend(() =>
            current?.epoch !== epoch
              ? Effect.void
              : Effect.andThen(leave, Effect.asVoid(Effect.forkIn(Effect.delay(join, pauseMillis), scope)))
          )
      }
    }),
    depth: (name) => Effect.map(queueNamed(name), (queue) => queue.ready())
  })
}

export const layer: Layer.Layer<Broker> = Layer.sync(Broker, make)
