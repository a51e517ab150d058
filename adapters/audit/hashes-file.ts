// The file beside a checkpoint with the hash of each event that is new in it. The checkpoint's root covers the same hashes,
// so the file proves nothing more; it tells which event it was that changed. Used by adapters/audit.
import { hex, sha256 } from "../../core/journal/hash.ts"
import type { Checkpoint } from "./checkpoint.ts"

const width = 32

/** Partition by partition, each in order of offset. */
export const hashesFile = (partitions: ReadonlyArray<ReadonlyArray<Uint8Array>>): Uint8Array =>
  Buffer.concat(partitions.flat())

type Covers = Pick<Checkpoint, "hashes" | "partitions">

const sizeIn = (of: Covers | undefined, partition: number): number => of?.partitions[partition]?.size ?? 0

/** The hashes of one partition's new events in such a file; undefined where it isn't the one that was signed. */
export const hashesIn = (
  file: Uint8Array,
  checkpoint: Covers,
  before: Covers | undefined,
  partition: number
): ReadonlyArray<Uint8Array> | undefined => {
  if (hex(sha256(file)) !== hex(checkpoint.hashes)) return undefined
  const added = (index: number): number => sizeIn(checkpoint, index) - sizeIn(before, index)
  const skipped = Array.from({ length: partition }, (_, index) => added(index)).reduce((sum, count) => sum + count, 0)
  // A copy: views would keep the whole file, and who asks for a partition's asks for those of many checkpoints.
  const own = new Uint8Array(file.subarray(skipped * width, (skipped + added(partition)) * width))
  return Array.from({ length: added(partition) }, (_, index) => own.subarray(index * width, (index + 1) * width))
}
