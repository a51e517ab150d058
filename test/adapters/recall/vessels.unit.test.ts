// What came of what in a vessel: everything that may have, by the way it mixes, against the plainest account of it.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { CleanBreak } from "../../../adapters/recall/clean-break.ts"
import type { Node } from "../../../adapters/recall/derived.ts"
import type { Definition } from "../../../adapters/recall/vessels/mixing.ts"
import { type Flow, type Movement, movementOf } from "../../../adapters/recall/vessels/movement.ts"
import { vesselEdges } from "../../../adapters/recall/vessels/vessel.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { PlantId, StorageLocationId } from "../../../core/plant/identifiers.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { MixingModel } from "../../../core/plant/vessel.ts"
import { pairs } from "./reached.ts"

const tank = { plant: PlantId.make("ulm"), id: StorageLocationId.make("TANK-1") }

const defined = (mixing: MixingModel | null, from = 0): Definition => ({ from, recordedAt: from, mixing })

const move = (at: number, into: boolean, end: Node, quantity: number, unit = "LTR"): Movement => ({
  at,
  recordedAt: at,
  into,
  end,
  quantity: fromText(String(quantity)),
  unit: Unit.make(unit)
})
const came = (at: number, lot: Node, quantity: number, unit?: string): Movement => ({
  ...move(at, true, lot, quantity, unit),
  lot
})
const used = (at: number, order: Node, quantity: number, unit?: string): Movement =>
  move(at, false, order, quantity, unit)
const shipped = (at: number, lot: Node, quantity: number): Movement => ({ ...move(at, false, lot, quantity), lot })

const cleaned = (startedAt: number, at: number): CleanBreak => ({
  startedAt,
  at,
  recordedAt: at,
  reference: `SAN-${at}`
})

const edges = (mixing: MixingModel, movements: ReadonlyArray<Movement>, breaks: ReadonlyArray<CleanBreak> = []) =>
  vesselEdges(tank, [defined(mixing)], movements, breaks)
const derived = (...of: Parameters<typeof edges>) => pairs(edges(...of))

/** Of all that moves: lots come, and orders with a number of their own take; never more than the books have. */
const sound = fc
  .array(fc.record({ wait: fc.nat(2), into: fc.boolean(), lot: fc.nat(4), quantity: fc.integer({ min: 1, max: 3 }) }), {
    maxLength: 25
  })
  .map((steps) => {
    const movements: Array<Movement> = []
    let [at, balance] = [0, 0]
    for (const { into, lot, quantity, wait } of steps) {
      // At one time what comes counts before what goes, so that time goes on after whatever went.
      at += wait + (movements.at(-1)?.into === false ? 1 : 0)
      const amount = into ? quantity : Math.min(quantity, balance)
      if (amount === 0) continue
      balance += into ? amount : -amount
      movements.push(into ? came(at, `lot-${lot}`, amount) : used(at, `order-${movements.length}`, amount))
    }
    return movements
  })

/** The same, with times that are wrong: books that go below zero. */
const unsound = fc
  .array(
    fc
      .record({ at: fc.nat(30), into: fc.boolean(), lot: fc.nat(4), quantity: fc.integer({ min: 1, max: 3 }) })
      .map(({ at, into, lot, quantity }) => (into ? came(at, `lot-${lot}`, quantity) : { at, quantity })),
    { maxLength: 20 }
  )
  .map((some) => some.map((one, index) => ("into" in one ? one : used(one.at, `order-${index}`, one.quantity))))

/** One after the other, as cleaning is. */
const breaks = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(4)), { maxLength: 4 }).map((some) => {
  let until = 0
  return some.map(([waits, takes]) => {
    const startedAt = until + waits
    until = startedAt + takes
    return cleaned(startedAt, until)
  })
})

const inTime = (movements: ReadonlyArray<Movement>): ReadonlyArray<Movement> =>
  movements.toSorted((one, other) => one.at - other.at || Number(other.into) - Number(one.into))

