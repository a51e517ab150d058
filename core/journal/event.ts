// A journal row: what is stored of an event, and what comes back. Anyone may import this file.
import type { AnyEvent } from "../event/catalogue.ts"
import type { MessageMetadata } from "../message/metadata.ts"
import type { StreamName } from "./stream.ts"

/** An event as its owner fixes it before the first try to append it: nothing in it changes on a retry. */
export interface EventRow {
  readonly partition: number
  /** Gapless within the partition, from 1. */
  readonly offset: number
  /** The stream's number within its partition. */
  readonly key: number
  readonly stream: StreamName
  /** Gapless within the stream, from 1. */
  readonly version: number
  readonly type: string
  /** Version of the type's schema, for upcasting on read. */
  readonly schemaVersion: number
  /** Milliseconds since 1970, never going back within a partition. */
  readonly recordedAt: number
  /** MessagePack of `EventContent`. */
  readonly content: Uint8Array
  /** SHA-256 over the previous row's hash and every field above; see `hash.ts`. */
  readonly hash: Uint8Array
}

/** What the row's bytes hold. */
export interface EventContent {
  readonly metadata: MessageMetadata
  /** 0 for the first event that a message caused; its others count on. Absent for a resumed directive's event. */
  readonly part?: number
  readonly data: unknown
}

/** An event as read back, in today's version of its schema: where it stands, its envelope, its type and content. */
export type RecordedEvent = {
  readonly partition: number
  readonly offset: number
  readonly stream: StreamName
  readonly version: number
  readonly recordedAt: number
  readonly metadata: MessageMetadata
  readonly part?: number
  readonly hash: Uint8Array
} & AnyEvent

/** As a log names events that something can't get past: the one, or the first of them. */
export const namedInLog = (events: ReadonlyArray<RecordedEvent>): string | undefined => {
  const [first] = events
  if (first === undefined) return undefined
  const place = `${first.type} of ${first.stream} (partition ${first.partition}, offset ${first.offset})`
  return events.length === 1 ? place : `one of ${events.length} events from ${place} on`
}
