// A plant's queue filled with orders before a clock starts. Used by the bench's scenarios.
import { Effect } from "effect"
import type { MadeUpMessage } from "../adapters/simulator/orders.ts"
import { publication } from "../adapters/simulator/trouble.ts"
import type { PlantId } from "../core/plant/identifiers.ts"
import { Broker, type Publication } from "../core/port/broker.ts"

/** Few enough to keep this process small beside a million messages. */
const chunk = 5_000

/** Succeeds when the broker has confirmed all of them. */
export const fillQueue = Effect.fnUntraced(function* (plant: PlantId, messages: Iterable<MadeUpMessage>) {
  const broker = yield* Broker
  yield* broker.declarePlant(plant)
  let part: Array<Publication> = []
  for (const message of messages) {
    part.push(publication(plant, message))
    if (part.length < chunk) continue
    yield* broker.publish(part)
    part = []
  }
  yield* broker.publish(part)
})
