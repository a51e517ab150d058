// Plays messages into plants' queues, at a chosen rate, and says how far it is. Used by the demo and `simulate`.
import { Effect } from "effect"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, inboundQueue, type Publication } from "../../core/port/broker.ts"
import { queueAccount } from "../../projections/intake/queries.ts"
import { addPlant } from "../postgres/plants.ts"
import { drained } from "./drained.ts"
import { say } from "./output.ts"

/** So many messages are published at once: at a low rate a tenth of a second's, so that they don't come in bursts. */
const partLength = (ratePerSecond: number | undefined): number =>
  ratePerSecond === undefined ? 500 : Math.min(500, Math.ceil(ratePerSecond / 10))

/** Each plant's own messages, in the order in which it sends them. */
export type Plays = ReadonlyMap<PlantId, ReadonlyArray<Publication>>

/** The plants side by side: a part of each at a time. */
export function* parts(plays: Plays, ratePerSecond: number | undefined): Iterable<ReadonlyArray<Publication>> {
  const most = partLength(ratePerSecond)
  const longest = Math.max(0, ...Array.from(plays.values(), ({ length }) => length))
  for (let from = 0; from < longest; from += most) {
    for (const publications of plays.values()) {
      const part = publications.slice(from, from + most)
      if (part.length > 0) yield part
    }
  }
}

/** Adds plants that are new, publishes everything with confirms, and waits until all of it is through. */
export const play = Effect.fnUntraced(function* (plays: Plays, ratePerSecond: number | undefined) {
  const broker = yield* Broker
  const expected = new Map<PlantId, number>()
  for (const [plant, { length }] of plays) {
    yield* broker.declarePlant(plant)
    yield* addPlant(plant)
    const { received } = yield* queueAccount(inboundQueue(plant))
    expected.set(plant, received + length)
    yield* say(`Publishing ${length} messages to plant ${plant}`)
  }
  for (const part of parts(plays, ratePerSecond)) {
    yield* broker.publish(part)
    if (ratePerSecond !== undefined) yield* Effect.sleep((part.length / ratePerSecond) * 1_000)
  }
  for (const [plant, publications] of plays) yield* drained(plant, publications, expected.get(plant) ?? 0)
})
