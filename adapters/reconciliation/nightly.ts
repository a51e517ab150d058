// Reconciles every plant once a night and has what was found recorded. Composed by adapters/cli (each ERP's singleton
// `reconciliation/<erp>`).
import { Clock, Cron, Effect, Schedule } from "effect"
import { route } from "../../actors/route.ts"
import { sha256 } from "../../core/journal/hash.ts"
import { Journal } from "../../core/journal/journal.ts"
import { partitionOf } from "../../core/journal/stream.ts"
import { MessageId, Source } from "../../core/plant/identifiers.ts"
import { Door, type Incoming } from "../../core/port/door.ts"
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

const night = Effect.gen(function* () {
  const door = yield* Door
  const { partitions } = yield* Journal
  for (const plant of yield* reconcile({ since: usualSince(yield* Clock.currentTimeMillis) })) {
    const message = incoming(plant)
    yield* Effect.retry(door.submit(partitionOf(message.stream, partitions), [message]), untilItHasAnOwner)
  }
})

/** Works until its fiber is interrupted. A night that fails is told, and the next one comes. */
export const runNightly = (at: Cron.Cron) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    yield* Effect.sleep(Cron.next(at, now).getTime() - now)
    yield* night
  }).pipe(
    Effect.catchCause((cause) =>
      Effect.andThen(
        Effect.logError("The reconciliation failed; it is tried again next night", cause),
        Effect.sleep("1 minute")
      )
    ),
    Effect.forever
  )