type Lots = ReadonlyArray<Node>

/** Each unit of material with the lots that it may be of: which of those that come at one time lies first, nobody knows. */
const unitsOf = ({ at, quantity }: Movement, movements: ReadonlyArray<Movement>): ReadonlyArray<Lots> => {
  const lots = movements.flatMap((other) => (other.into && other.at === at ? [other.end ?? ""] : []))
  return Array.from({ length: Number(quantity) }, () => lots)
}

/** The orders that got a unit of each lot, where `next` takes one out of those that are there. */
const byUnits = (movements: ReadonlyArray<Movement>, next: (held: Array<Lots>) => Lots | undefined) => {
  const held: Array<Lots> = []
  const found = new Set<string>()
  for (const movement of movements) {
    if (movement.into) held.push(...unitsOf(movement, movements))
    else {
      for (let left = Number(movement.quantity); left > 0; left--) {
        for (const lot of next(held) ?? []) found.add(`${lot} → ${movement.end}`)
      }
    }
  }
  return [...found].sort()
}

const toOrders = (found: ReadonlyArray<string>) => found.filter((pair) => pair.includes("→ order"))

describe("layers", () => {
  it.each([
    ["firstInFirstOut", (held: Array<Lots>) => held.shift()],
    ["lastInFirstOut", (held: Array<Lots>) => held.pop()]
  ] as const)("%s: exactly the units that lie so", (mixing, next) => {
    fc.assert(
      fc.property(sound, (movements) => {
        expect(derived(mixing, movements)).toEqual(byUnits(movements, next))
      })
    )
  })

  it.each(["firstInFirstOut", "lastInFirstOut"] as const)(
    "%s: which of those that come or go at one time is the first, nobody knows: it may be any",
    (mixing) => {
      const movements = [
        came(1, "lot-a", 2),
        came(1, "lot-b", 2),
        used(2, "order-1", 2),
        used(3, "order-2", 2),
        came(4, "lot-c", 2),
        came(5, "lot-d", 2),
        used(6, "order-3", 2),
        used(6, "order-4", 2)
      ]
      const pairsOf = (lots: Lots, orders: Lots) => lots.flatMap((lot) => orders.map((order) => `${lot} → ${order}`))
      const expected = [
        ...pairsOf(["lot-a", "lot-b"], ["order-1", "order-2"]),
        ...pairsOf(["lot-c", "lot-d"], ["order-3", "order-4"])
      ]
      expect(toOrders(derived(mixing, movements))).toEqual(expected)
      expect(toOrders(derived(mixing, inTime(movements.toReversed())))).toEqual(expected)
    }
  )

  it("are allocated, each edge with the vessel that did it", () => {
    const [edge, ...others] = edges("firstInFirstOut", [came(1, "lot-a", 1), used(2, "order-1", 1)])
    expect(others).toEqual([])
    expect(edge).toEqual({
      source: "lot-a",
      target: "order-1",
      certainty: "allocated",
      reason: "First in, first out in vessel TANK-1 of ulm",
      validFrom: 2,
      knownFrom: 2
    })
  })

  it("can't be told apart in several units: then all of it is one pool", () => {
    const movements = [came(1, "lot-a", 1, "KGM"), came(2, "lot-b", 1), used(3, "order-1", 1)]
    expect(toOrders(derived("firstInFirstOut", movements))).toEqual(["lot-a → order-1", "lot-b → order-1"])
    expect(edges("firstInFirstOut", movements).every(({ certainty }) => certainty === "commingled")).toBe(true)
  })
})

