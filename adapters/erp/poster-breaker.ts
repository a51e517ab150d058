// The poster's circuit breaker: one per ERP endpoint. A dead ERP then costs a few attempts, not one of every posting.
import { Effect, Latch, type Scope } from "effect"
import type { TechnicalFailure } from "../../core/failure.ts"

/** So many failures in a row, with no success between them, open it. */
export const tripsAfter = 10

const longestPauseMillis = 30_000

export interface Breaker {
  /** Waits while the breaker is open. */
  readonly pass: Effect.Effect<void>
  readonly isOpen: () => boolean
  readonly succeeded: () => void
  readonly failed: () => void
}

/**
 * It begins open: the ERP is asked for its health before anything is sent. Each time that it opens without a success
 * since the last, the pause before the probe doubles, so that an ERP that is healthy but answers nothing rests too.
 */
export const breaker = (
  name: string,
  health: Effect.Effect<void, TechnicalFailure>,
  pauseMillis: number
): Effect.Effect<Breaker, never, Scope.Scope> =>
  Effect.gen(function* () {
    const closed = yield* Latch.make(false)
    const tripped = yield* Latch.make(true)
    let failures = 0
    let openings = 0

    const pause = () => Effect.sleep(Math.min(pauseMillis * 2 ** (openings - 1), longestPauseMillis))
    const recover: Effect.Effect<void> = Effect.matchEffect(health, {
      onSuccess: () => Effect.void,
      onFailure: (failure) => {
        openings += 1
        return Effect.logWarning(`${name} doesn't answer (${failure.reason}); nothing is sent until it does`).pipe(
          Effect.andThen(pause()),
          Effect.andThen(recover)
        )
      }
    })
    const watch = Effect.gen(function* () {
      yield* tripped.await
      if (openings > 0) {
        yield* Effect.logWarning(`${name} failed ${failures} times in a row; pausing before it is asked again`)
        yield* pause()
      }
      yield* recover
      if (openings > 0) yield* Effect.logInfo(`${name} answers; sending goes on`)
      failures = 0
      yield* tripped.close
      yield* closed.open
    })
    yield* Effect.forkScoped(Effect.forever(watch))

    return {
      pass: closed.await,
      isOpen: () => !closed.isOpen(),
      succeeded: () => {
        failures = 0
        openings = 0
      },
      failed: () => {
        failures += 1
        if (failures < tripsAfter || !closed.isOpen()) return
        openings += 1
        closed.closeUnsafe()
        tripped.openUnsafe()
      }
    }
  })
