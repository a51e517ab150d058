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
  const bytes = Buffer.from("PostingAccepted")
  knownText(bytes, 0, bytes.length)
  bytes.fill("x")
  expect(knownText(Buffer.from("PostingAccepted"), 0, 15)).toBe("PostingAccepted")
  expect(knownText(bytes, 0, bytes.length)).toBe("xxxxxxxxxxxxxxx")
})
