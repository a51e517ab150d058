// How long the poster waits for what. Used by the poster; tests bring shorter ones.
import { Effect, Random } from "effect"

export interface Timing {
  /** A claim is sent within this time or not at all. */
  readonly sendWithinMillis: number
  /** Before the second attempt; doubles from attempt to attempt, up to ten minutes. */
  readonly retryMillis: number
  /** The same where the posting date's period is closed, up to twelve hours: opening it is a person's decision. */
  readonly periodMillis: number
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
  periodMillis: 900_000,
  askMillis: 2_000,
  pollMillis: 100,
  circleMillis: 5_000,
  peopleMillis: 5_000
}

const longestRetryMillis = 600_000
const longestPeriodMillis = 43_200_000

/** Exponential, ± 25 % so that a thousand don't return at once. */
const rest = (firstMillis: number, longestMillis: number, attempt: number): Effect.Effect<number> =>
  Effect.map(Random.next, (random) =>
    Math.round(Math.min(firstMillis * 2 ** (attempt - 1), longestMillis) * (0.75 + random / 2))
  )

/** How long a posting rests after its attempt failed for a technical reason. */
export const restMillis = ({ retryMillis }: Timing, attempt: number) => rest(retryMillis, longestRetryMillis, attempt)

/** How long it rests after the ERP said that its period is closed: twenty attempts take about a week. */
export const periodRestMillis = ({ periodMillis }: Timing, attempt: number) =>
  rest(periodMillis, longestPeriodMillis, attempt)
