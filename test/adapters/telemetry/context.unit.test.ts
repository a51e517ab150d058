import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { newContext, spanIdOf, traceIdOf, valid } from "../../../adapters/telemetry/context.ts"

const trace = "0af7651916cd43dd8448eb211c80319c"
const span = "b7ad6b7169203331"

describe("a trace context", () => {
  it("is taken as W3C has it", () => {
    for (const good of [`00-${trace}-${span}-00`, `00-${trace}-${span}-01`, `01-${trace}-${span}-01-more`]) {
      expect(valid(good)).toBe(good)
    }
    const zeros = (length: number) => "0".repeat(length)
    for (const bad of [
      undefined,
      "",
      `00-${trace}-${span}`,
      `00-${trace}-${span}-01-more`,
      `ff-${trace}-${span}-01`,
      `00-${zeros(32)}-${span}-01`,
      `00-${trace}-${zeros(16)}-01`,
      `00-${trace.toUpperCase()}-${span}-01`,
      ` 00-${trace}-${span}-01`,
      `00-${trace}-${span}-0g`
    ]) {
      expect(valid(bad)).toBeUndefined()
    }
  })

  it("is new in its parent's trace, or in one of its own, and always sampled", () => {
    const child = newContext(`00-${trace}-${span}-00`)
    expect(traceIdOf(child)).toBe(trace)
    expect(spanIdOf(child)).not.toBe(span)
    expect(child.endsWith("-01")).toBe(true)
    expect(traceIdOf(newContext(undefined))).not.toBe(trace)
  })

  it("never comes twice", () => {
    const contexts = Array.from({ length: 10_000 }, () => newContext(undefined))
    expect(new Set(contexts.map(spanIdOf)).size).toBe(contexts.length)
    expect(new Set(contexts.map(traceIdOf)).size).toBe(contexts.length)
    expect(contexts.every((context) => valid(context) === context)).toBe(true)
  })

  it("is refused or taken, never thrown over, whatever a sender writes", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^0[01f]-[0-9a-g]{31,33}-[0-9a-f]{15,17}-0[01]-?$/)),
        (text) => valid(text) === undefined || valid(text) === text
      )
    )
  })
})
