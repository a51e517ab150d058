// Calls to partitions of other runners, in the order in which they were made. Used by `placement.ts`.
import { Clock, Effect, Semaphore } from "effect"
import { PartitionUnavailable } from "../../core/port/door.ts"

/** A call that takes longer (milliseconds) is told: the cluster's client waits in silence for a runner that is gone. */
const slow = 10_000

interface Lane {
  readonly permit: Semaphore.Semaphore
  calls: number
  failures: number
  /** When the call that is on its way began. */
  since: number | undefined
}

/**
 * One call at a time for each partition: the cluster's client sends again whatever finds no runner, each call by itself,
 * so two at once pass each other when a runner goes. What waits behind a call that fails fails with it, so that its
 * sender sends it again in its turn.
 */
export const callsInOrder = (partitions: number) => {
  const lanes = Array.from(
    { length: partitions },
    (): Lane => ({ permit: Semaphore.makeUnsafe(1), calls: 0, failures: 0, since: undefined })
  )

  const once = <A>(lane: Lane, call: Effect.Effect<A, PartitionUnavailable>) =>
    Effect.gen(function* () {
      lane.since = yield* Clock.currentTimeMillis
      return yield* call
    }).pipe(
      Effect.tapError(() => Effect.sync(() => lane.failures++)),
      Effect.ensuring(
        Effect.sync(() => {
          lane.since = undefined
        })
      )
    )

  return {
    /** Nothing is on its way to another runner, so nothing can be passed. */
    isFree: (partition: number) => lanes[partition]?.calls === 0,

    call: <A>(partition: number, call: Effect.Effect<A, PartitionUnavailable>) =>
      Effect.suspend(() => {
        const lane = lanes[partition]
        if (lane === undefined) return Effect.die(new Error(`There is no partition ${partition}`))
        const { failures } = lane
        lane.calls++
        return Effect.suspend(() =>
          lane.failures === failures
            ? once(lane, call)
            : Effect.fail(new PartitionUnavailable({ partition, reason: "What came before it wasn't taken" }))
        ).pipe(lane.permit.withPermit, Effect.ensuring(Effect.sync(() => lane.calls--)))
      }),

    /** Says again and again which partitions don't answer; never ends. */
    tellSlow: Effect.gen(function* () {
      yield* Effect.sleep(slow)
      const now = yield* Clock.currentTimeMillis
      const late = lanes.flatMap(({ since }, partition) => (now - (since ?? now) > slow ? [partition] : []))
      if (late.length > 0) {
        yield* Effect.logWarning(`No answer for ${slow / 1_000} s from the runners of partitions ${late.join(", ")}`)
      }
    }).pipe(Effect.forever)
  }
}
