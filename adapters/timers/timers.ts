// Fires due timers as messages through the door. Composed by adapters/cli, once in a cluster (`timers`), and by tests.
import { Clock, Context, Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { sha256 } from "../../core/journal/hash.ts"
import { partitionOf } from "../../core/journal/stream.ts"
import { timerReference } from "../../core/message/timer.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { type CanonicalMessage, Door, type Incoming } from "../../core/port/door.ts"
import { dueTimers, type TimedMessage, type Timer } from "../../projections/timers/queries.ts"

/** What is due, the longest overdue first. `projections/timers` is behind it. */
export class TimerQueue extends Context.Service<
  TimerQueue,
  { readonly due: (now: number, limit: number) => Effect.Effect<ReadonlyArray<Timer>, SqlError.SqlError> }
>()("traveler/adapters/timers/TimerQueue") {
  static readonly layer = Layer.effect(
    TimerQueue,
    Effect.map(SqlClient.SqlClient, (sql) => ({
      due: (now, limit) => Effect.provideService(dueTimers(now, limit), SqlClient.SqlClient, sql)
    }))
  )
}

const pageSize = 500
const lookEveryMillis = 200
const encoder = new TextEncoder()

/**
 * The stream and the version of the event that asked are the message's id: a timer that fires twice, because its view
 * is late or because two runners fire it, is a duplicate. Nothing in the message depends on when it fires.
 */
export const timerMessage = ({ stream, version, message, dueAt, traceparent }: Timer): Incoming => {
  const reference = timerReference(stream, version)
  const occurredAt = timeOf(message, dueAt)
  return {
    stream,
    metadata: {
      ...reference,
      digest: sha256(encoder.encode(reference.messageId)),
      queue: "timers",
      occurredAt,
      ...(message.type === "PostingResumed" ? { correlationId: message.body.posting } : {}),
      ...(traceparent === null ? {} : { traceparent })
    },
    content: { _tag: "Understood", message: at(occurredAt, message) },
    redelivered: false
  }
}

/** A lot's expiry keeps the plant's own words: they may name a year that another form of them has no room for. */
const timeOf = (message: TimedMessage, dueAt: number): OccurredAt =>
  message.type === "LotExpiryReached" ? message.body.expiresAt : OccurredAt.make(new Date(dueAt).toISOString())

const at = (occurredAt: OccurredAt, message: TimedMessage): CanonicalMessage => {
  switch (message.type) {
    case "PostingResumed":
      return { type: message.type, body: { ...message.body, occurredAt } }
    case "DirectiveOverdue":
      return { type: message.type, body: { ...message.body, occurredAt } }
    case "AcknowledgementOverdue":
      return { type: message.type, body: { ...message.body, occurredAt } }
    case "LotBreachOverdue":
      return { type: message.type, body: { ...message.body, occurredAt } }
    case "LotExpiryReached":
      return { type: message.type, body: { ...message.body, occurredAt } }
  }
}

/** Works until the scope closes and outlives every failure. A partition without an owner holds up no other. */
export const runTimers = Effect.fnUntraced(function* (partitions: number) {
  const door = yield* Door
  const timers = yield* TimerQueue

  const round = Effect.gen(function* () {
    const due = yield* timers.due(yield* Clock.currentTimeMillis, pageSize)
    yield* Effect.forEach(
      Map.groupBy(due, ({ stream }) => partitionOf(stream, partitions)),
      ([partition, group]) =>
        door
          .submit(partition, group.map(timerMessage))
          .pipe(Effect.catch((failure) => Effect.logWarning(`${group.length} timers fire later: ${failure.reason}`))),
      { concurrency: "unbounded", discard: true }
    )
    yield* Effect.sleep(lookEveryMillis)
  })
  yield* round.pipe(
    Effect.catchCause((cause) =>
      Effect.andThen(Effect.logWarning("Timers failed and go on", cause), Effect.sleep(1_000))
    ),
    Effect.forever,
    Effect.forkScoped
  )
})
