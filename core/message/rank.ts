// Which of two messages is the later word, whatever order they came in. Anyone may import this file.
import { instant } from "../plant/time.ts"
import { identity, type MessageMetadata } from "./metadata.ts"

/** What a message carries to be ranked by; a repaired twin is ranked by its original's source and id. */
export interface Rank {
  /** 0 where the sender doesn't count. */
  readonly sequence: number
  readonly at: number
  readonly source: string
  readonly messageId: string
}

export const rankOf = (metadata: MessageMetadata): Rank => {
  const { source, messageId } = identity(metadata)
  return { sequence: metadata.sequence ?? 0, at: instant(metadata.occurredAt), source, messageId }
}

const texts = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** Negative, zero or positive as `left` ranks below, as or above `right`. */
export const compareRanks = (left: Rank, right: Rank): number =>
  left.sequence - right.sequence ||
  left.at - right.at ||
  texts(left.source, right.source) ||
  texts(left.messageId, right.messageId)

export const outranks = (left: Rank, right: Rank | undefined): boolean =>
  right === undefined || compareRanks(left, right) > 0
