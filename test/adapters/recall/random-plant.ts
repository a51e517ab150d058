// Random lines of a genealogy with whatever vessels and equipment add, and what a recall of it must find: by tables of all
// pairs, taken to a fixed point, with no thought for speed. It shares nothing with the walk. For the recall's property tests.
import { Effect } from "effect"
import fc from "fast-check"
import type { DerivedEdge, Node } from "../../../adapters/recall/derived.ts"
import type { Genealogy, Way } from "../../../adapters/recall/graph.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import { Certainty } from "../../../core/plant/lot.ts"
import type { Through } from "../../../projections/genealogy/through.ts"

export const lots = ["A", "B", "C", "D", "E", "F", "G"].map((name) => `lot/plant%2Fp/item/${name}`)
export const orders = ["1", "2", "3", "4"].map((name) => `order/p/${name}`)
const residues = ["1", "2"].map((name) => `residue/p/vessel/tank/${name}`)
export const nodes: ReadonlyArray<Node> = [...lots, ...orders, ...residues]

/** A row of the view, in both times; times are small numbers. */
export interface Line {
  readonly source: Node
  readonly target: Node
  readonly through: Through
  readonly certainty: Certainty
  readonly quantity: number
  readonly unit: string
  readonly specific: boolean
  readonly occurredAt: number
  readonly recordedAt: number
  readonly until: number | null
}

export interface Plant {
  readonly lines: ReadonlyArray<Line>
  readonly derived: ReadonlyArray<DerivedEdge>
}

const lot = fc.constantFrom(...lots)
const order = fc.constantFrom(...orders)
const certainty = fc.oneof(
  { weight: 3, arbitrary: fc.constant("exact" as const) },
  { weight: 1, arbitrary: fc.constantFrom(...Certainty.literals) }
)
const times = fc.record({
  occurredAt: fc.nat(9),
  recordedAt: fc.nat(9),
  until: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 5, max: 15 }) }
  )
})
const amount = fc.record({ quantity: fc.integer({ min: 1, max: 3 }), unit: fc.constantFrom("kg", "l") })

const between = (
  ends: { readonly source: fc.Arbitrary<Node>; readonly target: fc.Arbitrary<Node> },
  through: fc.Arbitrary<Through>
): fc.Arbitrary<ReadonlyArray<Line>> =>
  fc
    .tuple(fc.record({ ...ends, through, certainty }), amount, times)
    .map(([edge, quantity, times]) => [{ ...edge, ...quantity, ...times, specific: false }])

/** The line says which lot it went into: two edges, as the view has them. */
const specific = fc
  .tuple(lot, order, lot, certainty, amount, times)
  .map(([source, target, into, certainty, quantity, times]): ReadonlyArray<Line> => {
    const line = { source, through: "consumption", certainty, ...quantity, ...times } as const
    return [
      { ...line, target, specific: true },
      { ...line, target: into, specific: false }
    ]
  })

/** All of what a line took, or less, or more. */
const returned = fc
  .tuple(between({ source: lot, target: order }, fc.constant("consumption" as const)), fc.integer({ min: -1, max: 1 }))
  .map(([taken, more]) => [...taken, ...taken.map((line) => ({ ...line, quantity: -(line.quantity + more) }))])
  .map((lines) => lines.filter(({ quantity }) => quantity !== 0))

const report = fc.oneof(
  { weight: 5, arbitrary: between({ source: lot, target: order }, fc.constant("consumption" as const)) },
  { weight: 5, arbitrary: between({ source: order, target: lot }, fc.constant("production" as const)) },
  { weight: 2, arbitrary: between({ source: lot, target: lot }, fc.constantFrom("split", "merge", "transfer")) },
  { weight: 2, arbitrary: specific },
  { weight: 3, arbitrary: returned }
)

const derivedEdge: fc.Arbitrary<DerivedEdge> = fc.record({
  source: fc.constantFrom(...nodes),
  target: fc.constantFrom(...nodes),
  certainty: fc.constantFrom("allocated", "commingled", "window"),
  reason: fc.constantFrom("the tank is mixed", "the mixer wasn't cleaned"),
  validFrom: fc.constant(0),
  knownFrom: fc.constant(0)
})

