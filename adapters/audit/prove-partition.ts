// Proves one partition of the journal against the checkpoints that have left the machine. Used by `audit verify` and the
// demo, which has none.
import { Effect, Result } from "effect"
import { hex } from "../../core/journal/hash.ts"
import { Journal } from "../../core/journal/journal.ts"
import { type Break, Proving, readable, type SignedLog } from "../../core/journal/verify.ts"

const pageSize = 5_000

/** What is known of a partition's events from outside the database. */
export interface Evidence {
  readonly signed: (partition: number) => ReadonlyArray<SignedLog>
  /** The hashes of the events after those that are proven, as far as they are known. */
  readonly hashesAfter: (partition: number, proven: number) => Effect.Effect<ReadonlyArray<Uint8Array>>
}

/** Nothing has left the machine: the chain alone. */
export const noEvidence: Evidence = { signed: () => [], hashesAfter: () => Effect.succeed([]) }

export interface ProvedPartition {
  readonly partition: number
  /** Up to this offset it is what was signed. */
  readonly proven: number
  /** As many events follow on those, up to the break if there is one: an unbroken chain, which nothing outside vouches for. */
  readonly notYetProven: number
  readonly break?: Break
}

/** The first event that isn't the one whose hash is known: a log that was made anew from there on breaks nowhere itself. */
const firstUnlike = Effect.fnUntraced(function* (proof: Proving, hashes: ReadonlyArray<Uint8Array>) {
  const journal = yield* Journal
  const { partition, proven } = proof
  const last = Math.min(proof.offset, proven + hashes.length)
  for (let at = proven; at < last; ) {
    const rows = yield* journal.rows(partition, at, Math.min(pageSize, last - at))
    for (const row of rows) {
      const hash = hashes[row.offset - proven - 1]
      if (hash === undefined || hex(hash) !== hex(row.hash)) return { row, offset: row.offset }
    }
    at += rows.length
    if (rows.length === 0) return { row: undefined, offset: at + 1 }
  }
  return { row: undefined, offset: last + 1 }
})

const unbroken = ({ offset, partition, proven }: Proving): ProvedPartition => ({
  ...{ partition, proven, notYetProven: offset - proven }
})

/** As exactly as the hashes that have left the machine allow. */
const brokenAt = Effect.fnUntraced(function* (proof: Proving, found: Break, evidence: Evidence) {
  const { partition } = proof
  const { offset, row } = yield* firstUnlike(proof, yield* evidence.hashesAfter(partition, proof.proven))
  const reason = "Its hash isn't the one that was signed, and what follows was made to fit"
  const known: Break = row === undefined ? found : { partition, offset, reason, found: readable(row) }
  const proven = Math.min(offset, known.offset) - 1
  const proved: ProvedPartition = { partition, proven, notYetProven: known.offset - 1 - proven, break: known }
  return proved
})

/** `told` hears how many more events were read. */
export const provePartition = Effect.fnUntraced(function* (
  partition: number,
  evidence: Evidence,
  told: (events: number) => void = () => undefined
) {
  const journal = yield* Journal
  const proof = new Proving(partition, evidence.signed(partition))
  let taken: Result.Result<void, Break> = Result.void
  while (Result.isSuccess(taken)) {
    const rows = yield* journal.rows(partition, proof.offset, pageSize)
    taken = proof.take(rows)
    told(rows.length)
    if (rows.length < pageSize) break
  }
  const whole = Result.flatMap(taken, () => proof.end())
  return yield* Result.isSuccess(whole) ? Effect.succeed(unbroken(proof)) : brokenAt(proof, whole.failure, evidence)
})
