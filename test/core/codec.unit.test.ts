// What is packed comes back, and any MessagePack reader can read it.

import fc from "fast-check"
import { unpack } from "msgpackr"
import { describe, expect, it } from "vitest"
import { decode, encode } from "../../core/journal/codec.ts"
import { hex } from "../../core/journal/hash.ts"

/** What events hold: plain data. A missing field is absent, never `undefined`. */
const plainData = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "grapheme" }),
    fc.boolean(),
    fc.constant(null),
    fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
    fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
    fc.array(tie("value"), { maxLength: 20 }),
    fc.dictionary(fc.stringMatching(/^[a-zA-Z]\w{0,40}$/), tie("value"), { maxKeys: 40 })
  )
})).value

describe("The codec", () => {
  it("gives back what it was given", () => {
    fc.assert(
      fc.property(plainData, (value) => {
        expect(decode(encode(value))).toEqual(value)
      })
    )
  })

  it("writes plain MessagePack maps, byte for byte what the format says", () => {
    // map 16 of 3: "a" → 1, "list" → array of 2 ("x", true), "bytes" → bin 8 of 2
    expect(hex(encode({ a: 1, list: ["x", true], bytes: Buffer.from([1, 2]) }))).toBe(
      "de0003a16101a46c69737492a178c3a56279746573c4020102"
    )
  })

  it("shares nothing between values: each can be read alone by a reader without settings", () => {
    const values = [
      { type: "A", data: { n: 1 } },
      { type: "A", data: { n: 2 } }
    ]
    for (const packed of values.map(encode).toReversed()) expect(unpack(packed)).toEqual(decode(packed))
  })

  it("gives bytes that stay as they are when more is packed", () => {
    const packed = Array.from({ length: 2_000 }, (_, number) => encode({ number, text: "x".repeat(number % 300) }))
    for (const [number, bytes] of packed.entries()) expect(decode<{ number: number }>(bytes).number).toBe(number)
  })
})
