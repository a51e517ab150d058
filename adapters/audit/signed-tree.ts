// The tree that a checkpoint signed of a partition, from rows that are proven to be what was signed: whoever has all rights on
// the database could otherwise keep an event back from an export by another key or time of its row, and leave its hash as it
// is. Used by `export.ts`.
import { Effect, Result } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import { Journal } from "../../core/journal/journal.ts"
import { MerkleTree } from "../../core/journal/merkle.ts"
import { Proving } from "../../core/journal/verify.ts"
import type { SignedPartition } from "./checkpoint.ts"

const pageSize = 5_000

export const notSigned = (partition: number) =>
  new DataQualityIssue({
    field: "journal",
    value: `partition ${partition}`,
    reason: "Its events aren't those that were recorded and signed",
    nextStep: "Find out where: npm run traveler -- audit verify"
  })

/** All of the log is proven: what came after the checkpoint to be an unbroken chain. */
export const signedTree = Effect.fnUntraced(function* (partition: number, signed: SignedPartition, checkpoint: number) {
  const journal = yield* Journal
  const proof = new Proving(partition, [{ checkpoint, ...signed }])
  const hashes: Array<Uint8Array> = []
  for (let isWhole = false; !isWhole; ) {
    const rows = yield* journal.rows(partition, proof.offset, pageSize)
    for (const { hash } of rows.slice(0, signed.size - hashes.length)) hashes.push(hash.slice())
    if (Result.isFailure(proof.take(rows))) return yield* notSigned(partition)
    isWhole = rows.length < pageSize
  }
  return Result.isFailure(proof.end()) ? yield* notSigned(partition) : new MerkleTree(hashes)
})
