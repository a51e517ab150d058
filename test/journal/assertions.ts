// What the journal's tests look for again and again. Used in test/journal and test/adapters/postgres.
import { Effect, Result } from "effect"
import { expect } from "vitest"
import type { EventRow } from "../../core/journal/event.ts"
import { hex } from "../../core/journal/hash.ts"
import { Journal, type PartitionAppend, PartitionLost } from "../../core/journal/journal.ts"
import { verifyRows } from "../../core/journal/verify.ts"

/** All rows of a partition; fails the test unless they are one unbroken log. */
export const verifiedRows = Effect.fnUntraced(function* (partition: number) {
  const journal = yield* Journal
  const rows = yield* journal.rows(partition, 0, 1_000_000)
  expect(verifyRows(partition, rows)).toEqual(Result.void)
  return rows
})

/** Bytes as text, so that a view and a copy are equal. */
export const plain = (rows: ReadonlyArray<EventRow>) =>
  rows.map((row) => ({ ...row, content: hex(row.content), hash: hex(row.hash) }))

/** Fails the test unless the partition holds exactly these appends, in this order. */
export const expectLog = Effect.fnUntraced(function* (partition: number, appends: ReadonlyArray<PartitionAppend>) {
  const rows = yield* verifiedRows(partition)
  expect(plain(rows)).toEqual(plain(appends.flatMap((append) => append.rows)))
})

/** Fails the test unless another owner was met at this append's first offset. */
export const expectLost = Effect.fnUntraced(function* (append: PartitionAppend) {
  const journal = yield* Journal
  const failure = yield* Effect.flip(journal.append(append))
  expect(failure).toEqual(new PartitionLost({ partition: append.partition, offset: append.rows[0]?.offset ?? 0 }))
})
