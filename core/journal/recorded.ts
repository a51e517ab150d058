// From a stored row to a typed event: the one place where bytes become events. Used by every journal.
import type { AnyEvent } from "../event/catalogue.ts"
import { upcast } from "../event/upcast.ts"
import { decode } from "./codec.ts"
import type { EventContent, EventRow, RecordedEvent } from "./event.ts"

/**
 * The row's event in today's version. The type and content are trusted to belong together: they were valid by Schema
 * before they were written, the hash chain proves that they are the same, and golden files prove that today's code
 * still reads every version ever written.
 */
export const recordedEvent = (row: Omit<EventRow, "key">): RecordedEvent => {
  const { metadata, part, data } = decode<EventContent>(row.content)
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
