// Compares a journal with what was sent: the chain of every partition, the count of each order, the exact set of
// message ids. Shares nothing with the actors that wrote it. Used by the bench's scenarios and tests.
import { Effect, Result } from "effect"
import { decode } from "../core/journal/codec.ts"
import type { EventContent, EventRow } from "../core/journal/event.ts"
import { Journal } from "../core/journal/journal.ts"
import { orderOf } from "../core/journal/stream.ts"
import { Verification } from "../core/journal/verify.ts"
import { WrongResult } from "./failure.ts"

const pageSize = 5_000

export interface Sent {
  readonly orderId: string
  readonly messageId: string
}

const wrong = (reason: string) => new WrongResult({ what: "The journal", reason })

/** What the journal holds of one queue, gathered row by row. */
export class Contents {
  rows = 0
  readonly #queue: string
  readonly #byOrder = new Map<string, Set<string>>()

  constructor(queue: string) {
    this.#queue = queue
  }

  /** A message's first event counts it; its others, and what the core said to itself, are counted as rows alone. */
  add(row: EventRow): Result.Result<void, WrongResult> {
    this.rows++
    const { metadata, part } = decode<EventContent>(row.content)
    if (part !== 0 || metadata.queue !== this.#queue) return Result.void
    const order = orderOf(row.stream)
    const ids = this.#byOrder.get(order) ?? new Set()
    if (ids.has(metadata.messageId)) return Result.fail(wrong(`message ${metadata.messageId} is recorded twice`))
    this.#byOrder.set(order, ids.add(metadata.messageId))
    return Result.void
  }

  /** Takes away what was sent, so that what remains was never sent. */
  compare(sent: Iterable<Sent>): Result.Result<void, WrongResult> {
    for (const { orderId, messageId } of sent) {
      if (this.#byOrder.get(orderId)?.delete(messageId) !== true) {
        return Result.fail(wrong(`message ${messageId} of order ${orderId} is missing`))
      }
    }
    for (const [order, [id]] of this.#byOrder) {
      if (id !== undefined) return Result.fail(wrong(`message ${id} of order ${order} was never sent`))
    }
    return Result.void
  }
}

/** How many event rows there are; fails where the journal isn't exactly what was sent. */
export const verifiedRows = Effect.fnUntraced(function* (queue: string, sent: Iterable<Sent>) {
  const journal = yield* Journal
  const contents = new Contents(queue)
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
  return contents.rows
})
