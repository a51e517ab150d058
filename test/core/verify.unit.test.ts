// A log that was tampered with is found out, with the row and the reason.
import { Result } from "effect"
import { describe, expect, it } from "vitest"
import type { EventRow } from "../../core/journal/event.ts"
import { eventHash, genesis } from "../../core/journal/hash.ts"
import { MerkleTree } from "../../core/journal/merkle.ts"
import { StreamName } from "../../core/journal/stream.ts"
import { Proving, type SignedLog, Verification, verifyRows } from "../../core/journal/verify.ts"
import { Owner, streamIn } from "../journal/owner.ts"

const [one, other] = [streamIn(2, 4, 0), streamIn(2, 4, 1)]

/** Six rows of partition 2 on two streams. */
const rows = new Owner(2, { offset: 0, hash: genesis, recordedAt: 1_000, lastKey: 0 }).plan(
  [one, other, one, other, one, one].map((stream, index) => ({ stream, messageId: `${index}` }))
).rows

/** The rows with one changed and all hashes from there on made to fit, as a forger with the code would. */
const forged = (offset: number, change: Partial<EventRow>): ReadonlyArray<EventRow> => {
  let hash: Uint8Array = genesis
  return rows.map((row) => {
    const changed = row.offset === offset ? { ...row, ...change } : row
    hash = eventHash(hash, changed)
    return { ...changed, hash }
  })
}

const broken = (taken: ReadonlyArray<EventRow>, offset: number, reason: RegExp) =>
  expect(verifyRows(2, taken)).toEqual(
    Result.fail({ partition: 2, offset, reason: expect.stringMatching(reason), found: expect.anything() })
  )

describe("Verification", () => {
  it("accepts a log, an empty one, and one that comes page by page", () => {
    expect(verifyRows(2, rows)).toEqual(Result.void)
    expect(verifyRows(2, [])).toEqual(Result.void)
    const verification = new Verification(2)
    for (const row of rows) expect(verification.take([row])).toEqual(Result.void)
    expect(verification.offset).toBe(6)
    expect(verification.hash).toEqual(rows.at(-1)?.hash)
  })

  it("finds any byte that was changed", () => {
    const changes: ReadonlyArray<Partial<EventRow>> = [
      { content: Uint8Array.of(0) },
      { type: "MessageNotedd" },
      { schemaVersion: 2 },
      { recordedAt: 1_005 },
      { hash: genesis }
    ]
    for (const change of changes) {
      broken(
        rows.map((row) => (row.offset === 4 ? { ...row, ...change } : row)),
        4,
        /^Hash is/
      )
    }
  })

  it("finds a row that was taken out, also at the front, and rows in another order", () => {
    broken(
      rows.filter(({ offset }) => offset !== 3),
      3,
      /Offset 4 follows 2/
    )
    broken(rows.slice(1), 1, /Offset 2 follows 0/)
    broken([...rows.slice(0, 4), ...rows.slice(4).toReversed()], 5, /Offset 6 follows 4/)
  })

  it("says what stands where the log breaks", () => {
    const { stream, recordedAt } = rows[3] ?? expect.unreachable()
    expect(verifyRows(2, forged(4, { version: 3, type: "Forged" }))).toMatchObject({
      failure: { found: { stream, version: 3, type: "Forged", recordedAt } }
    })
  })

  it("finds what is wrong even when every hash was made to fit", () => {
    broken(forged(4, { version: 3 }), 4, /^Version 3 of .*, where 2 is next/)
    broken(forged(4, { recordedAt: 1 }), 4, /^Recorded at 1, before/)
    broken(forged(4, { key: 9, version: 1 }), 4, /^Key 9 is new, where 3 is next/)
    broken(forged(4, { key: 3, version: 1 }), 4, /has a second key, 3/)
    broken(forged(4, { stream: StreamName("order/test/forged") }), 4, /^Key 2 is of stream/)
    broken(forged(4, { partition: 1 }), 4, /^The row is of partition 1/)
  })
})

/** What a checkpoint would sign of the first so many rows. */
const signed = (checkpoint: number, size: number): SignedLog => {
  const hashes = rows.slice(0, size).map(({ hash }) => hash)
  return { checkpoint, size, hash: hashes.at(-1) ?? genesis, root: new MerkleTree(hashes).root }
}

const proving = (checkpoints: ReadonlyArray<SignedLog>, taken: ReadonlyArray<EventRow>) => {
  const proof = new Proving(2, checkpoints)
  const result = Result.flatMap(proof.take(taken), () => proof.end())
  return { result, proven: proof.proven }
}

describe("Proving", () => {
  it("proves up to the last checkpoint and nothing later", () => {
    expect(proving([signed(1, 0), signed(2, 2), signed(3, 2), signed(4, 5)], rows)).toEqual({
      result: Result.void,
      proven: 5
    })
    expect(proving([], rows)).toEqual({ result: Result.void, proven: 0 })
    expect(proving([signed(1, 0)], [])).toEqual({ result: Result.void, proven: 0 })
  })

  it("takes rows page by page", () => {
    const proof = new Proving(2, [signed(1, 3)])
    for (const row of rows) expect(proof.take([row])).toEqual(Result.void)
    expect(proof.end()).toEqual(Result.void)
    expect(proof.proven).toBe(3)
  })

  it("finds a log that was made anew from some event on, between two checkpoints", () => {
    const taken = forged(4, { content: Uint8Array.of(7) })
    expect(verifyRows(2, taken)).toEqual(Result.void)
    expect(proving([signed(1, 3), signed(2, 5), signed(3, 6)], taken)).toEqual({
      result: Result.fail({
        partition: 2,
        offset: 4,
        reason: "The events from 4 to 5 aren't those that checkpoint 2 signed"
      }),
      proven: 3
    })
  })

  it.each(["hash", "root"] as const)("finds that only its last hash or its root was signed wrongly: %s", (wrong) => {
    expect(proving([{ ...signed(1, 3), [wrong]: genesis }], rows)).toMatchObject({
      ...{ proven: 0, result: { _tag: "Failure" } }
    })
  })

  it("finds that the last events are gone", () => {
    expect(proving([signed(1, 3), signed(2, 6)], rows.slice(0, 4))).toEqual({
      result: Result.fail({
        partition: 2,
        offset: 5,
        reason: "The log ends at 4, but checkpoint 2 signed 6 events"
      }),
      proven: 3
    })
  })
})
