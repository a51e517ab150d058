// A plant's queue filled before a clock starts. Used by the bench's scenarios.
import { Effect } from "effect"
import type { PlantId } from "../core/plant/identifiers.ts"
import { Broker, type Publication } from "../core/port/broker.ts"

/** Few enough to keep this process small beside a million messages. */
const chunk = 5_000

/** Succeeds when the broker has confirmed all of them. */
export const fillQueue = Effect.fnUntraced(function* (plant: PlantId, publications: Iterable<Publication>) {
  const broker = yield* Broker
  yield* broker.declarePlant(plant)
  let part: Array<Publication> = []
  for (const publication of publications) {
    part.push(publication)
    if (part.length < chunk) continue
    yield* broker.publish(part)
    part = []
  }
  yield* broker.publish(part)
})
