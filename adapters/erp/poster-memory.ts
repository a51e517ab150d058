// What was posted lately: the view tells of it a moment later, so it is remembered for a few. Used by `poster.ts` alone.
import type { PostingKey } from "../../core/plant/identifiers.ts"

/** As long (milliseconds) as a view may be late; who may go on and isn't found by then is found among all. */
const remembered = 3_000

export const postedLately = () => {
  const keys = new Map<PostingKey, number>()
  return {
    add: (key: PostingKey): void => {
      keys.set(key, performance.now())
    },
    recent: (): ReadonlyArray<PostingKey> => {
      const now = performance.now()
      for (const [key, at] of keys) if (now - at > remembered) keys.delete(key)
      return [...keys.keys()]
    }
  }
}
