// What lies downstream of a node by derived edges, in the plainest way. For the tests of this folder.
import type { DerivedEdge, Node } from "../../../adapters/recall/derived.ts"

const isResidue = (node: Node): boolean => node.startsWith("residue/")

/** Every lot and order that this one came to by what was left behind, not by way of another lot or order. */
export const reached = (edges: ReadonlyArray<DerivedEdge>, from: Node): ReadonlySet<Node> => {
  const seen = new Set<Node>()
  const open = [from]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const { source, target } of edges) {
      if (source !== node || seen.has(target)) continue
      seen.add(target)
      if (isResidue(target)) open.push(target)
    }
  }
  return new Set([...seen].filter((node) => !isResidue(node)))
}

/** Every pair of those, as `from → to`, sorted; not to itself. */
export const pairs = (edges: ReadonlyArray<DerivedEdge>): ReadonlyArray<string> => {
  const sources = new Set(edges.map(({ source }) => source).filter((node) => !isResidue(node)))
  return [...sources]
    .flatMap((from) => [...reached(edges, from)].filter((to) => to !== from).map((to) => `${from} → ${to}`))
    .sort()
}
