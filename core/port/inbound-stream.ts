// The port of the inbound stream: everything that plants, ERPs and people send, in the broker's order, to be read again
// from any position while the broker keeps it. For the archive, which keeps it for good.
import { Context, type Effect, Schema, type Scope } from "effect"
import type { TechnicalFailure } from "../failure.ts"
import { PlantId } from "../plant/identifiers.ts"
import { commandQueue, commandsPlant, type Delivery, exchanges, inboundQueue } from "./broker.ts"

export const inboundStream = "traveler.archive"

export interface Arrival {
  /** Its place in the stream: higher for each message, for as long as the stream exists. */
  readonly offset: number
  readonly delivery: Delivery
}

/** `last` is where the stream ends now: its last few messages, and what comes after them. */
export type From = number | "first" | "last"

export interface Arrivals {
  /** At least one and at most `limit`. Fails once the channel is lost: then it is to be opened again. */
  readonly take: (limit: number) => Effect.Effect<
    {
      readonly arrivals: ReadonlyArray<Arrival>
      /** Makes room for as many more. */
      readonly done: Effect.Effect<void>
    },
    TechnicalFailure
  >
}

export class InboundStream extends Context.Service<
  InboundStream,
  {
    /** Makes the stream anew where somebody deleted it, for these plants and people: nothing else would tell them. */
    readonly declare: (plants: ReadonlyArray<PlantId>) => Effect.Effect<void, TechnicalFailure>
    /** From a position on, or from the oldest message there is where that one has gone. Ends with the scope. */
    readonly read: (from: From) => Effect.Effect<Arrivals, TechnicalFailure, Scope.Scope>
  }
>()("traveler/core/InboundStream") {}

const isPlant = Schema.is(PlantId)

/** The inbox that a message of the stream also went to. What no contract knows counts as the commands'. */
export const inboxOf = (exchange: string, routingKey: string): Pick<Delivery, "plant" | "queue"> => {
  const [plant = ""] = routingKey.split(".", 1)
  return exchange !== exchanges.travelerCommands && isPlant(plant)
    ? { plant, queue: inboundQueue(plant) }
    : { plant: commandsPlant, queue: commandQueue }
}
