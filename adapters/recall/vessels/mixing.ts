// How a vessel mixed at a time, by what people said of it, and how sure that makes what came of it. Pure. Used by this
// folder and `derive.ts`.
import type { MixingModel } from "../../../core/plant/vessel.ts"
import type { DerivedEdge } from "../derived.ts"
import { type Place, placeName } from "../place.ts"

/** A person's word; of those for one time the later one is behind the other. */
export interface Definition {
  readonly from: number
  readonly recordedAt: number
  /** Null: it is no vessel. */
  readonly mixing: MixingModel | null
}

/** From when on it mixes how, by time. What was said first holds for the time before, too: it was that vessel all along. */
export const mixingBy = (definitions: ReadonlyArray<Definition>): ReadonlyArray<Definition> =>
  [...new Map(definitions.map((definition) => [definition.from, definition])).values()]
    .sort((one, other) => one.from - other.from)
    .map((definition, index) => (index === 0 ? { ...definition, from: Number.NEGATIVE_INFINITY } : definition))

const layered = { firstInFirstOut: "First in, first out", lastInFirstOut: "Last in, first out" } as const

/** Layers can't be told apart in several units, which nothing here converts: it is then taken as one pool. */
export const takenAs = (mixing: MixingModel, isOneUnit: boolean): MixingModel =>
  isOneUnit || mixing === "untilCleaned" ? mixing : "mixed"

export const whyOf = (
  place: Place,
  mixing: MixingModel,
  isOneUnit: boolean
): Pick<DerivedEdge, "certainty" | "reason"> => {
  const where = `in vessel ${placeName(place)}`
  switch (mixing) {
    case "firstInFirstOut":
    case "lastInFirstOut":
      return isOneUnit
        ? { certainty: "allocated", reason: `${layered[mixing]} ${where}` }
        : { certainty: "commingled", reason: `Mixed ${where}, whose layers can't be told apart in several units` }
    case "mixed":
      return { certainty: "commingled", reason: `Mixed ${where}` }
    case "untilCleaned":
      return { certainty: "commingled", reason: `Together ${where} between its clean breaks` }
  }
}
