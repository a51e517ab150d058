// Whether a lot may be used, at any time: words of quality people, each true from when it was said. Pure.
// Used by the lot actor alone.
import { compareRanks, type Rank } from "../../core/message/rank.ts"
import type { Disposition } from "../../core/plant/lot.ts"

export interface Word extends Rank {
  readonly disposition: Disposition
  /** The key that its report is known by: twins are ranked alike, but each is taken back by its own. */
  readonly place: string
}

/** In the order in which they hold. */
export type Timeline = ReadonlyArray<Word>

const before = (left: Word, right: Word): number => left.at - right.at || compareRanks(left, right)

export const withWord = (timeline: Timeline, word: Word): Timeline => {
  const at = timeline.findLastIndex((earlier) => before(earlier, word) <= 0) + 1
  return timeline.toSpliced(at, 0, word)
}

/** Without the word of the report that is known by this key. */
export const withoutWord = (timeline: Timeline, place: string): Timeline =>
  timeline.filter((word) => word.place !== place)

/** The word that holds since the latest time; undefined where nobody has said anything. */
export const holding = (timeline: Timeline): Word | undefined => timeline.at(-1)

/** The last word at that time, milliseconds since 1970; undefined where nobody had said anything yet. */
export const dispositionAt = (timeline: Timeline, at: number): Disposition | undefined =>
  timeline.findLast((word) => word.at <= at)?.disposition

export const isRestrictedAt = (timeline: Timeline, at: number): boolean => {
  const disposition = dispositionAt(timeline, at)
  return disposition === "held" || disposition === "rejected"
}
