// One record of master data, as its ERP published it last. Pure; used by `master-data.ts` alone.
import type { MasterDataEvent } from "../../core/event/master-data.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { plantOf } from "../../core/journal/stream.ts"
import { masterDataKey } from "../../core/message/master-data.ts"
import { outranks, type Rank, rankOf } from "../../core/message/rank.ts"

export interface Record {
  readonly stream: string
  readonly plant: string
  readonly kind: string
  readonly id: string
  /** Of a bill or a definition. */
  readonly version: string | null
  readonly content: object
  /** The ERP took it back. */
  readonly deleted: boolean
  /** How often it was published. */
  readonly published: number
  readonly changed_at: string
  readonly recorded_at: number
  readonly rank: Rank
}

type Published = Extract<RecordedEvent, MasterDataEvent>

export const evolve = (record: Record | undefined, event: Published): Record => {
  const { data, metadata, recordedAt, stream } = event
  const published = (record?.published ?? 0) + 1
  // A sender's count is of an order's messages; a counter that begins anew would keep a record as it was for ever.
  const rank = { ...rankOf(metadata), sequence: 0 }
  if (record !== undefined && !outranks(rank, record.rank)) return { ...record, published }
  const { actionCode, ...content } = data
  const { id, kind, version } = masterDataKey(data)
  return {
    stream,
    plant: plantOf(stream),
    kind,
    id,
    version: version ?? null,
    content,
    deleted: actionCode === "Delete",
    published,
    changed_at: metadata.occurredAt,
    recorded_at: recordedAt,
    rank
  }
}
