// How long the poster waits for what. Used by the poster; tests bring shorter ones.
import { Effect, Random } from "effect"

export interface Timing {
  /** A claim is sent within this time or not at all. */
  readonly sendWithinMillis: number
  /** Before the second attempt; doubles from attempt to attempt, up to ten minutes. */
  readonly retryMillis: number
  /** Between two questions about a claim whose outcome isn't known; doubles up to five minutes. */
  readonly askMillis: number
  /** Between two looks at an empty queue. */
  readonly pollMillis: number
  /** At least, between two looks for documents that wait for each other. */
  readonly circleMillis: number
  /** At least, between two looks for what people posted, a page of orders each. */
  readonly peopleMillis: number
}

export const usualTiming: Timing = {
  sendWithinMillis: 5_000,
  retryMillis: 1_000,
  askMillis: 2_000,
  pollMillis: 100,
  circleMillis: 5_000,
  peopleMillis: 5_000
}

const longestRetryMillis = 600_000

/** How long a posting rests after its attempt failed: exponential, ± 25 % so that a thousand don't return at once. */
export const restMillis = (timing: Timing, attempt: number): Effect.Effect<number> =>
  Effect.map(Random.next, (random) =>
    Math.round(Math.min(timing.retryMillis * 2 ** (attempt - 1), longestRetryMillis) * (0.75 + random / 2))
  )
