// A decider with its state hidden, so that a partition can host actors of every kind. Used by the partition alone.
import { Result } from "effect"
import type { Decider, Decision, Evolved, Received } from "../core/decider.ts"
import type { AnyEvent } from "../core/event/catalogue.ts"
import { DataQualityIssue, type Failure } from "../core/failure.ts"
import type { MessageMetadata } from "../core/message/metadata.ts"
import type { CanonicalMessage } from "../core/port/door.ts"

/** The living state of one stream. It changes by `evolve` only, all of the events given or none. */
export interface Cell {
  readonly decide: (
    message: CanonicalMessage,
    metadata: MessageMetadata,
    version: number
  ) => Result.Result<ReadonlyArray<Decision<AnyEvent>>, Failure>
  readonly evolve: (events: ReadonlyArray<Evolved<AnyEvent>>) => void
  readonly pack: () => Uint8Array
}

export interface Behaviour {
  /** Which snapshots this code can read. */
  readonly format: string
  readonly activate: (packed?: Uint8Array) => Cell
}

/** What `behaviour` needs of a decider; every `Decider` of the catalogue's events is one. */
type Hostable<State, Message, Event> = Omit<Decider<State, Message, Event>, "decide"> & {
  readonly decide: (
    state: State,
    message: Received<Message>,
    version: number
  ) => Result.Result<ReadonlyArray<Decision<AnyEvent>>, Failure>
}

export const behaviour = <State, Message extends CanonicalMessage, Event extends AnyEvent>(
  decider: Hostable<State, Message, Event>,
  takes: (message: CanonicalMessage) => message is Message,
  holds: (event: Evolved<AnyEvent>) => event is Evolved<AnyEvent> & Evolved<Event>
): Behaviour => ({
  format: decider.format,
  activate: (packed) => {
    let state = packed === undefined ? decider.initial : decider.unpack(packed)
    return {
      decide: (message, metadata, version) =>
        takes(message)
          ? decider.decide(state, { ...message, metadata }, version)
          : Result.fail(
              new DataQualityIssue({
                field: "type",
                value: message.type,
                reason: "This stream takes no such message",
                nextStep: "Report it: the route of this message type is wrong"
              })
            ),
      evolve: (events) => {
        let next = state
        for (const event of events) if (holds(event)) next = decider.evolve(next, event)
        state = next
      },
      pack: () => decider.pack(state)
    }
  }
})
