// The hashes of one partition out of a checkpoint's file of all: each is the right one, and the file isn't kept for them.
import { expect, it } from "vitest"
import { hashesFile, hashesIn } from "../../../adapters/audit/hashes-file.ts"
import { sha256 } from "../../../core/journal/hash.ts"

const count = 2_000
const partitions = 64
const hashesOf = (partition: number) =>
  Array.from({ length: count }, (_, index) => sha256(Buffer.from(`${partition} ${index}`)))
const empty = new Uint8Array()

it("gives a partition's hashes, and keeps the rest of the file from memory", () => {
  const all = Array.from({ length: partitions }, (_, partition) => hashesOf(partition))
  const file = hashesFile(all)
  const covers = { hashes: sha256(file), partitions: all.map(() => ({ size: count, hash: empty, root: empty })) }
  const found = hashesIn(file, covers, undefined, 7) ?? expect.unreachable("It is the file that was signed")
  expect(found.map((hash) => Buffer.from(hash).toString("hex"))).toEqual(
    hashesOf(7).map((hash) => Buffer.from(hash).toString("hex"))
  )
  const kept = new Set(found.map(({ buffer }) => buffer))
  expect([...kept].reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(count * 32)
})
