// What a recall walks beside the genealogy: edges that nobody scanned, derived from vessels and from shared equipment.
// Made by whoever derives them, taken by the walk.
import type { Certainty } from "../../core/plant/lot.ts"

/** The stream name of a lot or an order, or `residue/…`: what a vessel or a piece of equipment holds after a use. */
export type Node = string

export interface DerivedEdge {
  readonly source: Node
  readonly target: Node
  /** Nobody scanned it. */
  readonly certainty: Exclude<Certainty, "exact">
  /** What makes it no surer, in words; ties between ways that are as sure are broken by it. */
  readonly reason: string
  /** Milliseconds since 1970: since when it is so, and since when that is recorded. */
  readonly validFrom: number
  readonly knownFrom: number
}

export interface Derived {
  readonly edges: ReadonlyArray<DerivedEdge>
  /** Mixing models and clean breaks that they rest on: sentences, sorted. */
  readonly assumptions: ReadonlyArray<string>
}
