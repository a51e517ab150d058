// Work that a core does whenever its time has come, for as long as it runs. Used by what is composed as a singleton with a
// schedule of its own.
import { Cause, type Duration, Effect } from "effect"

export interface Beat {
  /** From the end of one round to the next. */
  readonly every: Duration.Input
  /** The same after one that failed. */
  readonly again: Duration.Input
}

/** Looked at each minute; what failed isn't tried so often. */
const usualBeat: Beat = { every: "1 minute", again: "10 minutes" }

/**
 * Rounds until its fiber is interrupted: each finds out by itself whether anything is due, and says whether all of it went
 * well. One that fails is told, as `told` says, and tried again.
 */
export const onSchedule = <E, R>(
  round: Effect.Effect<boolean, E, R>,
  told: string,
  { again, every }: Beat = usualBeat
): Effect.Effect<never, never, R> =>
  round.pipe(
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause) ? Effect.interrupt : Effect.as(Effect.logError(told, cause), false)
    ),
    Effect.flatMap((isWell) => Effect.sleep(isWell ? every : again)),
    Effect.forever
  )