describe("a pool", () => {
  it("holds every world: whichever unit goes, its lot is among those named", () => {
    fc.assert(
      fc.property(sound, fc.infiniteStream(fc.nat()), (movements, picks) => {
        const any = (held: Array<Lots>) => held.splice(picks.next().value % Math.max(1, held.length), 1)[0]
        expect(derived("mixed", movements)).toEqual(expect.arrayContaining(byUnits(movements, any)))
      })
    )
  })

  it("names no more than came since it was last empty", () => {
    fc.assert(
      fc.property(sound, (movements) => {
        const found = movements.flatMap((out, index) => {
          if (out.into) return []
          const before = movements.slice(0, index)
          const sums = before.map((_, place) =>
            before.slice(0, place + 1).reduce((sum, { into, quantity }) => sum + (into ? 1 : -1) * Number(quantity), 0)
          )
          const since = before.slice(sums.lastIndexOf(0) + 1)
          return since.flatMap(({ end, into }) => (into ? [`${end} → ${out.end}`] : []))
        })
        expect(toOrders(derived("mixed", movements))).toEqual([...new Set(found)].sort())
      })
    )
  })

  it("what comes at the same time as something goes was there before", () => {
    const movements = [came(1, "lot-a", 1), used(2, "order-1", 1), came(2, "lot-b", 1)]
    expect(toOrders(derived("mixed", movements))).toEqual(["lot-a → order-1", "lot-b → order-1"])
  })

  it("grows no smaller when more has come", () => {
    fc.assert(
      fc.property(sound, fc.nat(30), (movements, at) => {
        const more = inTime([...movements, came(at, "lot-more", 1)])
        expect(derived("mixed", more)).toEqual(expect.arrayContaining([...derived("mixed", movements)]))
      })
    )
  })

  it("has as many edges as movements, not as many as pairs of them", () => {
    const [ins, outs] = [Array.from({ length: 500 }, (_, at) => at), Array.from({ length: 500 }, (_, at) => at)]
    const movements = [
      ...ins.map((at) => came(at, `lot-${at}`, 1)),
      ...outs.map((at) => used(1_000 + at, `order-${at}`, 1))
    ]
    expect(edges("mixed", movements).length).toBeLessThanOrEqual(3 * movements.length)
  })
})

describe("until it is cleaned", () => {
  /** By its place in the order of time. */
  const numbered = (movements: ReadonlyArray<Movement>) =>
    inTime(movements).map((movement, place) =>
      movement.into ? { ...movement, end: `lot-${place}`, lot: `lot-${place}` } : { ...movement, end: `order-${place}` }
    )

  /** What came before it went: what the books can't say reaches further. */
  const inOrder = (found: ReadonlyArray<string>) =>
    found.filter((pair) => {
      const [lot, order] = pair.split(" → ").map((name) => Number(name.slice(name.indexOf("-") + 1)))
      return pair.includes("→ order") && Number(lot) < Number(order)
    })

  it("whatever came since the last clean break; what came during it counts on both sides", () => {
    fc.assert(
      fc.property(sound.map(numbered), breaks, (movements, breaks) => {
        const found = movements.flatMap((out, index) => {
          const before = movements.slice(0, index).filter(({ into }) => into)
          const cameAfter = (at: number, b: CleanBreak) => at > b.startedAt || at >= b.at
          return before.flatMap(({ at, end }) => {
            const isApart = breaks.some(
              (b) => !cameAfter(at, b) && b.at <= out.at && before.some((other) => cameAfter(other.at, b))
            )
            return out.into || isApart ? [] : [`${end} → ${out.end}`]
          })
        })
        expect(inOrder(derived("untilCleaned", movements, breaks))).toEqual(found.sort())
      })
    )
  })

  it("no other way of mixing names an order that this one doesn't", () => {
    fc.assert(
      fc.property(sound, breaks, fc.constantFrom(...MixingModel.literals), (movements, breaks, mixing) => {
        const widest = derived("untilCleaned", movements, breaks)
        expect(widest).toEqual(expect.arrayContaining([...toOrders(derived(mixing, movements, breaks))]))
      })
    )
  })

  it("one clean break more never adds an edge", () => {
    fc.assert(
      fc.property(unsound.map(numbered), breaks, fc.nat(3), (movements, breaks, place) => {
        const fewer = derived("untilCleaned", movements, breaks.toSpliced(place, 1))
        expect(fewer).toEqual(expect.arrayContaining([...inOrder(derived("untilCleaned", movements, breaks))]))
      })
    )
  })

  it("what goes out after a clean break, before anything has come, was in it before", () => {
    const movements = [came(1, "lot-a", 2), used(5, "order-1", 1), came(6, "lot-b", 2), used(7, "order-2", 1)]
    for (const mixing of MixingModel.literals) {
      expect(toOrders(derived(mixing, movements, [cleaned(3, 4)]))).toEqual(
        expect.arrayContaining(["lot-a → order-1", "lot-b → order-2"])
      )
      expect(derived(mixing, movements, [cleaned(3, 4)])).not.toContain("lot-a → order-2")
    }
  })
})

