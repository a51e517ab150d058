// How much of a stream's lane may be posted in one go. Pure; used by `queries.ts` and by tests.
import type { PostingKey } from "../../core/plant/identifiers.ts"

interface Waiting {
  readonly key: PostingKey
  readonly state: string
  readonly reverses: PostingKey | null
  /** It waits for the lots that it takes from. */
  readonly waitsForLots: boolean
}

/**
 * Of a stream's open postings, in order, of which the first may be sent: those that may follow it, each once the one
 * before it is verified. Nothing but the poster's own outcomes, and what becomes of one that failed, takes a posting out
 * of `Requested`, so what the view said still holds when their turn comes. A reversal follows what it reverses; where
 * that isn't in the lane, its turn comes when it is the first.
 */
export const laneOf = <Posting extends Waiting>(open: ReadonlyArray<Posting>): ReadonlyArray<Posting> => {
  const before = new Set<PostingKey>()
  for (const [index, { key, state, reverses, waitsForLots }] of open.entries()) {
    const mayFollow =
      state === "Requested" && !waitsForLots && (index === 0 || reverses === null || before.has(reverses))
    if (!mayFollow) return open.slice(0, index)
    before.add(key)
  }
  return open
}
