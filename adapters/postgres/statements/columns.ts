// The columns of an event as statements select them, and the way from there to a row. Used by adapters/postgres.
import type { EventRow } from "../../../core/journal/event.ts"
import { StreamName } from "../../../core/journal/stream.ts"

/** As the client gives them: 64-bit integers are bigint. */
export interface EventColumns {
  readonly partition: number
  readonly offset: bigint
  readonly version: number
  readonly type: string
  readonly schema_version: number
  readonly recorded_at: bigint
  readonly content: Uint8Array
  readonly hash: Uint8Array
}

/** Written out where they are selected from `event`, so that a later column changes no plan. */
export const eventColumns = `partition, "offset", stream_key, version, type, schema_version, recorded_at, content, hash`

export const toRow = (columns: EventColumns, stream: string): Omit<EventRow, "key"> => ({
  partition: columns.partition,
  offset: Number(columns.offset),
  stream: StreamName(stream),
  version: columns.version,
  type: columns.type,
  schemaVersion: columns.schema_version,
  recordedAt: Number(columns.recorded_at),
  content: columns.content,
  hash: columns.hash
})