describe("where the books can't say", () => {
  it("nothing goes out of nowhere: where as much came as went, each order has a source", () => {
    fc.assert(
      fc.property(unsound, fc.constantFrom(...MixingModel.literals), (movements, mixing) => {
        const sum = movements.reduce((sum, { into, quantity }) => sum + (into ? 1 : -1) * Number(quantity), 0)
        fc.pre(sum >= 0 && movements.some(({ into }) => into))
        const found = derived(mixing, movements)
        for (const { end, into } of movements) {
          if (!into) expect(found.some((pair) => pair.endsWith(`→ ${end}`))).toBe(true)
        }
      })
    )
  })

  it.each(MixingModel.literals)("%s: what is booked only after it was used is found", (mixing) => {
    const movements = [used(1, "order-1", 2), used(2, "order-2", 2), came(3, "lot-a", 3), came(4, "lot-b", 3)]
    expect(toOrders(derived(mixing, movements))).toEqual([
      "lot-a → order-1",
      "lot-a → order-2",
      "lot-b → order-1",
      "lot-b → order-2"
    ])
  })

  it.each(MixingModel.literals)("%s: what goes out of an empty one is of what was in it last, too", (mixing) => {
    const movements = [came(1, "lot-a", 1), used(2, "order-1", 1), used(3, "order-2", 1)]
    expect(derived(mixing, movements)).toEqual(["lot-a → order-1", "lot-a → order-2"])
  })
})

describe("in layers", () => {
  it("what had gone before it came is no layer: the rest of it is", () => {
    const movements = [
      used(1, "order-1", 2),
      came(2, "lot-a", 3),
      came(3, "lot-b", 3),
      used(4, "order-2", 2),
      used(5, "order-3", 1)
    ]
    expect(derived("firstInFirstOut", movements)).toEqual([
      "lot-a → order-1",
      "lot-a → order-2",
      "lot-b → order-2",
      "lot-b → order-3"
    ])
  })

  it("what goes out when there is none is of what came last", () => {
    const movements = [
      came(1, "lot-a", 1),
      used(2, "order-1", 1),
      used(3, "order-2", 1),
      came(4, "lot-b", 1),
      used(5, "order-3", 1)
    ]
    expect(derived("firstInFirstOut", movements)).toEqual([
      "lot-a → order-1",
      "lot-a → order-2",
      "lot-b → order-2",
      "lot-b → order-3"
    ])
  })
})

