// What may have touched on a shared work center: whatever was on it between two clean breaks leaves something behind for
// all that was on it afterwards. Pure. Used by `derive.ts` of this room.
import { breakName, type CleanBreak, wasAfter, wasBefore } from "../clean-break.ts"
import type { DerivedEdge, Node } from "../derived.ts"
import { type Place, placeName, Trail } from "../place.ts"
import { hull, type Presence } from "./presence.ts"

/** Between two clean breaks; absent where there is none on that side. */
export interface Bounds {
  readonly after?: CleanBreak | undefined
  readonly before?: CleanBreak | undefined
}

export const boundsInWords = ({ after, before }: Bounds): string => {
  if (after === undefined && before === undefined) return "never cleaned"
  if (after === undefined || before === undefined) {
    return after === undefined ? `before ${before === undefined ? "" : breakName(before)}` : `after ${breakName(after)}`
  }
  return `between ${breakName(after)} and ${breakName(before)}`
}

/** Of each order in the window its whole stay there, by its beginning. */
type Window = ReadonlyArray<Presence>

const byBeginning = (one: Presence, other: Presence): number =>
  one.from - other.from || (one.order < other.order ? -1 : one.order > other.order ? 1 : 0)

/** One window more than there are clean breaks, which are by time. Who was there during one is in both of its windows. */
const windowsOf = (presences: ReadonlyArray<Presence>, breaks: ReadonlyArray<CleanBreak>): ReadonlyArray<Window> => {
  const windows = Array.from({ length: breaks.length + 1 }, () => new Map<Node, Presence>())
  for (const presence of presences) {
    const ends = breaks.findIndex((cleanBreak) => wasBefore(presence, cleanBreak))
    const first = ends < 0 ? breaks.length : ends
    const last = breaks.findLastIndex((cleanBreak) => wasAfter(presence, cleanBreak)) + 1
    for (const window of windows.slice(first, last + 1)) {
      const known = window.get(presence.order)
      window.set(presence.order, known === undefined ? presence : hull(known, presence))
    }
  }
  return windows.map((window) => [...window.values()].sort(byBeginning))
}

/** Lots that an order had there, though no step from them leads to it: what it made, and what went into one lot alone. */
export type LotsOf = (order: Node) => ReadonlyArray<Node>

/**
 * Three edges an order and one for each of its lots, however many there are: it adds to what is left there, and takes up what
 * others have left there by its end.
 */
const follow = (trail: Trail, window: Window, lotsOf: LotsOf, reason: string): void => {
  if (window.length < 2) return
  const why = { certainty: "window", reason } as const
  const left: Array<{ readonly node: Node; readonly by: Presence }> = []
  for (const by of window) {
    const node = trail.residue()
    const times = { at: by.from, recordedAt: by.recordedAt }
    const before = left.at(-1)
    if (before !== undefined) trail.edge(before.node, node, times, why)
    for (const source of [by.order, ...lotsOf(by.order)]) trail.edge(source, node, times, why)
    left.push({ node, by })
  }
  for (const [place, presence] of window.entries()) {
    const latest = left.findLastIndex(({ by }) => by.from <= presence.to)
    // Its own rest is no news to it, nor to what else it made.
    const last = left[latest === place ? place - 1 : latest]
    if (last === undefined) continue
    const times = {
      at: Math.max(presence.from, last.by.from),
      recordedAt: Math.max(presence.recordedAt, last.by.recordedAt)
    }
    trail.edge(last.node, presence.order, times, why)
  }
}

/** `breaks` by time. */
export const windowEdges = (
  place: Place,
  presences: ReadonlyArray<Presence>,
  breaks: ReadonlyArray<CleanBreak>,
  lotsOf: LotsOf
): ReadonlyArray<DerivedEdge> => {
  const trail = new Trail("equipment", place)
  for (const [index, window] of windowsOf(presences, breaks).entries()) {
    const bounds = boundsInWords({ after: breaks[index - 1], before: breaks[index] })
    follow(trail, window, lotsOf, `On ${placeName(place)} ${bounds}`)
  }
  return trail.edges
}

/** What the whole time from `from` to `to` is part of: to the clean breaks around it. */
export const boundsAround = (breaks: ReadonlyArray<CleanBreak>, from: number, to: number): Bounds => ({
  after: breaks.findLast(({ at }) => at <= from),
  before: breaks.find(({ startedAt }) => startedAt >= to)
})

export const isWithin = (stay: { readonly from: number; readonly to: number }, { after, before }: Bounds): boolean =>
  (after === undefined || wasAfter(stay, after)) && (before === undefined || wasBefore(stay, before))
