// Work for each of several things, each in a fiber of its own, so that a slow one holds up no other. Used in adapters/.
import { Cause, Effect, type Scope, Semaphore } from "effect"

/**
 * Begins work for a key unless that key's is under way; so many are at work at once. It ends with the scope. What it fails
 * of is told, and the key may be begun again.
 */
export const oneEach = <Key>(
  atOnce: number,
  tell: (key: Key, cause: Cause.Cause<unknown>) => Effect.Effect<void>
): Effect.Effect<
  <E, R>(key: Key, work: Effect.Effect<void, E, R>) => Effect.Effect<void, never, R>,
  never,
  Scope.Scope
> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const slots = yield* Semaphore.make(atOnce)
    const underWay = new Set<Key>()
    return (key, work) =>
      Effect.suspend(() => {
        if (underWay.has(key)) return Effect.void
        underWay.add(key)
        return work.pipe(
          slots.withPermits(1),
          Effect.catchCause((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.void : tell(key, cause))),
          Effect.ensuring(Effect.sync(() => void underWay.delete(key))),
          Effect.forkIn(scope),
          Effect.asVoid
        )
      })
  })
