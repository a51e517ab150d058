// Proves the whole journal in this process, partition by partition. Used by the demo and tests; `audit verify` does the same
// on all processors (see `workers.ts`).
import { Effect } from "effect"
import { Journal } from "../../core/journal/journal.ts"
import { type Evidence, noEvidence, provePartition } from "./prove-partition.ts"

/** In order of partition. */
export const proveJournal = Effect.fnUntraced(function* (evidence: Evidence = noEvidence) {
  const { partitions } = yield* Journal
  return yield* Effect.forEach(
    Array.from({ length: partitions }, (_, partition) => partition),
    (partition) => provePartition(partition, evidence),
    { concurrency: 4 }
  )
})
