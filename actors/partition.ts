// The owner of one partition: takes messages in order, decides them in batches, appends each batch once, and answers
// only then. It knows neither cluster nor SQL; `adapters/cluster` says where it runs.
import { Cause, Clock, Deferred, Effect, Exit, Fiber, Queue, Schedule } from "effect"
import type { Scope } from "effect/Scope"
import { Journal, type LoadedStream, type PartitionLost } from "../core/journal/journal.ts"
import { category, type StreamName } from "../core/journal/stream.ts"
import { type Incoming, PartitionUnavailable } from "../core/port/door.ts"
import { type TraceContext, Tracer } from "../core/port/tracer.ts"
import { type Batch, type Behaviours, PartitionState, type Verdict } from "./partition-state.ts"

export interface Partition {
  /** In order; succeeds when all of them are durable. */
  readonly submit: (incoming: ReadonlyArray<Incoming>) => Effect.Effect<ReadonlyArray<Verdict>, PartitionUnavailable>
  /** The owner's work; it never ends by itself. Whatever it dies of, a new partition must be made. */
  readonly run: Effect.Effect<never>
}

interface Entry {
  readonly incoming: ReadonlyArray<Incoming>
  readonly answer: Answer
}

type Answer = Deferred.Deferred<ReadonlyArray<Verdict>, PartitionUnavailable>

const traces = (entries: ReadonlyArray<Entry>): ReadonlyArray<TraceContext> => {
  const contexts: Array<TraceContext> = []
  for (const { incoming } of entries) {
    for (const { metadata } of incoming) if (metadata.traceparent !== undefined) contexts.push(metadata.traceparent)
  }
  return contexts
}

const wakeUp = (): Entry => ({ incoming: [], answer: Deferred.makeUnsafe() })

/** The journal is asked again until it answers; how long that takes is an operator's concern, not a message's. */
const untilItAnswers = Schedule.exponential("100 millis").pipe((schedule) =>
  Schedule.min([schedule, Schedule.spaced("5 seconds")])
)

/**
 * Hosts a partition until the scope closes; what is queued then is answered `PartitionUnavailable`. `residentLimit`
 * is how many actors stay in memory.
 *
 * One append is in flight at most, which is what makes the journal's key a fence. While it runs the next batch is
 * decided, on a state that is ahead of the journal; when the append is lost to another owner, that state and both
 * batches' rows are dropped and all of their messages are decided anew on what the journal holds.
 */
