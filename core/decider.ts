// The shape of every actor's behaviour. Anyone may import this file.
import type { Result } from "effect"
import type { Failure } from "./failure.ts"
import type { RawMessage } from "./journal/journal.ts"
import type { MessageMetadata } from "./message/metadata.ts"

/** A message as an actor gets it: its envelope and its content, decoded once at the edge. */
export type Received<Message> = Message & { readonly metadata: MessageMetadata }

/** An event with what an actor needs of its envelope to rank it. */
export type Evolved<Event> = Event & { readonly metadata: MessageMetadata; readonly version: number }

/**
 * An event to append. `of` is set where the event belongs to an earlier message that waited (a resumed directive);
 * else it belongs to the message that is being decided. `keep` are bytes to be kept beside the journal.
 */
export type Decision<Event> = Event & { readonly of?: MessageMetadata; readonly keep?: RawMessage }

/**
 * Pure, synchronous and total; no clock, since time is in the message. `decide` gives at least one event: a message
 * that changes nothing gives `MessageNoted`. A failure parks the message whole, as a case. `version` is the stream's
 * last version, so that events can name their own.
 */
export interface Decider<State, Message, Event> {
  readonly initial: State
  readonly decide: (
    state: State,
    message: Received<Message>,
    version: number
  ) => Result.Result<ReadonlyArray<Decision<Event>>, Failure>
  readonly evolve: (state: State, event: Evolved<Event>) => State
  /** State to MessagePack and back, for snapshots; `format` changes whenever their meaning does. */
  readonly format: string
  readonly pack: (state: State) => Uint8Array
  readonly unpack: (packed: Uint8Array) => State
}
