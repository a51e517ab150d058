// Whether a lot may be used, at any time: words of quality people, each true from when it was said. Pure.
// Used by the lot actor alone.
import { messageKey } from "../../core/message/metadata.ts"
import { compareRanks, type Rank } from "../../core/message/rank.ts"
import { MessageId, Source } from "../../core/plant/identifiers.ts"
import type { Disposition } from "../../core/plant/lot.ts"

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

const keyOf = ({ messageId, source }: Word): string =>
  messageKey({ source: Source.make(source), messageId: MessageId.make(messageId) })

/** Without the word of the message with this key. */
export const withoutWord = (timeline: Timeline, key: string): Timeline => timeline.filter((word) => keyOf(word) !== key)

/** The word that holds since the latest time; undefined where nobody has said anything. */
export const holding = (timeline: Timeline): Word | undefined => timeline.at(-1)

/** The last word at that time, milliseconds since 1970; undefined where nobody had said anything yet. */
export const dispositionAt = (timeline: Timeline, at: number): Disposition | undefined =>
  timeline.findLast((word) => word.at <= at)?.disposition

export const isRestrictedAt = (timeline: Timeline, at: number): boolean => {
  const disposition = dispositionAt(timeline, at)
  return disposition === "held" || disposition === "rejected"
}
