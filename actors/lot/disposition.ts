// Whether a lot may be used, at any time: words of quality people, each true from when it was said. Pure.
// Used by the lot actor alone.
import { compareRanks, type Rank } from "../../core/message/rank.ts"

export type Disposition = "held" | "released" | "rejected"

export interface Word extends Rank {
  readonly disposition: Disposition
}

/** In the order in which they hold. */
export type Timeline = ReadonlyArray<Word>

const before = (left: Word, right: Word): number => left.at - right.at || compareRanks(left, right)

export const withWord = (timeline: Timeline, word: Word): Timeline => {
  const at = timeline.findLastIndex((earlier) => before(earlier, word) <= 0) + 1
  return timeline.toSpliced(at, 0, word)
}

/** The last word at that time, milliseconds since 1970; undefined where nobody had said anything yet. */
export const dispositionAt = (timeline: Timeline, at: number): Disposition | undefined =>
  timeline.findLast((word) => word.at <= at)?.disposition

export const isRestrictedAt = (timeline: Timeline, at: number): boolean => {
  const disposition = dispositionAt(timeline, at)
  return disposition === "held" || disposition === "rejected"
}
