// Whatever somebody with all rights does to a partition that was signed is found, and where: each kind at twenty random
// places. What came after the last checkpoint is never called proven.
import { rmSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { hashesName } from "../../../adapters/audit/place.ts"
import type { ProvedPartition } from "../../../adapters/audit/prove-partition.ts"
import { temporaryFolder } from "../../house/temporary-folder.ts"
import { type Logs, length, logs, madeToFit, partitions, proved, publishTo, signedSize } from "./signed-journal.ts"
import { tamperings } from "./tampering.ts"

const folder = join(temporaryFolder(), "published")
const withoutHashes = join(temporaryFolder(), "published")
publishTo(folder)
publishTo(withoutHashes)
for (const number of [1, 2, 3]) rmSync(join(withoutHashes, hashesName(number)))

const run = async (of: Logs, where = folder) => (await Effect.runPromise(proved(of, where))).found

const whole = (partition: number): ProvedPartition => ({
  ...{ partition, proven: signedSize, notYetProven: length - signedSize }
})

const place = fc.record({
  partition: fc.nat({ max: partitions - 1 }),
  at: fc.integer({ min: 2, max: signedSize - 1 })
})

it("an untouched journal is proven up to the last checkpoint, and what came after it is not yet", async () => {
  expect(await run(logs)).toEqual([whole(0), whole(1), whole(2)])
})

describe.each(tamperings)("When $name", ({ found = (_, at) => at, tamper }) => {
  it("it is found, where it is, and all before it and the other partitions stay proven", () =>
    fc.assert(
      fc.asyncProperty(place, async ({ at, partition }) => {
        const rows = logs[partition] ?? []
        const results = await run(logs.with(partition, tamper(rows, at)))
        const offset = found(rows, at)
        expect(results[partition]).toMatchObject({ proven: offset - 1, notYetProven: 0, break: { partition, offset } })
        for (const other of results) if (other.partition !== partition) expect(other).toEqual(whole(other.partition))
      }),
      { numRuns: 20 }
    ))

  it("it is found without the hashes beside the checkpoints, and no more is called proven than is", () =>
    fc.assert(
      fc.asyncProperty(place, async ({ at, partition }) => {
        const rows = logs[partition] ?? []
        const results = await run(logs.with(partition, tamper(rows, at)), withoutHashes)
        const { break: broken, proven = length } = results[partition] ?? {}
        expect(broken?.partition).toBe(partition)
        expect(proven).toBeLessThan(found(rows, at))
        expect([0, 12]).toContain(proven)
      }),
      { numRuns: 5 }
    ))
})

describe("After the last checkpoint", () => {
  const later = fc.record({
    partition: fc.nat({ max: partitions - 1 }),
    at: fc.integer({ min: signedSize + 1, max: length })
  })

  it("a broken chain is found", () =>
    fc.assert(
      fc.asyncProperty(later, async ({ at, partition }) => {
        const rows = logs[partition] ?? []
        const forged = rows.map((row) => (row.offset === at ? { ...row, type: "Forged" } : row))
        expect((await run(logs.with(partition, forged)))[partition]).toMatchObject({
          ...{ proven: signedSize, notYetProven: at - 1 - signedSize, break: { offset: at } }
        })
      })
    ))

  it("a chain made anew can't be found, so its events are not yet proven", () =>
    fc.assert(
      fc.asyncProperty(later, async ({ at, partition }) => {
        const rows = logs[partition] ?? []
        const forged = madeToFit(rows.map((row) => (row.offset === at ? { ...row, type: "Forged" } : row)))
        expect((await run(logs.with(partition, forged)))[partition]).toEqual(whole(partition))
      })
    ))
})
