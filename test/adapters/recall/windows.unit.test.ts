// What may have touched on a shared work center, against the plainest account of it; and how long an order was there.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { CleanBreak } from "../../../adapters/recall/clean-break.ts"
import { type Presence, presencesOf, type Said } from "../../../adapters/recall/windows/presence.ts"
import {
  boundsAround,
  boundsInWords,
  isWithin,
  type LotsOf,
  windowEdges
} from "../../../adapters/recall/windows/windows.ts"
import { PlantId, WorkCenterId } from "../../../core/plant/identifiers.ts"
import { pairs } from "./reached.ts"

const filler = { plant: PlantId.make("ulm"), id: WorkCenterId.make("FILLER-1") }

const there = (order: string, from: number, to = from): Presence => ({ order, from, to, recordedAt: to })
const cleaned = (startedAt: number, at: number): CleanBreak => ({
  startedAt,
  at,
  recordedAt: at,
  reference: `SAN-${at}`
})
const noLots: LotsOf = () => []
const derived = (presences: ReadonlyArray<Presence>, breaks: ReadonlyArray<CleanBreak> = [], lotsOf: LotsOf = noLots) =>
  pairs(windowEdges(filler, presences, breaks, lotsOf))

const presence = fc
  .tuple(fc.constantFrom("order-a", "order-b", "order-c", "order-d"), fc.nat(40), fc.nat(6))
  .map(([order, from, takes]) => there(order, from, from + takes))
const presences = fc.array(presence, { maxLength: 12 })
/** One after the other, as cleaning is. */
const breaks = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(4)), { maxLength: 4 }).map((some) => {
  let until = 0
  return some.map(([waits, takes]) => {
    const startedAt = until + waits
    until = startedAt + takes
    return cleaned(startedAt, until)
  })
})

/** Nothing of the one can have come to the other: it was cleaned after the one was gone and before the other came. */
const isApart = (one: Presence, other: Presence, { at, startedAt }: CleanBreak): boolean =>
  one.to < at && one.to <= startedAt && other.from >= at && other.from > startedAt

describe("a window", () => {
  it("whatever was there before another is left was, unless it was cleaned in between", () => {
    fc.assert(
      fc.property(presences, breaks, (presences, breaks) => {
        const found = presences.flatMap((one) =>
          presences.flatMap((other) =>
            one.order !== other.order && one.from <= other.to && !breaks.some((b) => isApart(one, other, b))
              ? [`${one.order} → ${other.order}`]
              : []
          )
        )
        expect(derived(presences, breaks)).toEqual([...new Set(found)].sort())
      })
    )
  })

  it("one clean break more never adds to it, one use more never takes from it", () => {
    fc.assert(
      fc.property(presences, breaks, presence, (presences, breaks, more) => {
        const found = derived(presences, breaks)
        expect(found).toEqual(expect.arrayContaining([...derived(presences, [...breaks, cleaned(60, 61)])]))
        expect(found).toEqual(expect.arrayContaining([...derived(presences, [...breaks.slice(0, 1), ...breaks])]))
        expect(derived(presences, breaks.slice(1))).toEqual(expect.arrayContaining([...found]))
        expect(derived([...presences, more], breaks)).toEqual(expect.arrayContaining([...found]))
      })
    )
  })

  it("has three edges an order, not one a pair", () => {
    const many = Array.from({ length: 500 }, (_, at) => there(`order-${at}`, at))
    expect(windowEdges(filler, many, [], noLots).length).toBeLessThanOrEqual(3 * many.length)
  })

  it("an order alone in it leaves nothing to anybody", () => {
    expect(windowEdges(filler, [there("order-a", 1), there("order-a", 5)], [], noLots)).toEqual([])
  })

  it("an order's lots were on it as well: they come to whatever it comes to, and not to the order itself", () => {
    fc.assert(
      fc.property(presences, breaks, (presences, breaks) => {
        const found = derived(presences, breaks, (order) => [`lot-of-${order}`])
        const orders = derived(presences, breaks)
        expect(found.filter((pair) => pair.startsWith("order"))).toEqual(orders)
        const others = found.filter((pair) => {
          const [from = "", to = ""] = pair.split(" → ")
          return from.startsWith("lot") && from !== `lot-of-${to}`
        })
        expect(others).toEqual(orders.map((pair) => `lot-of-${pair}`))
      })
    )
    const lotsOf: LotsOf = (order) => [`lot-of-${order}`]
    expect(derived([there("order-a", 1), there("order-b", 2)], [], lotsOf)).not.toContain("lot-of-order-b → order-b")
  })

  it("says where, and between which documents", () => {
    const [edge] = windowEdges(
      filler,
      [there("order-a", 2), there("order-b", 3)],
      [cleaned(0, 1), cleaned(8, 9)],
      noLots
    )
    expect(edge).toMatchObject({
      certainty: "window",
      reason:
        "On FILLER-1 of ulm between clean break SAN-1 (1970-01-01T00:00:00.001Z) and clean break SAN-9 (1970-01-01T00:00:00.009Z)"
    })
  })
})

