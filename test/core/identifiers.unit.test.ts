// Identifiers are one line of text that any store can hold and give back unchanged.
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { Badge, MessageId, OrderId, PostingKey, Source } from "../../core/plant/identifiers.ts"

const identifiers = { Badge, MessageId, OrderId, PostingKey, Source }

describe.each(Object.entries(identifiers))("%s", (_name, identifier) => {
  const is = Schema.is(identifier)
  it("is any visible text, pairs of surrogates too", () => {
    for (const id of ["PO-1", "Ä ß/7", "\u{1F600}", "x".repeat(200)]) expect(is(id)).toBe(true)
  })
  it("is neither empty nor too long, without control characters, and well-formed", () => {
    for (const id of ["", "x".repeat(401), "a\0", "a\nb", "\x85", "\ud800", "a\udc00b", "\udc00\ud800"]) {
      expect(is(id)).toBe(false)
    }
  })
})
