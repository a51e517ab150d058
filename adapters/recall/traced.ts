// What the walks of a recall come to: the lots found, each with its surest way, and what lies between them. Pure; used by
// `recall.ts` and tests.
import { StreamName } from "../../core/journal/stream.ts"
import { Certainty } from "../../core/plant/lot.ts"
import type { Node } from "./derived.ts"
import type { Graph, Onward } from "./graph.ts"
import type { Direction, Link } from "./report.ts"
import { isLot, type Reached, rankOf } from "./surest.ts"

export interface TracedLot extends Reached {
  readonly stream: StreamName
  /** `both` of the recalled lot, and of what lies both ways: rework. */
  readonly direction: Direction
  /** How sure each way by itself is; undefined where it wasn't reached by it. */
  readonly forward: Certainty | undefined
  readonly backward: Certainty | undefined
}

export interface Walk {
  readonly graph: Graph
  readonly reached: ReadonlyArray<Reached | undefined>
}

/** Of two ways the surer; of equally sure ones the shorter. */
const better = (left: Reached, right: Reached): boolean => {
  const nearer = rankOf(left.certainty) - rankOf(right.certainty) || left.depth - right.depth
  return nearer === 0 ? left.reason < right.reason : nearer < 0
}

const bestOf = (walks: ReadonlyArray<Walk>): ReadonlyMap<Node, TracedLot> => {
  const lots = new Map<Node, TracedLot>()
  for (const { graph, reached } of walks) {
    for (const [place, node] of graph.nodes.entries()) {
      const at = reached[place]
      if (at === undefined || !isLot(node)) continue
      const before = lots.get(node)
      const { certainty, depth, reason } = before === undefined || better(at, before) ? at : before
      const direction = before === undefined && place > 0 ? graph.way : "both"
      const forward = graph.way === "forward" ? at.certainty : before?.forward
      const backward = graph.way === "backward" ? at.certainty : before?.backward
      lots.set(node, { stream: StreamName(node), certainty, depth, reason, direction, forward, backward })
    }
  }
  return lots
}

/** Lots of one certainty and depth stay in the order in which they come. */
const bySureness = (lots: ReadonlyArray<TracedLot>): ReadonlyArray<TracedLot> => {
  const layers = Map.groupBy(lots, ({ certainty, depth }) => depth * Certainty.literals.length + rankOf(certainty))
  return [...layers.values()]
    .sort(([left], [right]) =>
      left === undefined || right === undefined
        ? 0
        : rankOf(left.certainty) - rankOf(right.certainty) || left.depth - right.depth
    )
    .flat()
}

const inTexts = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** One for all lines that say the same, in order. */
const distinct = (steps: ReadonlyArray<Onward>, nodes: ReadonlyArray<Node>): ReadonlyArray<Onward> => {
  if (steps.length < 2) return steps
  const compare = (left: Onward, right: Onward): number =>
    inTexts(nodes[left.far] ?? "", nodes[right.far] ?? "") ||
    inTexts(left.through, right.through) ||
    rankOf(left.certainty) - rankOf(right.certainty)
  return steps.toSorted(compare).filter((step, at, sorted) => {
    const before = sorted[at - 1]
    return before === undefined || compare(before, step) !== 0
  })
}

/** Each once, though more than one walk came to it. */
export const nodesOf = (graphs: ReadonlyArray<Graph>): ReadonlyArray<Node> => {
  const [first, ...others] = graphs.map(({ nodes }) => nodes)
  return first === undefined || others.length === 0 ? (first ?? []) : [...new Set([...first, ...others.flat()])]
}

/** In the direction of the material; by walk, and by the names of the nodes that lead on. */
export const linksOf = (walks: ReadonlyArray<Walk>): ReadonlyArray<Link> => {
  const names = nodesOf(walks.map(({ graph }) => graph)).toSorted()
  const links: Array<Link> = []
  const walked = new Set<Node>()
  for (const [turn, { graph }] of walks.entries()) {
    const { nodes, onward, places, way } = graph
    for (const near of names) {
      for (const { certainty, far, through } of distinct(onward[places.get(near) ?? -1] ?? [], nodes)) {
        const other = nodes[far] ?? ""
        const [from, to] = way === "forward" ? [near, other] : [other, near]
        // Whatever leads on from a node was told by the walk that came through it.
        if (!walked.has(from)) links.push({ from, to, through, certainty })
      }
    }
    if (turn < walks.length - 1) for (const node of nodes) walked.add(node)
  }
  return links
}

/** By certainty, depth and name. */
export const lotsOf = (walks: ReadonlyArray<Walk>): ReadonlyArray<TracedLot> => {
  const lots = bestOf(walks)
  return bySureness([...lots.keys()].sort().flatMap((name) => lots.get(name) ?? []))
}
