// Feeds one projection from the journal, for ever. Hosted once per projection; a second one does no harm.
import { Cause, Clock, Effect, Exit, Latch, Random, Stream } from "effect"
import { namedInLog, type RecordedEvent } from "../core/journal/event.ts"
import { Journal, UnreadableEvent } from "../core/journal/journal.ts"
import { tracedBatch } from "../core/traced-batch.ts"
import { applyEvents } from "./apply-events.ts"
import { advance, CheckpointMoved, lag, loadCheckpoint } from "./checkpoint.ts"
import type { Projection } from "./projection.ts"

/**
 * A larger batch holds more events of one order, whose rows are then written once; beyond this it gains little, and
 * whatever else runs in this process waits while its rows are made.
 */
const batchLimit = 2_000
const firstPauseMillis = 100
const longestPauseMillis = 30_000
/** From so many failures in a row on they are told as errors. */
const loudFailures = 5
/**
 * From the beginning of a batch to the next one, unless the batch was full: events that come one by one would cost a
 * transaction each, and what takes a dozen statements for one event takes as many for a thousand.
 */
const paceMillis = 100
/** How often the lag is told while the view is behind. */
const reportMillis = 5_000

/**
 * Reads what is new, applies it and moves the checkpoint in one transaction, while the next batch is being read.
 * Never ends and never fails: after a failure it begins again at the stored checkpoint with half as many events, so
 * that an event which can't be applied is soon named in the log, and pauses longer each time.
 */
export const runProjection = Effect.fnUntraced(function* (projection: Projection) {
  const journal = yield* Journal
  const wake = yield* Latch.make(true)
  yield* journal.appended.pipe(
    Stream.runForEach(() => wake.open),
    Effect.forkScoped
  )
  const attempt: Attempt = { limit: batchLimit, failures: 0, events: [] }
  while (true) {
    const exit = yield* Effect.exit(follow(projection, wake, attempt))
    if (Exit.isFailure(exit)) yield* pause(projection, exit.cause, attempt)
  }
}, Effect.scoped)

interface Attempt {
  limit: number
  /** In a row. */
  failures: number
  /** What is being applied. */
  events: ReadonlyArray<RecordedEvent>
}

const follow = Effect.fnUntraced(function* (projection: Projection, wake: Latch.Latch, attempt: Attempt) {
  const journal = yield* Journal
  let reportedAt = yield* Clock.currentTimeMillis
  let from = yield* loadCheckpoint(projection)
  let events = yield* journal.read(from, attempt.limit)
  while (true) {
    if (events.length === 0) {
      yield* wake.await
      wake.closeUnsafe()
      events = yield* journal.read(from, attempt.limit)
      continue
    }
    attempt.events = events
    const startedAt = yield* Clock.currentTimeMillis
    const to = advance(from, events)
    const { limit } = attempt
    const isFull = events.length >= limit
    // What can't be read takes nothing from what has been read.
    const [, ahead] = yield* Effect.all(
      [
        tracedBatch(`project ${projection.name}`, events, {}, applyEvents(projection, from, to, events)),
        isFull ? Effect.exit(journal.read(to, limit)) : Effect.void
      ],
      { concurrency: 2 }
    )
    attempt.events = []
    attempt.failures = 0
    attempt.limit = Math.min(batchLimit, limit * 2)
    const now = yield* Clock.currentTimeMillis
    if (isFull && now - reportedAt >= reportMillis) {
      reportedAt = now
      const behind = yield* lag(projection.name, yield* journal.heads)
      yield* Effect.logInfo(`Projection ${projection.name} is ${behind} events behind`)
    }
    if (ahead === undefined) yield* Effect.sleep(Math.max(0, startedAt + paceMillis - now))
    from = to
    events = yield* ahead ?? journal.read(to, attempt.limit)
  }
})

const pause = Effect.fnUntraced(function* <E>(projection: Projection, cause: Cause.Cause<E>, attempt: Attempt) {
  const { events } = attempt
  attempt.events = []
  if (cause.reasons.some((reason) => Cause.isFailReason(reason) && reason.error instanceof CheckpointMoved)) {
    yield* Effect.logDebug(`Another runner feeds projection ${projection.name} too`)
    return yield* Effect.sleep(firstPauseMillis)
  }
  attempt.failures++
  if (events.length > 0) attempt.limit = Math.max(1, Math.floor(Math.min(attempt.limit, events.length) / 2))
  const longest = Math.min(longestPauseMillis, firstPauseMillis * 2 ** (attempt.failures - 1))
  const millis = Math.round(longest * (0.5 + (yield* Random.next) / 2))
  const report = attempt.failures < loudFailures ? Effect.logWarning : Effect.logError
  yield* report(
    `Projection ${projection.name} stands still at ${described(events, cause)}: ${attempt.failures} failures in a row, ` +
      `tries again in ${millis} ms`,
    cause
  )
  yield* Effect.sleep(millis)
})

const described = <E>(events: ReadonlyArray<RecordedEvent>, cause: Cause.Cause<E>): string => {
  const error = Cause.squash(cause)
  return (
    namedInLog(events) ??
    (error instanceof UnreadableEvent ? `what it can't read (${error.message})` : "its checkpoint")
  )
}
