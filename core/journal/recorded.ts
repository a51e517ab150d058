// From stored rows to typed events: the one place where bytes become events. Used by every journal.
import { Effect } from "effect"
import type { AnyEvent } from "../event/catalogue.ts"
import { upcast } from "../event/upcast.ts"
import { messageOf } from "../failure.ts"
import { decode } from "./codec.ts"
import type { EventContent, EventRow, RecordedEvent } from "./event.ts"
import { UnreadableEvent } from "./journal.ts"

type StoredRow = Omit<EventRow, "key">

/**
 * The row's event in today's version. The type and content are trusted to belong together: they were valid by Schema
 * before they were written, the hash chain proves that they are the same, and golden files prove that today's code
 * still reads every version ever written.
 */
export const recordedEvent = (row: StoredRow): RecordedEvent => recordedWith(row, decode<EventContent>(row.content))

/** The same where it is known what the row's bytes hold. */
export const recordedWith = (row: StoredRow, { metadata, part, data }: EventContent): RecordedEvent => {
  const event = { type: row.type, data: upcast(row.type, row.schemaVersion, data) } as AnyEvent
  return {
    partition: row.partition,
    offset: row.offset,
    stream: row.stream,
    version: row.version,
    recordedAt: row.recordedAt,
    metadata,
    ...(part === undefined ? {} : { part }),
    hash: row.hash,
    ...event
  }
}

const unreadable = ({ offset, partition, stream, version }: StoredRow, cause: unknown) =>
  new UnreadableEvent({
    partition,
    offset,
    stream,
    version,
    reason: messageOf(cause)
  })

/** The events of one stream: all of them, or the first that can't be read. */
export const recordedStream = (rows: ReadonlyArray<StoredRow>) =>
  Effect.forEach(rows, (row) => Effect.try({ try: () => recordedEvent(row), catch: (cause) => unreadable(row, cause) }))

/** The events of many streams: all of them, or the first that can't be read. */
export const recordedHistories = (
  rows: ReadonlyArray<StoredRow>
): Effect.Effect<ReadonlyArray<RecordedEvent>, UnreadableEvent> =>
  Effect.suspend(() => {
    const events: Array<RecordedEvent> = []
    for (const row of rows) {
      try {
        events.push(recordedEvent(row))
      } catch (cause) {
        return Effect.fail(unreadable(row, cause))
      }
    }
    return Effect.succeed(events)
  })

/** The events of many partitions, each up to one that can't be read; that one, where nothing precedes it anywhere. */
export const recordedEvents = (
  rows: ReadonlyArray<StoredRow>
): Effect.Effect<ReadonlyArray<RecordedEvent>, UnreadableEvent> =>
  Effect.suspend(() => {
    const events: Array<RecordedEvent> = []
    const stops = new Map<number, UnreadableEvent>()
    for (const row of rows) {
      if (stops.has(row.partition)) continue
      try {
        events.push(recordedEvent(row))
      } catch (cause) {
        stops.set(row.partition, unreadable(row, cause))
      }
    }
    const [stop] = stops.values()
    return stop === undefined || events.length > 0 ? Effect.succeed(events) : Effect.fail(stop)
  })
