// What a recall finds, held against a slow reference on random genealogies: with cycles, splits, merges, material that came
// back, lines that say which lot they went into, vessels and windows.
import { Effect } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Node } from "../../../adapters/recall/derived.ts"
import { graphFrom, type Way } from "../../../adapters/recall/graph.ts"
import { surest } from "../../../adapters/recall/surest.ts"
import { lotsOf } from "../../../adapters/recall/traced.ts"
import {
  asOf,
  type Expected,
  expected,
  genealogyOf,
  type Line,
  lines,
  lots,
  orders,
  type Plant,
  plants
} from "./random-plant.ts"

const ways = ["forward", "backward"] as const

const walked = ({ derived, lines }: Plant, start: Node, way: Way) => {
  const graph = Effect.runSync(graphFrom(start, way, genealogyOf(lines, way), derived))
  return lotsOf([{ graph, reached: surest(graph) }])
}

const found = (plant: Plant, start: Node, way: Way): ReadonlyMap<Node, Expected> =>
  new Map(walked(plant, start, way).map(({ certainty, depth, stream }) => [stream, { certainty, depth }]))

const line = (source: Node, target: Node, quantity = 1): Line => ({
  ...{ source, target, quantity, unit: "kg", specific: false, certainty: "exact" },
  ...{ through: source.startsWith("order/") ? "production" : "consumption", occurredAt: 0, recordedAt: 0, until: null }
})

const [a = "", b = "", c = "", d = ""] = lots
const [one = "", two = ""] = orders
const exactly = (...names: ReadonlyArray<Node>) => [...names].sort()
const reached = (plant: Plant, start: Node, way: Way) => [...found(plant, start, way).keys()].sort()

describe("on any genealogy", () => {
  it("lots, certainty and depth are those of the reference, both ways and at any time", () => {
    fc.assert(
      fc.property(
        plants,
        fc.option(fc.nat(9), { nil: undefined }),
        fc.constantFrom(...lots),
        ({ derived, lines }, time, start) => {
          const plant = { lines: asOf(lines, time), derived }
          for (const way of ways) expect(found(plant, start, way)).toEqual(expected(plant, start, way))
        }
      ),
      { numRuns: 500 }
    )
  })

  it("x is in forward(y) if and only if y is in backward(x), as surely", () => {
    fc.assert(
      fc.property(plants, (plant) => {
        for (const x of lots) {
          for (const [y, { certainty }] of found(plant, x, "forward")) {
            expect(found(plant, y, "backward").get(x)?.certainty).toBe(certainty)
          }
          for (const y of found(plant, x, "backward").keys()) expect(found(plant, y, "forward").has(x)).toBe(true)
        }
      }),
      { numRuns: 100 }
    )
  })

  it("another edge never shrinks a scope", () => {
    fc.assert(
      fc.property(plants, lines, fc.constantFrom(...lots), fc.constantFrom(...ways), (plant, added, start, way) => {
        const before = found(plant, start, way)
        const more = added.filter(({ quantity }) => quantity > 0)
        const after = found({ ...plant, lines: [...plant.lines, ...more] }, start, way)
        for (const [lot, { certainty }] of before) {
          expect(after.has(lot)).toBe(true)
          if (certainty === "exact") expect(after.get(lot)?.certainty).toBe("exact")
        }
      }),
      { numRuns: 300 }
    )
  })

  it("a lot all of whose edges are cut is alone", () => {
    fc.assert(
      fc.property(plants, fc.constantFrom(...lots), fc.constantFrom(...ways), ({ derived, lines }, start, way) => {
        const isElsewhere = ({ source, target }: { readonly source: Node; readonly target: Node }) =>
          source !== start && target !== start
        const plant = { lines: lines.filter(isElsewhere), derived: derived.filter(isElsewhere) }
        expect(reached(plant, start, way)).toEqual([start])
      })
    )
  })

  it("rows may come in any order: the answer is the same, with its reasons and links", () => {
    fc.assert(
      fc.property(plants, fc.constantFrom(...lots), fc.constantFrom(...ways), ({ derived, lines }, start, way) => {
        const turned = { lines: lines.toReversed(), derived: derived.toReversed() }
        expect(walked(turned, start, way)).toEqual(walked({ derived, lines }, start, way))
      }),
      { numRuns: 200 }
    )
  })
})

describe("an order", () => {
  it("gives everything that went in to everything that came out", () => {
    const plant = { lines: [line(a, one), line(b, one), line(one, c), line(one, d)], derived: [] }
    expect(reached(plant, a, "forward")).toEqual(exactly(a, c, d))
    expect(reached(plant, d, "backward")).toEqual(exactly(a, b, d))
  })

  it("gives what a line says went into one lot to that lot alone", () => {
    const lines = [{ ...line(a, one), specific: true }, line(a, c), line(b, one), line(one, c), line(one, d)]
    expect(reached({ lines, derived: [] }, a, "forward")).toEqual(exactly(a, c))
    expect(reached({ lines, derived: [] }, d, "backward")).toEqual(exactly(b, d))
  })

  it("that gave all of a lot back keeps its outputs in the largest scope, and says why", () => {
    const lines = [line(a, one, 5), line(a, one, -5), line(one, c)]
    const [, output] = walked({ lines, derived: [] }, a, "forward")
    expect(output).toMatchObject({ stream: c, certainty: "window" })
    expect(output?.reason).toBe("plant/p/item/A into order p/1: all of it came back, said to be unused")
  })

  it("that gave a part back used the rest", () => {
    const lines = [line(a, one, 5), line(a, one, -4), line(one, c)]
    expect(found({ lines, derived: [] }, a, "forward").get(c)?.certainty).toBe("exact")
  })
})

describe("of several ways", () => {
  it("the surest counts, and of those the shortest", () => {
    const lines = [
      line(a, one),
      { ...line(one, c), certainty: "allocated" as const },
      line(a, two),
      line(two, b),
      line(b, c)
    ]
    expect(found({ lines, derived: [] }, a, "forward").get(c)).toEqual({ certainty: "exact", depth: 2 })
  })

  it("what lies both ways says so: rework", () => {
    const rework = { lines: [line(a, one), line(one, b), line(b, two), line(two, a)], derived: [] }
    const walks = ways.map((way) => {
      const graph = Effect.runSync(graphFrom(a, way, genealogyOf(rework.lines, way), []))
      return { graph, reached: surest(graph) }
    })
    expect(lotsOf(walks).map(({ depth, direction, stream }) => [stream, direction, depth])).toEqual([
      [a, "both", 0],
      [b, "both", 1]
    ])
  })
})
