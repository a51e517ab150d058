// The port of the journal: N logs, one writer each. Adapters implement it; one test kit holds them all to it.
import { Context, type Effect, Schema, type Stream } from "effect"
import type { TechnicalFailure } from "../failure.ts"
import type { EventContent, EventRow, RecordedEvent } from "./event.ts"
import type { StreamName } from "./stream.ts"

/** Another owner has written to the partition: drop what is ahead, reload, decide anew. Never retried as it is. */
export class PartitionLost extends Schema.TaggedError<PartitionLost>()("PartitionLost", {
  partition: Schema.Int,
  offset: Schema.Int
}) {}

/** A row that today's code can't read. No reader may pass it: whoever meets it stands still before it and says so. */
export class UnreadableEvent extends Schema.TaggedError<UnreadableEvent>()("UnreadableEvent", {
  partition: Schema.Int,
  offset: Schema.Int,
  stream: Schema.String,
  version: Schema.Int,
  reason: Schema.String
}) {
  override get message() {
    const { offset, partition, reason, stream, version } = this
    return `The event at offset ${offset} of partition ${partition} (version ${version} of ${stream}) can't be read: ${reason}`
  }
}

/** Where a partition's log ends. */
export interface PartitionHead {
  /** Of the last row; 0 for an empty log. */
  readonly offset: number
  readonly hash: Uint8Array
  readonly recordedAt: number
  /** The highest stream number given so far; 0 for none. */
  readonly lastKey: number
}

/** Raw bytes kept beside the journal, by their SHA-256; redactable, with the hash left behind. */
export interface RawMessage {
  readonly digest: Uint8Array
  readonly bytes: Uint8Array
}

/** What one partition appends at once. All of it is written, or none. */
export interface PartitionAppend {
  readonly partition: number
  /** In order of offset, without a gap, following the last row appended. */
  readonly rows: ReadonlyArray<EventRow>
  /** What each row's bytes hold, so that the readers of this process needn't decode what it has just encoded. */
  readonly contents: ReadonlyArray<EventContent>
  readonly newStreams: ReadonlyArray<{ readonly key: number; readonly name: StreamName }>
  readonly raw: ReadonlyArray<RawMessage>
}

/** State of a stream at a version, as its host packed it; only ever of events that are durable. */
export interface Snapshot {
  readonly version: number
  /** Name and version of the code that can read `state`; another one rebuilds from the events. */
  readonly format: string
  readonly state: Uint8Array
}

/** A stream as it is needed to activate its actor. */
export interface LoadedStream {
  readonly key: number
  readonly snapshot?: Snapshot
  /** After the snapshot's version, in order. */
  readonly tail: ReadonlyArray<RecordedEvent>
  /** Why its events can't be read. Such a stream has no snapshot and an empty tail: it must not be activated. */
  readonly unreadable?: string
}

/** Which streams of a partition, by their numbers there, and what of them. */
export interface HistoriesAsked {
  readonly partition: number
  readonly afterKey: number
  readonly lastKey: number
  /** The last offset that is read. */
  readonly upTo: number
  /** Of streams of this category alone; of all where absent. */
  readonly category?: string
  /** Events of these types alone; of all where absent. */
  readonly types?: ReadonlyArray<string>
}

export class Journal extends Context.Service<
  Journal,
  {
    /** How many partitions this journal has; fixed when it was made. */
    readonly partitions: number
    readonly head: (partition: number) => Effect.Effect<PartitionHead, TechnicalFailure>
    /**
     * Succeeds once the rows are durable. A caller has one append of a partition in flight, never two: that, with
     * the key (partition, offset), is what fences. An unknown outcome is asked again with the very same rows until
     * the store answers, so this can take as long as an outage. Appends of many partitions are gathered.
     */
    readonly append: (append: PartitionAppend) => Effect.Effect<void, PartitionLost>
    /** Streams by name, for those that exist. Calls of many partitions are gathered into one query. */
    readonly load: (
      partition: number,
      names: ReadonlyArray<StreamName>
    ) => Effect.Effect<ReadonlyMap<StreamName, LoadedStream>, TechnicalFailure>
    readonly saveSnapshots: (
      partition: number,
      snapshots: ReadonlyArray<Snapshot & { readonly key: number }>
    ) => Effect.Effect<void, TechnicalFailure>
    /**
     * Events after each given offset, in order within a partition, at most `limit` in all. Partitions that
     * have nothing new are absent from the result. A partition's events end before one that can't be read; where that
     * leaves nothing at all, it fails and names the event.
     */
    readonly read: (
      after: ReadonlyMap<number, number>,
      limit: number
    ) => Effect.Effect<ReadonlyArray<RecordedEvent>, TechnicalFailure | UnreadableEvent>
    /** One stream's events after a version, in order, at most `limit`: all of them, or the first that can't be read. */
    readonly readStream: (
      name: StreamName,
      afterVersion: number,
      limit?: number
    ) => Effect.Effect<ReadonlyArray<RecordedEvent>, TechnicalFailure | UnreadableEvent>
    /** Whole histories of some streams, one after the other, each in order: all of them, or the first unreadable event. */
    readonly histories: (
      asked: HistoriesAsked
    ) => Effect.Effect<ReadonlyArray<RecordedEvent>, TechnicalFailure | UnreadableEvent>
    /** The whole rows of one partition after an offset, as stored: for verification. */
    readonly rows: (
      partition: number,
      afterOffset: number,
      limit: number
    ) => Effect.Effect<ReadonlyArray<EventRow>, TechnicalFailure>
    /** Every partition's last offset. */
    readonly heads: Effect.Effect<ReadonlyMap<number, number>, TechnicalFailure>
    readonly raw: (digest: Uint8Array) => Effect.Effect<Uint8Array | undefined, TechnicalFailure>
    /** Something was appended, by any owner. Also emits on a slow beat, so a lost notification only delays. */
    readonly appended: Stream.Stream<void>
  }
>()("traveler/core/Journal") {}