describe("how long an order was there", () => {
  const said = (kind: Said["kind"], at: number, order: string, operation: string | null = null): Said => ({
    kind,
    at,
    order,
    operation,
    recordedAt: at
  })

  it("from the start of its use to its end, and whenever a report says so", () => {
    const found = presencesOf([
      said("UseStart", 1, "order-a"),
      said("Report", 3, "order-b"),
      said("UseEnd", 5, "order-a")
    ])
    expect(found).toEqual([there("order-a", 1), there("order-b", 3), { ...there("order-a", 1, 5) }])
  })

  it("a use without an end is known by its start: it doesn't go on through a clean break", () => {
    const uses = presencesOf([said("UseStart", 1, "order-a"), said("UseStart", 9, "order-b")])
    expect(derived(uses, [cleaned(3, 4)])).toEqual([])
    expect(derived(uses)).toEqual(["order-a → order-b"])
  })

  it("a use that ended after a clean break lasted through it", () => {
    const uses = presencesOf([
      said("UseStart", 1, "order-a"),
      said("UseEnd", 6, "order-a"),
      said("UseStart", 9, "order-b")
    ])
    expect(derived(uses, [cleaned(3, 4)])).toEqual(["order-a → order-b"])
  })

  it("the end of an operation ends a use that named none", () => {
    const uses = [said("UseStart", 1, "order-a"), said("Report", 5, "order-b"), said("UseEnd", 9, "order-a", "10")]
    expect(presencesOf(uses)).toContainEqual(there("order-a", 1, 9))
    expect(derived(presencesOf(uses), [cleaned(3, 4), cleaned(6, 7)])).toEqual([
      "order-a → order-b",
      "order-b → order-a"
    ])
  })

  it("the end of an order ends whichever operation of it was served", () => {
    const found = presencesOf([said("UseStart", 1, "order-a", "10"), said("UseEnd", 5, "order-a")])
    expect(found).toContainEqual(there("order-a", 1, 5))
    expect(presencesOf([said("UseStart", 1, "order-a", "10"), said("UseEnd", 5, "order-a", "20")])).not.toContainEqual(
      there("order-a", 1, 5)
    )
  })
})

describe("a window asked for", () => {
  const breaks = [cleaned(1, 2), cleaned(8, 9), cleaned(18, 19)]

  it("reaches to the clean breaks around it", () => {
    const bounds = boundsAround(breaks, 5, 7)
    expect(boundsInWords(bounds)).toBe(
      "between clean break SAN-2 (1970-01-01T00:00:00.002Z) and clean break SAN-9 (1970-01-01T00:00:00.009Z)"
    )
    expect([0, 1, 2, 5, 8, 9, 10].filter((at) => isWithin(there("order-a", at), bounds))).toEqual([2, 5, 8])
  })

  it("has an open end where none is known", () => {
    expect(boundsInWords(boundsAround(breaks, 30, 40))).toBe("after clean break SAN-19 (1970-01-01T00:00:00.019Z)")
    expect(boundsInWords(boundsAround(breaks, 0, 1))).toBe("before clean break SAN-2 (1970-01-01T00:00:00.002Z)")
    expect(boundsInWords(boundsAround([], 0, 1))).toBe("never cleaned")
  })

  it("a clean break within it doesn't end it", () => {
    expect(isWithin(there("order-a", 12), boundsAround(breaks, 5, 15))).toBe(true)
  })
})
