// Work that never ends by itself: whatever it dies of, it starts again. Anyone may import this file.
import { type Cause, Clock, Effect, Exit } from "effect"

/**
 * Each pause is twice as long as the one before, up to `longestMillis`; work that has gone well for longer than that
 * begins with the first pause again. A `Schedule` would remember every failure since the process began.
 */
export const restarting = <E, R>(
  work: Effect.Effect<unknown, E, R>,
  options: {
    readonly firstMillis: number
    readonly longestMillis: number
    readonly tell: (cause: Cause.Cause<E>, pauseMillis: number) => Effect.Effect<void>
  }
): Effect.Effect<never, never, R> =>
  Effect.gen(function* () {
    const { firstMillis, longestMillis, tell } = options
    let pause = firstMillis
    while (true) {
      const begun = yield* Clock.currentTimeMillis
      const exit = yield* Effect.exit(work)
      if ((yield* Clock.currentTimeMillis) - begun > longestMillis) pause = firstMillis
      if (Exit.isFailure(exit)) yield* tell(exit.cause, pause)
      yield* Effect.sleep(pause)
      pause = Math.min(longestMillis, pause * 2)
    }
  })
