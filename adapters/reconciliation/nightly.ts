// Reconciles every plant once a night and has what was found recorded. Composed by adapters/cli (each ERP's singleton
// `reconciliation/<erp>`).
import { Cause, Clock, Cron, Effect, Schedule } from "effect"
import { route } from "../../actors/route.ts"
import { sha256 } from "../../core/journal/hash.ts"
import { Journal } from "../../core/journal/journal.ts"
import { partitionOf } from "../../core/journal/stream.ts"
import { MessageId, type PlantId, Source } from "../../core/plant/identifiers.ts"
import { Door, type Incoming } from "../../core/port/door.ts"
import { lastReconciliations } from "../../projections/reconciliation/queries.ts"
import { onSchedule } from "../on-schedule.ts"
import { plantsServedSince } from "../postgres/plants.ts"
import { usualSince } from "./range.ts"
import { type Reconciled, reconcile } from "./run.ts"

const encoder = new TextEncoder()

/** Told twice it is the same message. */
const incoming = (body: Reconciled): Incoming => {
  const { occurredAt, plant } = body
  const message = { type: "PlantReconciled", body } as const
  const messageId = `${plant}/${occurredAt}`
  return {
    stream: route(plant, message),
    metadata: {
      source: Source.make("traveler/reconciliation"),
      messageId: MessageId.make(messageId),
      digest: sha256(encoder.encode(messageId)),
      queue: "reconciliation",
      occurredAt
    },
    content: { _tag: "Understood", message },
    redelivered: false
  }
}

/** While a partition moves from one owner to another. */
const untilItHasAnOwner = { schedule: Schedule.spaced("1 second"), times: 60 }

const night = Effect.fnUntraced(function* (plant: PlantId) {
  const door = yield* Door
  const { partitions } = yield* Journal
  for (const found of yield* reconcile({ plant, since: usualSince(yield* Clock.currentTimeMillis) })) {
    const message = incoming(found)
    yield* Effect.retry(door.submit(partitionOf(message.stream, partitions), [message]), untilItHasAnOwner)
  }
})

/** Served before that hour and not reconciled since: also where no core ran at it. */
const plantsDue = Effect.fnUntraced(function* (at: Cron.Cron) {
  const hour = Cron.prev(at, new Date((yield* Clock.currentTimeMillis) + 1))
  const done = new Set((yield* lastReconciliations).flatMap((run) => (run.at >= hour ? [run.plant] : [])))
  return (yield* plantsServedSince(hour)).filter((plant) => !done.has(plant))
})

/** Works until its fiber is interrupted. A plant that fails is told, holds up no other, and is tried again. */
export const runNightly = (at: Cron.Cron) =>
  onSchedule(
    Effect.gen(function* () {
      let isWell = true
      for (const plant of yield* plantsDue(at)) {
        yield* Effect.catchCause(night(plant), (cause) => {
          isWell = false
          return Cause.hasInterruptsOnly(cause)
            ? Effect.failCause(cause)
            : Effect.logError(`The reconciliation of plant ${plant} failed and is tried again`, cause)
        })
      }
      return isWell
    }),
    "The reconciliation failed and goes on"
  )