export const makePartition = (options: {
  readonly partition: number
  readonly residentLimit: number
  readonly behaviours: Behaviours
}): Effect.Effect<Partition, never, Journal | Tracer | Scope> =>
  Effect.gen(function* () {
    const { partition, residentLimit, behaviours } = options
    const journal = yield* Journal
    const tracer = yield* Tracer
    const queue = yield* Queue.unbounded<Entry>()

    const load = journal.head(partition).pipe(
      Effect.map((head) => new PartitionState(partition, head, behaviours)),
      Effect.tapError((failure) => Effect.logWarning(`Partition ${partition} waits for the journal`, failure)),
      Effect.retry(untilItAnswers),
      Effect.orDie
    )

    /** A snapshot that other code has written is no use: the stream is read from its first event. */
    const readable = ([name, stream]: readonly [StreamName, LoadedStream]) =>
      stream.snapshot === undefined || stream.snapshot.format === behaviours[category(name)]?.format
        ? Effect.succeed([name, stream] as const)
        : journal.readStream(name, 0).pipe(
            Effect.map((tail): LoadedStream => ({ key: stream.key, tail })),
            Effect.catchTag("UnreadableEvent", ({ message }) =>
              Effect.succeed<LoadedStream>({ key: stream.key, tail: [], unreadable: message })
            ),
            Effect.map((loaded) => [name, loaded] as const)
          )

    /** Decided on the state given, with whatever streams it lacked. */
    const decide = Effect.fnUntraced(function* (state: PartitionState, entries: ReadonlyArray<Entry>) {
      const work =
        entries.length === 1 && entries[0] !== undefined
          ? entries[0].incoming
          : entries.flatMap((entry) => entry.incoming)
      const missing = state.missing(work)
      let broken: ReadonlyMap<StreamName, unknown> = new Map()
      if (missing.length > 0) {
        const loaded = yield* journal.load(partition, missing).pipe(
          Effect.flatMap((streams) => Effect.forEach(streams, readable)),
          Effect.retry(untilItAnswers),
          Effect.orDie
        )
        broken = state.admit(new Map(loaded))
      }
      return state.decide(work, yield* Clock.currentTimeMillis, broken)
    })

    const answer = (entries: ReadonlyArray<Entry>, batch: Batch) => {
      let from = 0
      for (const entry of entries) {
        const to = from + entry.incoming.length
        Deferred.doneUnsafe(entry.answer, Exit.succeed(batch.verdicts.slice(from, to)))
        from = to
      }
    }

    const keep = (state: PartitionState, durable: number) => {
      const snapshots = state.passivate(residentLimit, durable)
      return snapshots.length === 0
        ? Effect.void
        : journal.saveSnapshots(partition, snapshots).pipe(
            Effect.catch((failure) => Effect.logWarning(`Snapshots of partition ${partition} not saved`, failure)),
            Effect.forkChild
          )
    }

    const run: Effect.Effect<never> = Effect.gen(function* () {
      let state = yield* load
      let durable = 0
      /** In a row; each makes the next pause longer. */
      let losses = 0
      let inFlight:
        | { readonly entries: ReadonlyArray<Entry>; readonly fiber: Fiber.Fiber<void, PartitionLost> }
        | undefined
      while (true) {
        let entries: ReadonlyArray<Entry> = yield* Queue.takeAll(queue)
        let batch = yield* decide(state, entries)
        while (inFlight !== undefined) {
          const exit = yield* Fiber.await(inFlight.fiber)
          const lost: ReadonlyArray<Entry> = Exit.isFailure(exit) ? inFlight.entries : []
          inFlight = undefined
          if (Exit.isSuccess(exit)) losses = 0
          else {
            // Anything else than the fence is no reason to decide anew: this owner ends, and another one is made.
            if (!Cause.hasFails(exit.cause)) return yield* Effect.failCause(exit.cause).pipe(Effect.orDie)
            yield* Effect.logWarning(`Partition ${partition} has another owner; deciding anew`)
            yield* Effect.sleep(Math.min(100 * losses++, 5_000))
            entries = [...lost, ...entries]
            state = yield* load
            durable = 0
            batch = yield* decide(state, entries)
          }
        }
        const settled: { entries: ReadonlyArray<Entry>; batch: Batch } = { entries, batch }
        if (batch.append.rows.length === 0) {
          answer(entries, batch)
          // Repeats alone load actors, too.
          yield* keep(state, durable)
          continue
        }
        const span = tracer.batch("append", traces(entries), { partition, events: batch.append.rows.length })
        inFlight = {
          entries,
          fiber: yield* journal.append(batch.append).pipe(
            Effect.onExit((exit) =>
              Effect.sync(() => {
                span.end(Exit.isSuccess(exit) ? undefined : "PartitionLost")
                if (Exit.isSuccess(exit)) {
                  durable = settled.batch.number
                  answer(settled.entries, settled.batch)
                } else Queue.offerUnsafe(queue, wakeUp())
              })
            ),
            Effect.forkChild
          )
        }
        yield* keep(state, durable)
      }
    })

    const outstanding = new Set<Answer>()
    const leaving = new PartitionUnavailable({ partition, reason: "Its owner is leaving" })
    let hasLeft = false
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        hasLeft = true
        for (const answer of outstanding) Deferred.doneUnsafe(answer, Exit.fail(leaving))
      })
    )

    return {
      run,
      submit: (incoming) =>
        Effect.suspend(() => {
          if (hasLeft) return Effect.fail(leaving)
          const answer: Answer = Deferred.makeUnsafe()
          outstanding.add(answer)
          Queue.offerUnsafe(queue, { incoming, answer })
          return Effect.ensuring(
            Deferred.await(answer),
            Effect.sync(() => outstanding.delete(answer))
          )
        })
    }
  })
