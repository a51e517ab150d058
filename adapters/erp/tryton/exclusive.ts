// Documents that take from one lot go one after the other, so that nothing comes between a look at its stock and the taking.
// Used inside adapters/erp/tryton.
import { Effect, Semaphore } from "effect"

/** Runs an effect while no other holds any of its names; they are taken in one order, so nobody waits in a circle. */
export const exclusively = () => {
  const held = new Map<string, { readonly semaphore: Semaphore.Semaphore; users: number }>()

  const alone =
    (name: string) =>
    <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.suspend(() => {
        const one = held.get(name) ?? { semaphore: Semaphore.makeUnsafe(1), users: 0 }
        one.users += 1
        held.set(name, one)
        return one.semaphore.withPermit(effect).pipe(
          Effect.ensuring(
            Effect.sync(() => {
              one.users -= 1
              if (one.users === 0) held.delete(name)
            })
          )
        )
      })

  return <A, E, R>(names: ReadonlyArray<string>, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    [...new Set(names)].sort().reduceRight((inner, name) => alone(name)(inner), effect)
}
