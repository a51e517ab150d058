// Writes to a partition as its owner does: rows fixed before they are sent, state ahead of the journal. For tests.
import { Effect } from "effect"
import type { AnyEvent } from "../../core/event/catalogue.ts"
import { encode } from "../../core/journal/codec.ts"
import type { EventContent, EventRow } from "../../core/journal/event.ts"
import { eventHash, sha256 } from "../../core/journal/hash.ts"
import { Journal, type PartitionAppend, type PartitionHead, type RawMessage } from "../../core/journal/journal.ts"
import { partitionOf, StreamName } from "../../core/journal/stream.ts"
import type { MessageMetadata } from "../../core/message/metadata.ts"
import { MessageId, Source } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"

export const metadataOf = (messageId: string): MessageMetadata => ({
  source: Source.make("test/mes.events/journal"),
  messageId: MessageId.make(messageId),
  digest: sha256(new TextEncoder().encode(messageId)),
  queue: "traveler.in.test",
  occurredAt: OccurredAt.make("2026-01-02T03:04:05.678+01:00")
})

const contentOf = ({ event, messageId }: Planned): EventContent => ({
  metadata: metadataOf(messageId),
  part: 0,
  data: event?.data ?? { type: "Test", reason: `For ${messageId}` }
})

/** The `nth` stream (from 0) whose log is this partition's. */
export const streamIn = (partition: number, partitions: number, nth = 0): StreamName => {
  let left = nth
  for (let number = 1; ; number++) {
    const name = StreamName(`order/test/${number}`)
    if (partitionOf(name, partitions) === partition && left-- === 0) return name
  }
}

/** An event to append: its stream, and the message that it is known by afterwards. */
export interface Planned {
  readonly stream: StreamName
  readonly messageId: string
  /** What it says; that the message was noted where absent. */
  readonly event?: AnyEvent
}

export class Owner {
  readonly partition: number
  #head: PartitionHead
  readonly #streams = new Map<StreamName, { readonly key: number; version: number }>()

  constructor(partition: number, head: PartitionHead) {
    this.partition = partition
    this.#head = head
  }

  get offset(): number {
    return this.#head.offset
  }

  /** A stream that was there before this owner. */
  knows(stream: StreamName, key: number, version: number): void {
    this.#streams.set(stream, { key, version })
  }

  /** Rows for these events, after all that were planned before. */
  plan(events: ReadonlyArray<Planned>, raw: ReadonlyArray<RawMessage> = []): PartitionAppend {
    const newStreams: Array<{ readonly key: number; readonly name: StreamName }> = []
    const contents = events.map(contentOf)
    const rows = events.map(({ event, stream }, index) => {
      let known = this.#streams.get(stream)
      if (known === undefined) {
        known = { key: this.#head.lastKey + 1, version: 0 }
        this.#streams.set(stream, known)
        newStreams.push({ key: known.key, name: stream })
      }
      known.version++
      const row: Omit<EventRow, "hash"> = {
        partition: this.partition,
        offset: this.#head.offset + 1,
        key: known.key,
        stream,
        version: known.version,
        type: event?.type ?? "MessageNoted",
        schemaVersion: 1,
        recordedAt: this.#head.recordedAt + 1,
        content: encode(contents[index])
      }
      const hash = eventHash(this.#head.hash, row)
      this.#head = {
        offset: row.offset,
        hash,
        recordedAt: row.recordedAt,
        lastKey: Math.max(this.#head.lastKey, row.key)
      }
      return { ...row, hash }
    })
    return { partition: this.partition, rows, contents, newStreams, raw }
  }

  /** `count` events on one stream, their messages named by offset. */
  planMany(stream: StreamName, count: number): PartitionAppend {
    const from = this.offset + 1
    return this.plan(Array.from({ length: count }, (_, index) => ({ stream, messageId: `${stream}#${from + index}` })))
  }
}

/** Becomes the owner of a partition, as the journal has it now; knows the streams named. */
export const takeOver = Effect.fnUntraced(function* (partition: number, names: ReadonlyArray<StreamName> = []) {
  const journal = yield* Journal
  const owner = new Owner(partition, yield* journal.head(partition))
  for (const [name, { key, snapshot, tail }] of yield* journal.load(partition, names)) {
    owner.knows(name, key, tail.at(-1)?.version ?? snapshot?.version ?? 0)
  }
  return owner
})
