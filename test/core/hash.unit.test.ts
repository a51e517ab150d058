// The chain's hash is fixed for ever: a golden vector (computed with Python's hashlib), and what must change it.
import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { EventRow } from "../../core/journal/event.ts"
import { eventHash, genesis, hex, sha256 } from "../../core/journal/hash.ts"
import { StreamName } from "../../core/journal/stream.ts"

const row: Omit<EventRow, "hash"> = {
  partition: 5,
  offset: 4_294_967_298,
  key: 7,
  stream: StreamName("order/werk-süd/4711"),
  version: 3,
  type: "OperationConfirmed",
  schemaVersion: 1,
  recordedAt: 1_767_319_445_678,
  content: Uint8Array.of(0x81, 0xa1, 0x61, 0x01)
}

/** As the definition says it, without the buffer that the real one reuses. */
const byDefinition = (previous: Uint8Array, { stream, type, content, ...numbers }: Omit<EventRow, "hash">): string => {
  const { partition, offset, key, version, schemaVersion, recordedAt } = numbers
  const columns = [
    ...[partition, offset, key, version, schemaVersion, recordedAt].map((value) => {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64BE(BigInt(value))
      return bytes
    }),
    Buffer.from(stream, "utf8"),
    Buffer.from(type, "utf8"),
    content
  ]
  const hash = createHash("sha256").update(previous)
  for (const column of columns) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(column.length)
    hash.update(length).update(column)
  }
  return hash.digest("hex")
}

describe("The hash of an event", () => {
  it("is what it was when this was written", () => {
    const first = eventHash(genesis, row)
    expect(hex(first)).toBe("1400e61f66831c0b366ac9ecfbf919bdc22b84353c5e12f83317d3596f35db77")
    expect(hex(eventHash(first, { ...row, offset: row.offset + 1, version: 4 }))).toBe(
      "b121baacbbcb1daaea054f6cbcdce8c4e9f281c66d44e8d69df66783700ed287"
    )
  })

  const rows = fc.record({
    partition: fc.nat(),
    offset: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    key: fc.nat(),
    stream: fc.string({ unit: "grapheme", maxLength: 300 }).map(StreamName),
    version: fc.nat(),
    type: fc.string({ maxLength: 40 }),
    schemaVersion: fc.nat(),
    recordedAt: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    content: fc.uint8Array({ maxLength: 40_000 })
  })

  it("follows its definition for any row", () => {
    fc.assert(
      fc.property(rows, fc.uint8Array({ minLength: 32, maxLength: 32 }), (any, previous) => {
        expect(hex(eventHash(previous, any))).toBe(byDefinition(previous, any))
      })
    )
  })

  it("changes with every column and with the hash before it", () => {
    const changed: ReadonlyArray<Partial<typeof row>> = [
      { partition: 6 },
      { offset: 4_294_967_299 },
      { offset: 2 },
      { key: 8 },
      { stream: StreamName("order/werk-süd/4712") },
      { version: 4 },
      { type: "OperationConfirmeD" },
      { schemaVersion: 2 },
      { recordedAt: row.recordedAt + 1 },
      { content: Uint8Array.of(0x81, 0xa1, 0x61, 0x02) }
    ]
    const hashes = changed.map((change) => hex(eventHash(genesis, { ...row, ...change })))
    hashes.push(hex(eventHash(genesis, row)), hex(eventHash(sha256(genesis), row)))
    expect(new Set(hashes).size).toBe(changed.length + 2)
  })

  it("knows where a column ends: text moved from one to the next is another row", () => {
    const one = eventHash(genesis, { ...row, stream: StreamName("order/a"), type: "b" })
    const other = eventHash(genesis, { ...row, stream: StreamName("order/"), type: "ab" })
    expect(hex(one)).not.toBe(hex(other))
  })
})
