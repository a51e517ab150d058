// What was posted lately, of which the view may not have heard yet. Used by `poster.ts` alone.
import type { PostingKey } from "../../core/plant/identifiers.ts"
import type { PostedLately } from "./poster-queue.ts"

/** As long (milliseconds) as a view may be late; who may go on and isn't found by then is found among all. */
const remembered = 3_000
/** Milliseconds after which all that is remembered is asked about again: something else may have kept it back. */
const again = 500

export const postedLately = () => {
  const keys = new Map<PostingKey, number>()
  let news: Array<PostingKey> = []
  let askedAllAt = 0
  return {
    add: (key: PostingKey): void => {
      keys.set(key, performance.now())
      news.push(key)
    },
    has: (key: PostingKey): boolean => keys.has(key),
    /** What is news is news once. */
    take: (): PostedLately => {
      const now = performance.now()
      for (const [key, at] of keys) if (now - at > remembered) keys.delete(key)
      const all = [...keys.keys()]
      const isAgain = now - askedAllAt >= again
      if (isAgain) askedAllAt = now
      const taken = isAgain ? all : news
      news = []
      return { all, news: taken }
    }
  }
}
