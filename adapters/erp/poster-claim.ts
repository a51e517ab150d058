// Claims of many lanes, committed together before anything is sent. Used by `poster-hand.ts` alone.
import { Effect } from "effect"
import type { SqlError } from "effect/sql"
import { gather } from "./gather.ts"
import type { Claim, PostingAttempts } from "./posting-attempt.ts"

const largestBatch = 500

/** Until when (`performance.now()`) a claim may be sent; undefined where it isn't ours. */
export const claiming = (attempts: PostingAttempts, sendWithinMillis: number, timeoutMillis: number) =>
  gather<Claim, number | undefined, SqlError.SqlError, never>(
    largestBatch,
    Effect.fnUntraced(function* (claims) {
      // Taken before the database's own clock starts for these claims, so ours runs out first.
      const sendBefore = performance.now() + sendWithinMillis
      const claimed = new Set((yield* attempts.claim(claims, sendWithinMillis, timeoutMillis)).map(({ key }) => key))
      return claims.map(({ key }) => Effect.succeed(claimed.has(key) ? sendBefore : undefined))
    })
  )
