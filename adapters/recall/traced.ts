// What the walks of a recall come to: the lots found, each with its surest way, and what lies between them. Pure; used by
// `recall.ts` and tests.
import { StreamName } from "../../core/journal/stream.ts"
import type { Graph } from "./graph.ts"
import type { Direction, Link } from "./report.ts"
import { isLot, type Reached, rankOf } from "./surest.ts"

export interface TracedLot extends Reached {
  readonly stream: StreamName
  /** `both` of the recalled lot, and of what lies both ways: rework. */
  readonly direction: Direction
}

export interface Traced {
  /** By certainty, depth and name. */
  readonly lots: ReadonlyArray<TracedLot>
  /** In the direction of the material, by name. */
  readonly links: ReadonlyArray<Link>
}

export interface Walk {
  readonly graph: Graph
  readonly reached: ReadonlyArray<Reached | undefined>
}

/** By their keys, as texts compare: without a function to call for each pair, in half the time. */
const inOrder = <A>(byKey: ReadonlyMap<string, A>): ReadonlyArray<A> =>
  [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? [])

/** Of two ways the surer; of equally sure ones the shorter. */
const better = (left: Reached, right: Reached): boolean => {
  const nearer = rankOf(left.certainty) - rankOf(right.certainty) || left.depth - right.depth
  return nearer === 0 ? left.reason < right.reason : nearer < 0
}

const lotKey = ({ certainty, depth, stream }: TracedLot): string =>
  `${rankOf(certainty)}${String(depth).padStart(9, "0")}${stream}`

const lotsOf = (walks: ReadonlyArray<Walk>): ReadonlyArray<TracedLot> => {
  const lots = new Map<string, TracedLot>()
  for (const { graph, reached } of walks) {
    for (const [place, node] of graph.nodes.entries()) {
      const at = reached[place]
      if (at === undefined || !isLot(node)) continue
      const before = lots.get(node)
      const best = before === undefined || better(at, before) ? at : before
      const direction = before === undefined && place > 0 ? graph.way : "both"
      const { certainty, depth, reason } = best
      lots.set(node, { stream: StreamName(node), certainty, depth, reason, direction })
    }
  }
  return inOrder(new Map(Array.from(lots.values(), (lot) => [lotKey(lot), lot])))
}

/** One for all lines that say the same. */
const linksOf = (walks: ReadonlyArray<Walk>): ReadonlyArray<Link> => {
  const links = new Map<string, Link>()
  for (const { graph } of walks) {
    for (const [place, near] of graph.nodes.entries()) {
      for (const { certainty, far: to, through } of graph.onward[place] ?? []) {
        const far = graph.nodes[to] ?? ""
        const [from, into] = graph.way === "forward" ? [near, far] : [far, near]
        links.set(`${from}\n${into}\n${through}\n${certainty}`, { from, to: into, through, certainty })
      }
    }
  }
  return inOrder(links)
}

export const traced = (walks: ReadonlyArray<Walk>): Traced => ({ lots: lotsOf(walks), links: linksOf(walks) })
