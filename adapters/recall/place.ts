// A vessel or a work center of a plant, and what is left in it as nodes and edges of a recall. Used by `vessels/` and
// `windows/`.
import type { PlantId, StorageLocationId, WorkCenterId } from "../../core/plant/identifiers.ts"
import type { DerivedEdge, Node } from "./derived.ts"

export interface Place {
  readonly plant: PlantId
  readonly id: StorageLocationId | WorkCenterId
}

export const placeName = ({ id, plant }: Place): string => `${id} of ${plant}`

/** When something is so, and since when that is recorded; milliseconds since 1970. */
export interface Times {
  readonly at: number
  readonly recordedAt: number
}

type Why = Pick<DerivedEdge, "certainty" | "reason">

/** Gathers the edges of one place. */
export class Trail {
  readonly edges: Array<DerivedEdge> = []
  readonly #known = new Set<string>()
  readonly #prefix: string
  #residues = 0

  constructor(kind: "vessel" | "equipment", { id, plant }: Place) {
    this.#prefix = `residue/${plant}/${kind}/${id}`
  }

  /** What is in it from now on: a node of its own, so that everything before and after is one edge away from it. */
  residue(): Node {
    this.#residues += 1
    return `${this.#prefix}/${this.#residues}`
  }

  /** Said once, as it was so first. */
  edge(source: Node, target: Node, { at, recordedAt }: Times, { certainty, reason }: Why): void {
    const key = `${source}\n${target}`
    if (source === target || this.#known.has(key)) return
    this.#known.add(key)
    this.edges.push({ source, target, certainty, reason, validFrom: at, knownFrom: recordedAt })
  }
}
