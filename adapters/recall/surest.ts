// How sure it is that each node of a recall's graph is affected, how far away it is, and what makes it no surer. Pure; used
// by `recall.ts` and tests.
//
// A way is as sure as its weakest step, and a node as its surest way. So: walk along exact steps alone, then along those and
// allocated ones, and so on; what a walk reaches that none before it did is as sure as the weakest step it may take.
import { category, lotOf, orderOf, plantOf, StreamName } from "../../core/journal/stream.ts"
import { Certainty } from "../../core/plant/lot.ts"
import type { Node } from "./derived.ts"
import type { Graph, Onward } from "./graph.ts"

export interface Reached {
  readonly certainty: Certainty
  /** Lots on the shortest of its surest ways, without the one where the walk starts. */
  readonly depth: number
  readonly reason: string
}

export const rankOf = (certainty: Certainty): number => Certainty.literals.indexOf(certainty)

export const isLot = (node: Node): boolean => node.startsWith("lot/")

/** As people call it. */
export const nodeName = (node: Node): string => {
  const stream = StreamName(node)
  if (isLot(node)) {
    const { itemId, lotId, scope } = lotOf(stream)
    return `${scope}/${itemId}/${lotId}`
  }
  return category(stream) === "order" ? `order ${plantOf(stream)}/${orderOf(stream)}` : node
}

const inWords = {
  exact: "scanned or reported",
  allocated: "allocated by a rule (backflush, first in first out), not scanned",
  commingled: "reported as mixed with others",
  window: "reported as of shared equipment"
} as const

const everyStep = "scanned or reported at every step"

const reasonOf = ({ nodes, way }: Graph, near: number, { certainty, far, reason, through }: Onward): string => {
  if (through === "derived" && reason !== undefined) return reason
  const [from = "", to = ""] = [near, far].map((place) => nodeName(nodes[place] ?? ""))
  const edge = way === "forward" ? `${from} into ${to}` : `${to} into ${from}`
  return `${edge}: ${reason ?? inWords[certainty]}`
}

/**
 * Along steps that are at least so sure, to all nodes that no surer walk has reached. Layer by layer: a layer is the lots
 * that are equally far away, then round by round the orders and residues behind them, which count for no distance. So
 * whatever leads to a node on a shortest way was there before it, with its own reason; of several reasons the first by
 * the alphabet is taken, since rows come in no order.
 */
const walk = (
  graph: Graph,
  lots: ReadonlyArray<boolean>,
  reached: Array<Reached | undefined>,
  certainty: Certainty
) => {
  const rank = rankOf(certainty)
  /** Of a lot its layer, of any other node the round that it is walked from; neither is 0. */
  const arrivals = new Int32Array(lots.length)
  arrivals[0] = 1
  let rounds = 0
  for (let [layer, depth] = [[0], 0]; layer.length > 0; depth++) {
    const nextLayer: Array<number> = []
    for (let round = layer; round.length > 0; ) {
      const nextRound: Array<number> = []
      rounds++
      for (const near of round) {
        const from = reached[near]
        for (const step of graph.onward[near] ?? []) {
          if (from === undefined || rankOf(step.certainty) > rank) continue
          const { far } = step
          const isLot = lots[far] === true
          const arrival = isLot ? depth + 2 : rounds + 1
          if (arrivals[far] === 0) {
            arrivals[far] = arrival
            if (isLot) nextLayer.push(far)
            else nextRound.push(far)
          }
          const before = reached[far]
          if (arrivals[far] !== arrival || (before !== undefined && before.certainty !== certainty)) continue
          const reason = from.certainty === certainty ? from.reason : reasonOf(graph, near, step)
          if (before === undefined || reason < before.reason) {
            reached[far] = { certainty, depth: isLot ? depth + 1 : depth, reason }
          }
        }
      }
      round = nextRound
    }
    layer = nextLayer
  }
}

/** By a node's place. */
export const surest = (graph: Graph): ReadonlyArray<Reached | undefined> => {
  const lots = graph.nodes.map(isLot)
  const reached = graph.nodes.map((_, place): Reached | undefined =>
    place === 0 ? { certainty: "exact", depth: 0, reason: everyStep } : undefined
  )
  for (const certainty of Certainty.literals) {
    walk(graph, lots, reached, certainty)
    if (!reached.includes(undefined)) break
  }
  return reached
}
