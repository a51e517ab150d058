// So many documents a second at most are sent to one ERP. Used by `poster.ts` alone.
import { Effect } from "effect"
import { RateLimiter } from "effect/persistence"

/**
 * Takes a token, and waits where the bucket is empty; it holds a second's worth. Only what posts takes one: questions
 * about what was posted go on as before, and there are no more of them than of documents.
 */
export const takingTokens = (erp: string, perSecond: number | undefined): Effect.Effect<Effect.Effect<void>> =>
  perSecond === undefined
    ? Effect.succeed(Effect.void)
    : RateLimiter.make.pipe(
        Effect.map((limiter) =>
          RateLimiter.sleep(limiter, {
            key: erp,
            limit: perSecond,
            window: "1 second",
            algorithm: "token-bucket"
          }).pipe(Effect.asVoid, Effect.orDie)
        ),
        Effect.provide(RateLimiter.layerStoreMemory)
      )
