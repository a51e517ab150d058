// One queue consumed for as long as the scope lasts: session after session, each an epoch. For adapters/rabbitmq only.
import { Deferred, Effect, Fiber, Latch, Schedule, type Scope } from "effect"
import type { TechnicalFailure } from "../../core/failure.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import type { Delivery, Intake } from "../../core/port/broker.ts"
import type { BrokerConnection } from "./connection.ts"
import { toDelivery } from "./properties.ts"
import { type Ending, openSession, type Session } from "./session.ts"

/** 100 ms, doubling to 5 s, with jitter, for ever. */
const backoff = Schedule.min([Schedule.exponential(100), Schedule.spaced(5_000)]).pipe(Schedule.jittered)

/**
 * Fails only where the first session can't be opened. Later the topology is checked again and a session opened with
 * backoff until it succeeds; what goes on is logged, and `take` waits.
 */
export const openIntake = (
  connection: BrokerConnection,
  check: Effect.Effect<void, TechnicalFailure>,
  consumption: { readonly queue: string; readonly plant: PlantId; readonly prefetch: number }
): Effect.Effect<Intake, TechnicalFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const { plant, prefetch, queue } = consumption
    const arrived = yield* Latch.make(false)
    const ready = yield* Deferred.make<void, TechnicalFailure>()
    let current:
      | { readonly epoch: number; readonly session: Session<Delivery>; readonly closed: Deferred.Deferred<void> }
      | undefined
    let epochs = 0

    const live = Effect.gen(function* () {
      yield* check
      const closed = yield* Deferred.make<void>()
      const ending: Ending = yield* Effect.scoped(
        Effect.gen(function* () {
          const session = yield* openSession(
            connection,
            { queue, prefetch, read: (raw) => toDelivery(raw, queue, plant) },
            arrived
          )
          current = { epoch: epochs++, session, closed }
          // What came before `current` was set woke nobody.
          arrived.openUnsafe()
          if (!(yield* Deferred.succeed(ready, undefined))) yield* Effect.logInfo(`Queue ${queue}: consuming again`)
          const ending = yield* Deferred.await(session.ended)
          current = undefined
          return ending
        })
      ).pipe(Effect.ensuring(Deferred.succeed(closed, undefined)))
      yield* Effect.logWarning(`Queue ${queue}: ${ending.reason}; what is unacknowledged comes again`)
      yield* Effect.sleep(ending.pauseMillis)
    })
    const fiber = yield* live.pipe(
      Effect.tapError((failure) =>
        Effect.andThen(
          Deferred.fail(ready, failure),
          Effect.logWarning(`Queue ${queue}: ${failure.reason}. ${failure.nextStep}`)
        )
      ),
      Effect.retry(backoff),
      Effect.forever,
      Effect.forkScoped
    )
    yield* Deferred.await(ready).pipe(Effect.onError(() => Fiber.interrupt(fiber)))

    const take: Intake["take"] = (limit) =>
      Effect.suspend(() => {
        const batch = current?.session.take(limit)
        if (current !== undefined && batch !== undefined) return Effect.succeed({ epoch: current.epoch, ...batch })
        arrived.closeUnsafe()
        return Effect.andThen(arrived.await, take(limit))
      })

    return {
      take,
      done: (epoch, positions) =>
        Effect.sync(() => {
          if (current?.epoch === epoch) current.session.done(positions)
        }),
      giveBack: (epoch, pauseMillis) =>
        Effect.suspend(() => {
          if (current?.epoch !== epoch) return Effect.void
          const { session, closed } = current
          current = undefined
          session.end({ reason: `deliveries given back, consuming again in ${pauseMillis} ms`, pauseMillis })
          return Deferred.await(closed)
        })
    }
  })
