// Where a stream's log is follows from its name, for ever; and a name says what it names.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  category,
  orderOf,
  orderStream,
  partitionHash,
  partitionOf,
  plantOf,
  StreamName
} from "../../core/journal/stream.ts"
import { OrderId, PlantId } from "../../core/plant/identifiers.ts"

/** FNV-1a with exact integers, as its authors define it. */
const fnv1a = (text: string): bigint => {
  let hash = 0x811c9dc5n
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x01000193n) % 2n ** 32n
  return hash
}

describe("The partition of a stream", () => {
  it("is what it was when this was written", () => {
    expect(partitionHash).toBe("fnv1a-32")
    // The authors' own vectors: "" 811c9dc5, "a" e40c292c, "foobar" bf9cf968.
    expect(partitionOf(StreamName(""), 2 ** 32)).toBe(0x811c9dc5)
    expect(partitionOf(StreamName("a"), 2 ** 32)).toBe(0xe40c292c)
    expect(partitionOf(StreamName("foobar"), 2 ** 32)).toBe(0xbf9cf968)
  })

  it("is the remainder of FNV-1a over the name's UTF-8 bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 1_024 }), (name, partitions) => {
        expect(partitionOf(StreamName(name), partitions)).toBe(Number(fnv1a(name) % BigInt(partitions)))
      })
    )
  })

  it("spreads orders evenly", () => {
    const counts = new Array<number>(64).fill(0)
    for (let order = 0; order < 64_000; order++) {
      const partition = partitionOf(orderStream(PlantId.make("hamburg"), OrderId.make(`10${order}`)), 64)
      counts[partition] = (counts[partition] ?? 0) + 1
    }
    expect(Math.min(...counts)).toBeGreaterThan(800)
    expect(Math.max(...counts)).toBeLessThan(1_200)
  })
})

describe("A stream's name", () => {
  it("gives back what it was made of, whatever the order is called", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/),
        fc.stringMatching(/^[A-Za-z0-9/. _-]{1,50}$/),
        (plant, order) => {
          const name = orderStream(PlantId.make(plant), OrderId.make(order))
          expect([category(name), plantOf(name), orderOf(name)]).toEqual(["order", plant, order])
        }
      )
    )
  })
})