describe("numbers", () => {
  const both = [came(1, "lot-a", 2), came(2, "lot-b", 2)]

  it("what is booked in a pool under a number is of the pool", () => {
    expect(derived("mixed", both)).toEqual(["lot-a → lot-b", "lot-b → lot-a"])
    expect(derived("firstInFirstOut", both)).toEqual([])
  })

  it("what leaves under a number is of what was in it, and no other's stock is", () => {
    expect(derived("mixed", [...both, shipped(3, "lot-b", 2), shipped(4, "lot-a", 2)])).toEqual([
      "lot-a → lot-b",
      "lot-b → lot-a"
    ])
    expect(derived("firstInFirstOut", [...both, shipped(3, "lot-b", 2)])).toEqual(["lot-a → lot-b"])
  })

  it("a number that had left before the other came isn't touched", () => {
    expect(derived("mixed", [came(1, "lot-a", 2), shipped(2, "lot-a", 2), came(3, "lot-b", 2)])).toEqual([])
  })

  const flow: Flow = {
    at: 1,
    recordedAt: 1,
    kind: "consumed",
    lot: null,
    quantity: fromText("1"),
    unit: Unit.make("LTR"),
    counterpart: "order-1"
  }

  it("who took it is the end where that is known, else the number", () => {
    expect(movementOf(flow)).toMatchObject({ into: false, end: "order-1" })
    expect(movementOf({ ...flow, lot: "lot-a" })).toMatchObject({ end: "order-1", lot: "lot-a" })
    expect(movementOf({ ...flow, kind: "passedOn", lot: "lot-a", counterpart: "lot-b" })).toMatchObject({
      end: "lot-b"
    })
    expect(movementOf({ ...flow, kind: "shipped", lot: "lot-a", counterpart: "customer" })).toMatchObject({
      end: "lot-a"
    })
  })

  it("what comes without a number comes from its order; a supplier is no source", () => {
    expect(movementOf({ ...flow, kind: "produced" })).toMatchObject({ into: true, end: "order-1" })
    expect(movementOf({ ...flow, kind: "received", lot: "lot-a", counterpart: "partner" })).toMatchObject({
      end: "lot-a"
    })
  })

  it("an adjustment comes or goes by its sign", () => {
    const adjusted = { ...flow, kind: "adjusted", lot: "lot-a", counterpart: null } as const
    expect(movementOf(adjusted)).toMatchObject({ into: true, quantity: "1" })
    expect(movementOf({ ...adjusted, quantity: fromText("-2") })).toMatchObject({ into: false, quantity: "2" })
  })
})

describe("what was said of it", () => {
  const movements = [came(1, "lot-a", 1), came(2, "lot-b", 1), used(3, "order-1", 1), used(4, "order-2", 1)]
  const said = (...definitions: ReadonlyArray<Definition>) => pairs(vesselEdges(tank, definitions, movements, []))

  it("first holds for the time before, too", () => {
    expect(said(defined("firstInFirstOut", 100))).toEqual(["lot-a → order-1", "lot-b → order-2"])
  })

  it("later for the same time is the word that holds", () => {
    expect(said(defined("mixed", 100), defined("firstInFirstOut", 100))).toEqual(["lot-a → order-1", "lot-b → order-2"])
  })

  it("none: it is no vessel", () => {
    expect(said(defined(null, 100))).toEqual([])
    expect(said(defined("firstInFirstOut", 0), defined(null, 4))).toEqual(["lot-a → order-1"])
  })

  it("none, from a time on: what was in it by then had mixed", () => {
    expect(said(defined("mixed", 0), defined(null, 3))).toEqual(["lot-a → lot-b", "lot-b → lot-a"])
  })

  it.each(MixingModel.literals)(
    "%s, where it was none before: what the books have there by then is in it",
    (mixing) => {
      const gone = [came(0, "lot-c", 1), shipped(1, "lot-c", 1), move(1, true, "order-0", 1)]
      const found = pairs(vesselEdges(tank, [defined(null, 0), defined(mixing, 3)], [...gone, ...movements], []))
      expect(toOrders(found).filter((pair) => !pair.startsWith("order"))).toEqual([
        "lot-a → order-1",
        "lot-a → order-2",
        "lot-b → order-1",
        "lot-b → order-2"
      ])
      expect(found).toContain("order-0 → order-1")
    }
  )

  it("a new way begins with what is in it, which nobody can tell apart any more", () => {
    expect(toOrders(said(defined("firstInFirstOut", 0), defined("lastInFirstOut", 4)))).toEqual([
      "lot-a → order-1",
      "lot-b → order-2"
    ])
    expect(toOrders(said(defined("mixed", 0), defined("firstInFirstOut", 4)))).toEqual([
      "lot-a → order-1",
      "lot-a → order-2",
      "lot-b → order-1",
      "lot-b → order-2"
    ])
  })
})
