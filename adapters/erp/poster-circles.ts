// Documents that wait for each other: none of them would ever be posted. Pure; used by `poster-rounds.ts` alone.
import { Graph } from "effect"
import { BusinessRuleViolation } from "../../core/failure.ts"
import type { StreamName } from "../../core/journal/stream.ts"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import { failed, type PostingOutcome } from "./poster-outcome.ts"

/** The first document of a stream waits for one of another stream. */
export interface Wait {
  readonly key: PostingKey
  readonly stream: StreamName
  readonly waitsFor: StreamName
}

/** Of each circle the document with the first key, so that whoever looks finds the same one. */
export const circles = (waits: ReadonlyArray<Wait>): ReadonlyArray<PostingKey> => {
  const graph = Graph.directed<PostingKey, undefined>((mutable) => {
    const nodes = new Map<StreamName, Graph.NodeIndex>()
    for (const { key, stream } of waits) {
      if (!nodes.has(stream)) nodes.set(stream, Graph.addNode(mutable, key))
    }
    for (const { stream, waitsFor } of waits) {
      const [from, to] = [nodes.get(stream), nodes.get(waitsFor)]
      if (from !== undefined && to !== undefined) Graph.addEdge(mutable, from, to, undefined)
    }
  })
  return Graph.stronglyConnectedComponents(graph).flatMap((component) => {
    if (component.length < 2) return []
    const members = component.flatMap((node) => {
      const found = Graph.getNode(graph, node)
      return found._tag === "Some" ? [found.value] : []
    })
    return members.sort().slice(0, 1)
  })
}

export const waitsInCircle = (key: PostingKey): PostingOutcome =>
  failed(
    new BusinessRuleViolation({
      field: "lanes",
      value: "WAITS_IN_A_CIRCLE",
      reason: `${key} takes a lot out of stock that another document puts there, and that one waits for this one`,
      nextStep: "Resubmit it to have it posted without waiting, or post it by hand in the ERP and waive it"
    })
  )
