// An ingress for each queue that this core serves: every plant's inbox and dead letters, and the commands. A plant that
// is added while the core runs is served within a second.
import { Context, Effect, Layer, Schedule } from "effect"
import { type Ingress, runIngress } from "../../actors/ingress.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, commandQueue, commandsPlant, deadLetterQueue, inboundQueue } from "../../core/port/broker.ts"
import { plants } from "../postgres/plants.ts"

/** Queue → its ingress, for whoever waits until all is drained. */
export class Intakes extends Context.Service<Intakes, ReadonlyMap<string, Ingress>>()("traveler/cli/Intakes") {}

/** Dead letters are rare and each is a case. */
const deadLetterPrefetch = 50

export const intakesLayer = (prefetch: number) =>
  Layer.effect(
    Intakes,
    Effect.gen(function* () {
      const broker = yield* Broker
      const running = new Map<string, Ingress>()

      const start = Effect.fnUntraced(function* (queue: string, plant: PlantId, limit: number) {
        if (running.has(queue)) return
        running.set(queue, yield* runIngress({ queue, plant, prefetch: limit }))
      })

      const serve = Effect.fnUntraced(function* (plant: PlantId) {
        yield* broker.declarePlant(plant)
        yield* start(inboundQueue(plant), plant, prefetch)
        yield* start(deadLetterQueue(plant), plant, deadLetterPrefetch)
      })

      /** A plant whose queues aren't as the contract says keeps no other plant waiting. */
      const serveAll = Effect.gen(function* () {
        for (const plant of yield* plants) {
          if (running.has(deadLetterQueue(plant))) continue
          yield* Effect.catch(serve(plant), ({ nextStep, reason }) =>
            Effect.logError(`Plant ${plant} is not served: ${reason}. ${nextStep}`)
          )
        }
      })

      yield* broker.declareCommands
      yield* start(commandQueue, commandsPlant, prefetch)
      yield* serveAll
      yield* serveAll.pipe(
        Effect.catchCause((cause) => Effect.logWarning("New plants are served later", cause)),
        Effect.repeat(Schedule.spaced("1 second")),
        Effect.forkScoped
      )
      return running
    })
  )
