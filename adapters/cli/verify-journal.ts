// Proves the whole journal: every partition's chain, continuity and versions. Used by the demo.
import { Effect, Result } from "effect"
import { Journal } from "../../core/journal/journal.ts"
import { type Break, Verification } from "../../core/journal/verify.ts"

const pageSize = 5_000

const verifyPartition = Effect.fnUntraced(function* (partition: number) {
  const journal = yield* Journal
  const verification = new Verification(partition)
  while (true) {
    const rows = yield* journal.rows(partition, verification.offset, pageSize)
    const taken = verification.take(rows)
    if (Result.isFailure(taken)) return taken.failure
    if (rows.length < pageSize) return undefined
  }
})

/** The first break of each broken partition; none for a whole journal. */
export const verifyJournal = Effect.gen(function* () {
  const { partitions } = yield* Journal
  const found = yield* Effect.forEach(
    Array.from({ length: partitions }, (_, partition) => partition),
    verifyPartition,
    { concurrency: 4 }
  )
  return found.filter((result): result is Break => result !== undefined)
})
