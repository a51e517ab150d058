// Keeps each plant's master data as its ERP has it, by a full synchronization on a schedule and whenever somebody asks for
// one. Composed by adapters/cli (each ERP's singleton `sync/<erp>`) and by tests.
import { Cause, Clock, Cron, type Duration, Effect, Option } from "effect"
import { type Failure, TechnicalFailure } from "../../core/failure.ts"
import { Erp } from "../../core/port/erp.ts"
import { oneEach } from "../one-each.ts"
import { reasonOf } from "./capture.ts"
import { type SyncTiming, syncPlant, syncTiming } from "./sync-plant.ts"
import { askForDueSyncs, openSyncs, type SyncRun, syncEnded, syncStarted } from "./sync-runs.ts"

const isFailure = (error: unknown): error is Failure =>
  typeof error === "object" && error !== null && "reason" in error && "nextStep" in error && "field" in error

const failureOf = (erp: string, cause: Cause.Cause<unknown>): Failure => {
  const error = Cause.squash(cause)
  return isFailure(error)
    ? error
    : new TechnicalFailure({
        field: `erp/${erp}`,
        value: "",
        reason: reasonOf(cause),
        nextStep: "See the core's log, then: npm run traveler -- sync"
      })
}

/** Plants that an ERP is asked about at once. */
const atOnce = 4

/**
 * Works until its fiber is interrupted. One plant's failure ends its own run, with the failure's words; the others' go on.
 * A run that a crash cut off begins anew: what it told is told under the same ids.
 */
export const runSync = Effect.fnUntraced(function* (options: {
  readonly schedule: Option.Option<Cron.Cron>
  readonly every: Duration.Input
  readonly timing?: SyncTiming
}) {
  const { every, schedule, timing = syncTiming } = options
  const erp = yield* Erp
  const goesOn = (cause: Cause.Cause<unknown>) =>
    Effect.logWarning(`The synchronization with ERP ${erp.name} failed and goes on`, cause)
  const begin = yield* oneEach<number>(atOnce, (_run, cause) => goesOn(cause))

  const sync = Effect.fnUntraced(function* ({ id, plant }: SyncRun) {
    const counts = { told: 0, changed: 0, gone: 0, unreadable: 0 }
    if (!(yield* syncStarted(id, erp.name))) return
    const failure = yield* syncPlant(id, plant, counts, timing).pipe(
      Effect.as(undefined),
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause) : Effect.succeed(failureOf(erp.name, cause))
      )
    )
    yield* syncEnded(id, counts, failure)
  })

  const round = Effect.gen(function* () {
    if (Option.isSome(schedule)) {
      // Also the moment itself.
      yield* askForDueSyncs(Cron.prev(schedule.value, new Date((yield* Clock.currentTimeMillis) + 1)))
    }
    for (const run of yield* openSyncs) yield* begin(run.id, sync(run))
  })

  return yield* round.pipe(
    Effect.catchCause((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause) : goesOn(cause))),
    Effect.andThen(Effect.sleep(every)),
    Effect.forever
  )
}, Effect.scoped)
