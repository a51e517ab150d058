// The broker port on RabbitMQ 3.10 and later. For the composition root, benches and tests.
import { Effect, Layer, type Redacted } from "effect"
import type { TechnicalFailure } from "../../core/failure.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, commandQueue } from "../../core/port/broker.ts"
import { acquireChannel, connect } from "./connection.ts"
import { declare } from "./declare.ts"
import { brokerFailure } from "./failure.ts"
import { openIntake } from "./intake.ts"
import { makePublisher } from "./publisher.ts"
import {
  commandStreamTopology,
  commandTopology,
  plantStreamTopology,
  plantTopology,
  reservedPlant,
  type Topology
} from "./topology.ts"

/** Two connections: the broker blocks those that publish when it is short, and consuming must go on. */
const make = Effect.fnUntraced(function* (url: Redacted.Redacted<string>) {
  const consuming = yield* connect(url, "consuming")
  const publishing = yield* connect(url, "publishing")
  const publish = yield* makePublisher(publishing)
  /** No plant stands still because its archive can't be: an older broker, no right to it, another queue of that name. */
  const declareStream = (topology: Topology) =>
    Effect.catch(declare(consuming, topology), ({ nextStep, reason }) =>
      Effect.logError(`What comes in isn't archived: ${reason}. ${nextStep}`)
    )
  const declarePlant = (plant: PlantId) =>
    Effect.suspend(() => reservedPlant(plant) ?? declare(consuming, plantTopology(plant))).pipe(
      Effect.andThen(declareStream(plantStreamTopology(plant)))
    )
  const declareCommands = Effect.andThen(declare(consuming, commandTopology), declareStream(commandStreamTopology))

  return Broker.of({
    declarePlant,
    declareCommands,
    consume: (consumption) => {
      const check = consumption.queue === commandQueue ? declareCommands : declarePlant(consumption.plant)
      return openIntake(consuming, check, consumption)
    },
    publish,
    depth: (queue) =>
      Effect.scoped(
        Effect.gen(function* () {
          const channel = yield* acquireChannel(consuming, `queue ${queue}`)
          const { messageCount } = yield* Effect.tryPromise({
            try: () => channel.queueDeclare({ queue, passive: true }),
            catch: (cause) => brokerFailure(`queue ${queue}`, cause)
          })
          return messageCount
        })
      )
  })
})

export const layer = (url: Redacted.Redacted<string>): Layer.Layer<Broker, TechnicalFailure> =>
  Layer.effect(Broker, make(url))
