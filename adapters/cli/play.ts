// Plays messages into a plant's queue, at a chosen rate, and says how far it is. Used by the demo and `simulate`.
import { Effect } from "effect"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, inboundQueue, type Publication } from "../../core/port/broker.ts"
import { queueAccount } from "../../projections/intake/queries.ts"
import { addPlant } from "../postgres/plants.ts"
import { drained } from "./drained.ts"
import { say } from "./output.ts"

const chunk = 500

/** Adds the plant where it is new, publishes everything with confirms, and waits until all of it is through. */
export const play = Effect.fnUntraced(function* (
  plant: PlantId,
  publications: ReadonlyArray<Publication>,
  ratePerSecond: number | undefined
) {
  const broker = yield* Broker
  yield* broker.declarePlant(plant)
  yield* addPlant(plant)
  const { received } = yield* queueAccount(inboundQueue(plant))
  yield* say(`Publishing ${publications.length} messages to plant ${plant}`)
  for (let from = 0; from < publications.length; from += chunk) {
    const part = publications.slice(from, from + chunk)
    yield* broker.publish(part)
    if (ratePerSecond !== undefined) yield* Effect.sleep((part.length / ratePerSecond) * 1_000)
  }
  yield* drained(plant, publications, received + publications.length)
})
