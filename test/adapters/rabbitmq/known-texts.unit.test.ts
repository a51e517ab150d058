// The texts that deliveries repeat: right for any bytes, whatever stood in their place before.
import fc from "fast-check"
import { expect, it } from "vitest"
import { knownText } from "../../../adapters/rabbitmq/known-texts.ts"

it("reads what stands between two positions", () => {
  expect(knownText(Buffer.from("..mes.events.."), 2, 12)).toBe("mes.events")
  expect(knownText(Buffer.from("mes.events!"), 0, 11)).toBe("mes.events!")
  expect(knownText(Buffer.from("anything"), 3, 3)).toBe("")
})

it("reads any texts as their decoder does, more of them than are remembered, in any order", () => {
  const texts = fc.array(fc.string({ unit: "binary", maxLength: 80 }), { minLength: 1, maxLength: 2000 })
  fc.assert(
    fc.property(texts, (texts) => {
      for (const text of [...texts, ...texts]) {
        const bytes = Buffer.from(text)
        expect(knownText(bytes, 0, bytes.length)).toBe(bytes.toString("utf8"))
      }
    }),
    { numRuns: 20 }
  )
})

it("holds on to no bytes of the delivery that it was read from", () => {
  // Among so many some have the place of the first one, and would be taken for it.
  for (let other = 1000; other < 3000; other++) {
    const bytes = Buffer.from("text")
    knownText(bytes, 0, bytes.length)
    bytes.write(String(other))
    expect(knownText(bytes, 0, bytes.length)).toBe(String(other))
  }
})
