// Waits for what will be true soon, with a deadline. For the tests of this folder.
import { Effect, Schedule } from "effect"

/** Asks until `condition` holds; fails after five seconds. */
export const eventually = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
  condition.pipe(
    Effect.flatMap((holds) => (holds ? Effect.void : Effect.fail("It doesn't hold yet" as const))),
    Effect.retry(Schedule.spaced("10 millis")),
    Effect.timeout("5 seconds")
  )