export const lines = fc.array(report, { maxLength: 30, size: "max" }).map((reports) => reports.flat())
export const plants: fc.Arbitrary<Plant> = fc.record({ lines, derived: fc.array(derivedEdge, { maxLength: 6 }) })

/** As recorded and as valid by then. */
export const asOf = (all: ReadonlyArray<Line>, time: number | undefined): ReadonlyArray<Line> =>
  time === undefined
    ? all.filter(({ until }) => until === null)
    : all.filter(
        ({ occurredAt, recordedAt, until }) =>
          occurredAt <= time && recordedAt <= time && (until === null || until > time)
      )

const netted = (all: ReadonlyArray<Line>, source: Node, target: Node): boolean => {
  const pair = all.filter((line) => line.source === source && line.target === target)
  const units = new Set(pair.map(({ unit }) => unit))
  return [...units].every((unit) => pair.reduce((net, line) => net + (line.unit === unit ? line.quantity : 0), 0) <= 0)
}

/** The genealogy as the walk asks for it, from memory. */
export const genealogyOf = (all: ReadonlyArray<Line>, way: Way): Genealogy<never, never> => ({
  stepsFrom: (asked) =>
    Effect.succeed([
      asked.flatMap((near, place) =>
        all.flatMap(({ certainty, quantity, source, specific, target, through }) => {
          const [from, to] = way === "forward" ? [source, target] : [target, source]
          if (specific || from !== near) return []
          return [{ place, node: StreamName(to), through, certainty, isReturn: quantity < 0 }]
        })
      )
    ]),
  broughtBack: (pairs) => Effect.succeed(pairs.filter(({ source, target }) => netted(all, source, target)))
})

interface Edge {
  readonly source: Node
  readonly target: Node
  readonly rank: number
}

const rankOf = (certainty: Certainty): number => Certainty.literals.indexOf(certainty)

const edgesOf = ({ derived, lines }: Plant): ReadonlyArray<Edge> => [
  ...lines
    .filter(({ quantity, specific }) => quantity > 0 && !specific)
    .map(({ certainty, source, target, through }) => {
      const hasReturns = lines.some(
        (line) => line.source === source && line.target === target && !line.specific && line.quantity < 0
      )
      const isBack = through === "consumption" && hasReturns && netted(lines, source, target)
      return { source, target, rank: isBack ? rankOf("window") : rankOf(certainty) }
    }),
  ...derived.map(({ certainty, source, target }) => ({ source, target, rank: rankOf(certainty) }))
]

const isLot = (node: Node): boolean => lots.includes(node)

/** Lots on the shortest way from each node to each, along edges that are at least so sure. */
const distances = (edges: ReadonlyArray<Edge>, rank: number): ReadonlyMap<Node, ReadonlyMap<Node, number>> => {
  const found = new Map(nodes.map((node) => [node, new Map([[node, 0]])]))
  const sure = edges.filter((edge) => edge.rank <= rank)
  for (let changed = true; changed; ) {
    changed = false
    for (const known of found.values()) {
      for (const { source, target } of sure) {
        const before = known.get(source)
        if (before === undefined) continue
        const distance = before + (isLot(target) ? 1 : 0)
        if (distance >= (known.get(target) ?? Number.POSITIVE_INFINITY)) continue
        known.set(target, distance)
        changed = true
      }
    }
  }
  return found
}

export interface Expected {
  readonly certainty: Certainty
  readonly depth: number
}

/** Of every lot that is reached from this one, its certainty and depth. */
export const expected = (plant: Plant, start: Node, way: Way): ReadonlyMap<Node, Expected> => {
  const edges = edgesOf(plant).map((edge) =>
    way === "forward" ? edge : { ...edge, source: edge.target, target: edge.source }
  )
  const found = new Map<Node, Expected>()
  for (const certainty of Certainty.literals) {
    const reached = distances(edges, rankOf(certainty)).get(start) ?? new Map<Node, number>()
    for (const [node, depth] of reached) if (isLot(node) && !found.has(node)) found.set(node, { certainty, depth })
  }
  return found
}
