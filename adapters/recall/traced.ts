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

export const byName = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** Of two ways the surer; of equally sure ones the shorter. */
const better = (left: Reached, right: Reached): boolean =>
  (rankOf(left.certainty) - rankOf(right.certainty) || left.depth - right.depth || byName(left.reason, right.reason)) <
  0

const lotsOf = (walks: ReadonlyArray<Walk>): ReadonlyArray<TracedLot> => {
  const lots = new Map<string, TracedLot>()
  for (const { graph, reached } of walks) {
    for (const [place, node] of graph.nodes.entries()) {
      const at = reached[place]
      if (at === undefined || !isLot(node)) continue
      const before = lots.get(node)
      const best = before === undefined || better(at, before) ? at : before
      const direction = before === undefined && place > 0 ? graph.way : "both"
      lots.set(node, { ...best, stream: StreamName(node), direction })
    }
  }
  return [...lots.values()].sort(
    (left, right) =>
      rankOf(left.certainty) - rankOf(right.certainty) || left.depth - right.depth || byName(left.stream, right.stream)
  )
}

const linkKey = ({ certainty, from, through, to }: Link): string => [from, to, through, certainty].join("\n")

/** One for all lines that say the same. */
const linksOf = (walks: ReadonlyArray<Walk>): ReadonlyArray<Link> => {
  const links = new Map<string, Link>()
  for (const { graph } of walks) {
    const nodeAt = (place: number): string => graph.nodes[place] ?? ""
    for (const [place, steps] of graph.onward.entries()) {
      for (const { certainty, far, through } of steps) {
        const [from, to] = graph.way === "forward" ? [nodeAt(place), nodeAt(far)] : [nodeAt(far), nodeAt(place)]
        const link = { from, to, through, certainty }
        links.set(linkKey(link), link)
      }
    }
  }
  return [...links].sort(([left], [right]) => byName(left, right)).map(([, link]) => link)
}

export const traced = (walks: ReadonlyArray<Walk>): Traced => ({ lots: lotsOf(walks), links: linksOf(walks) })
