// Compares a journal with what was sent: the chain of every partition, the exact set of each queue's message ids,
// each on its order. Shares nothing with the actors that wrote it. Used by the bench's scenarios and tests.
import { Effect, Result } from "effect"
import { decode } from "../core/journal/codec.ts"
import type { EventContent, EventRow } from "../core/journal/event.ts"
import { Journal } from "../core/journal/journal.ts"
import { orderOf, type StreamName } from "../core/journal/stream.ts"
import { Verification } from "../core/journal/verify.ts"
import { WrongResult } from "./failure.ts"

const pageSize = 5_000

export interface Sent {
  readonly messageId: string
  /** Absent where it is about a lot. */
  readonly orderId?: string
}

/** Queue → what was sent to it. */
export type SentTo = ReadonlyMap<string, Iterable<Sent>>

const wrong = (reason: string) => new WrongResult({ what: "The journal", reason })

/** What the journal holds of these queues, gathered row by row. */
export class Contents {
  rows = 0
  /** Rows of each type. */
  readonly types = new Map<string, number>()
  readonly #byQueue: ReadonlyMap<string, Map<string, StreamName>>

  constructor(queues: Iterable<string>) {
    this.#byQueue = new Map(Array.from(queues, (queue) => [queue, new Map()]))
  }

  /** A message's first event counts it; its others, and what the core said to itself, are counted as rows alone. */
  add(row: EventRow): Result.Result<void, WrongResult> {
    this.rows++
    this.types.set(row.type, (this.types.get(row.type) ?? 0) + 1)
    const { metadata, part } = decode<EventContent>(row.content)
    const recorded = this.#byQueue.get(metadata.queue)
    if (part !== 0 || recorded === undefined) return Result.void
    if (recorded.has(metadata.messageId)) return Result.fail(wrong(`message ${metadata.messageId} is recorded twice`))
    recorded.set(metadata.messageId, row.stream)
    return Result.void
  }

  /** Takes away what was sent, so that what remains was never sent. */
  compare(sent: SentTo): Result.Result<void, WrongResult> {
    for (const [queue, messages] of sent) {
      const recorded = this.#byQueue.get(queue) ?? new Map<string, StreamName>()
      for (const { messageId, orderId } of messages) {
        const stream = recorded.get(messageId)
        const isThere = stream !== undefined && (orderId === undefined || orderOf(stream) === orderId)
        if (!isThere) return Result.fail(wrong(`message ${messageId}${ofOrder(orderId)} is missing`))
        recorded.delete(messageId)
      }
      for (const [messageId, stream] of recorded) {
        return Result.fail(wrong(`message ${messageId} of ${stream} was never sent`))
      }
    }
    return Result.void
  }
}

const ofOrder = (orderId: string | undefined): string => (orderId === undefined ? "" : ` of order ${orderId}`)

/** What the journal holds; fails where that isn't exactly what was sent. */
export const verified = Effect.fnUntraced(function* (sent: SentTo) {
  const journal = yield* Journal
  const contents = new Contents(sent.keys())
  for (let partition = 0; partition < journal.partitions; partition++) {
    const verification = new Verification(partition)
    let full = true
    while (full) {
      const rows = yield* journal.rows(partition, verification.offset, pageSize)
      const taken = verification.take(rows)
      if (Result.isFailure(taken)) {
        const { offset, reason } = taken.failure
        return yield* wrong(`the chain of partition ${partition} breaks at offset ${offset}: ${reason}`)
      }
      for (const row of rows) yield* Effect.fromResult(contents.add(row))
      full = rows.length === pageSize
    }
  }
  yield* Effect.fromResult(contents.compare(sent))
  return contents
})
