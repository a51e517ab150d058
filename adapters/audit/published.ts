// The checkpoints that have left the machine, as they are in the second place: read, and each proved to follow from the one
// before, from a key that is trusted on. Used by `traveler audit`.
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Result } from "effect"
import { messageOf, TechnicalFailure } from "../../core/failure.ts"
import type { SignedLog } from "../../core/journal/verify.ts"
import { parseCheckpoint, type SignedCheckpoint, whyNotNext } from "./checkpoint.ts"
import { hashesIn } from "./hashes-file.ts"
import type { PublicKey } from "./keys.ts"
import { hashesName, noteName, numbersIn } from "./place.ts"
import type { Evidence } from "./prove-partition.ts"
import { isSignedBy } from "./signed-note.ts"

/** A checkpoint that can't be believed; nor can any after it. */
export interface Doubt {
  readonly checkpoint: number
  readonly reason: string
}

export interface Published {
  /** Oldest first; those up to the first that can't be believed. */
  readonly checkpoints: ReadonlyArray<SignedCheckpoint>
  readonly doubt?: Doubt
}

const failed = (folder: string) => (error: unknown) =>
  new TechnicalFailure({
    field: "checkpoints",
    value: folder,
    reason: messageOf(error),
    nextStep: "Name the folder that checkpoints were published to: --checkpoints DIR"
  })

/** The next one of the folder, or why it can't be believed. */
const following = (text: string, before: SignedCheckpoint | undefined): Result.Result<SignedCheckpoint, string> => {
  const checkpoint = parseCheckpoint(text)
  if (checkpoint === undefined) return Result.fail("It isn't a checkpoint, or was changed")
  const reason = whyNotNext(checkpoint, before, before?.key ?? checkpoint.key)
  return reason === undefined ? Result.succeed(checkpoint) : Result.fail(reason)
}

const unknownKey = ({ id, name }: PublicKey): Published => ({
  checkpoints: [],
  doubt: { checkpoint: 1, reason: `No checkpoint that is there is signed by the key ${name} ${id}, which you trust` }
})

/**
 * From one after the other to the first that can't be believed. A key that the caller trusts has signed one of them, which
 * vouches for all before it by what it says of the one before, and by `key` for the one after. Without such a key the
 * folder itself is trusted; the database never is.
 */
export const readPublished = Effect.fnUntraced(function* (folder: string, trusted: PublicKey | undefined) {
  const numbers = yield* Effect.tryPromise({ try: () => numbersIn(folder), catch: failed(folder) })
  const checkpoints: Array<SignedCheckpoint> = []
  let doubt: Doubt | undefined
  for (const number of numbers) {
    const expected = checkpoints.length + 1
    const text = yield* Effect.tryPromise({
      try: () => readFile(join(folder, noteName(number)), "utf8"),
      catch: failed(folder)
    })
    const next =
      number === expected ? following(text, checkpoints.at(-1)) : Result.fail(`It isn't there, and ${number} is`)
    if (Result.isFailure(next)) {
      doubt = { checkpoint: expected, reason: next.failure }
      break
    }
    checkpoints.push(next.success)
  }
  const isTrusted = trusted === undefined || checkpoints.some(({ note }) => isSignedBy(note, trusted))
  if (trusted !== undefined && !isTrusted) return unknownKey(trusted)
  const published: Published = { checkpoints, ...(doubt === undefined ? {} : { doubt }) }
  return published
})

/** What of a checkpoint is needed once it is believed. */
export type Believed = Pick<SignedCheckpoint, "hashes" | "number" | "partitions">

/** What they say of one partition. */
const signedOf = (checkpoints: ReadonlyArray<Believed>, partition: number): ReadonlyArray<SignedLog> =>
  checkpoints.flatMap(({ number, partitions }) => {
    const signed = partitions[partition]
    return signed === undefined ? [] : [{ checkpoint: number, ...signed }]
  })

/** What a checkpoint's file says of one partition; undefined where there is no such file, or not the one that was signed. */
const readHashes = (folder: string, checkpoint: Believed, before: Believed | undefined, partition: number) =>
  Effect.tryPromise(() => readFile(join(folder, hashesName(checkpoint.number)))).pipe(
    Effect.map((file) => hashesIn(file, checkpoint, before, partition)),
    // A file that can't be read tells no more than none: the root still proves, only the place stays less exact.
    Effect.orElseSucceed(() => undefined)
  )

/** The hashes that left the machine of a partition's events after `size`, which is where a checkpoint ended, or 0. */
const signedHashesAfter = Effect.fnUntraced(function* (
  folder: string,
  checkpoints: ReadonlyArray<Believed>,
  partition: number,
  size: number
) {
  const found: Array<Uint8Array> = []
  for (const [index, checkpoint] of checkpoints.entries()) {
    if ((checkpoint.partitions[partition]?.size ?? 0) <= size) continue
    const hashes = yield* readHashes(folder, checkpoint, checkpoints[index - 1], partition)
    if (hashes === undefined) break
    found.push(...hashes)
  }
  return found
})

export const evidenceOf = (folder: string, checkpoints: ReadonlyArray<Believed>): Evidence => ({
  signed: (partition) => signedOf(checkpoints, partition),
  hashesAfter: (partition, proven) => signedHashesAfter(folder, checkpoints, partition, proven)
})
