// The part of the genealogy that a recall walks, in memory: all that can be reached from where it starts, whatever its
// certainty. It is fetched a layer at a time, a few statements for all nodes of the layer. Used by `recall.ts` and tests.
import { Effect } from "effect"
import type { Certainty } from "../../core/plant/lot.ts"
import type { Pair, Step } from "../../projections/genealogy/steps.ts"
import type { Through } from "../../projections/genealogy/through.ts"
import type { DerivedEdge, Node } from "./derived.ts"

/** The two ways to walk. */
export type Way = "forward" | "backward"

/** From a node to the one at the place `far`, in the direction of the walk. */
export interface Onward {
  readonly far: number
  readonly through: Through | "derived"
  readonly certainty: Certainty
  /** What makes it no surer, where that is more than its certainty says. */
  readonly reason?: string
}

export interface Graph {
  readonly way: Way
  /** Where the walk starts comes first. */
  readonly nodes: ReadonlyArray<Node>
  readonly places: ReadonlyMap<Node, number>
  /** By a node's place. */
  readonly onward: ReadonlyArray<ReadonlyArray<Onward>>
}

/** The genealogy as the walk asks for it, in its direction. */
export interface Genealogy<E, R> {
  /** In any number of parts. */
  readonly stepsFrom: (nodes: ReadonlyArray<Node>) => Effect.Effect<ReadonlyArray<ReadonlyArray<Step>>, E, R>
  /** Of these, those of which the order gave everything back. */
  readonly broughtBack: (pairs: ReadonlyArray<Pair>) => Effect.Effect<ReadonlyArray<Pair>, E, R>
}

/** Nobody says that any of it was used; that nothing of it was, nobody can say. */
const wasBack = { certainty: "window", reason: "all of it came back, said to be unused" } as const

/** What can be reached from `start`; each node is asked for once, so that a cycle ends. */
export const graphFrom = Effect.fnUntraced(function* <E, R>(
  start: Node,
  way: Way,
  { broughtBack, stepsFrom }: Genealogy<E, R>,
  derived: ReadonlyArray<DerivedEdge>
) {
  const nodes: Array<Node> = []
  const onward: Array<Array<Onward>> = []
  const places = new Map<Node, number>()
  const placeOf = (node: Node): number => {
    const known = places.get(node)
    if (known !== undefined) return known
    places.set(node, nodes.length)
    onward.push([])
    return nodes.push(node) - 1
  }
  const pairOf = (near: Node, far: Node): Pair =>
    way === "forward" ? { source: near, target: far } : { source: far, target: near }
  const derivedFrom = Map.groupBy(derived, ({ source, target }) => (way === "forward" ? source : target))
  const returns = new Map<string, Pair>()
  placeOf(start)
  for (let first = 0; first < nodes.length; ) {
    const layer = nodes.slice(first)
    for (const steps of yield* stepsFrom(layer)) {
      for (const { certainty, isReturn, node, place, through } of steps) {
        if (isReturn) returns.set(`${first + place}\n${node}`, pairOf(layer[place] ?? "", node))
        else onward[first + place]?.push({ far: placeOf(node), through, certainty })
      }
    }
    for (const [place, near] of layer.entries()) {
      for (const { certainty, reason, source, target } of derivedFrom.get(near) ?? []) {
        const far = placeOf(way === "forward" ? target : source)
        onward[first + place]?.push({ far, through: "derived", certainty, reason })
      }
    }
    first += layer.length
  }
  for (const { source, target } of yield* broughtBack([...returns.values()])) {
    const [near, far] = [source, target].map((node) => places.get(node) ?? -1)
    const [from = -1, to = -1] = way === "forward" ? [near, far] : [far, near]
    onward[from] = (onward[from] ?? []).map((step) =>
      step.far === to && step.through === "consumption" ? { ...step, ...wasBack } : step
    )
  }
  return { way, nodes, places, onward } satisfies Graph
})
