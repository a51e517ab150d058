// A reaction: what an event on one stream means for another, as messages by the same door. Runs beside the partitions
// with a checkpoint per source partition. Anyone in actors/ and the composition root may import this file.
import { Effect, Exit, Stream } from "effect"
import type { TechnicalFailure } from "../../core/failure.ts"
import { namedInLog, type RecordedEvent } from "../../core/journal/event.ts"
import { Journal } from "../../core/journal/journal.ts"
import { partitionOf, type StreamName } from "../../core/journal/stream.ts"
import type { MessageMetadata } from "../../core/message/metadata.ts"
import { beginning, MessageId, Source } from "../../core/plant/identifiers.ts"
import { Checkpoints } from "../../core/port/checkpoints.ts"
import { type CanonicalMessage, Door, type Incoming } from "../../core/port/door.ts"
import { Pace } from "../../core/port/pace.ts"
import { Tracer } from "../../core/port/tracer.ts"
import { restarting } from "../../core/restarting.ts"

export interface Reaction<R = never> {
  readonly name: string
  /** What this event sends elsewhere; most send nothing. The same event gives the same messages, with the same ids. */
  readonly react: (event: RecordedEvent) => Effect.Effect<ReadonlyArray<Incoming>, TechnicalFailure, R> | undefined
}

/**
 * The envelope of a reaction's message. Its id is (partition, offset, target) under the reaction's own source, with the
 * number of the line where one event sends a message for each of its lines, so that a crash between the target's append and the checkpoint makes a duplicate and nothing else; its digest is the hash
 * of the causing event, so that newer code can't look like changed content.
 */
export const reactionMetadata = (
  reaction: string,
  event: RecordedEvent,
  target: StreamName,
  line?: number
): MessageMetadata => ({
  source: Source.make(`traveler/${reaction}`),
  messageId: MessageId.make(
    beginning(`${event.partition}/${event.offset}${line === undefined ? "" : `.${line}`}/${target}`, 200)
  ),
  digest: event.hash,
  queue: `traveler/${reaction}`,
  occurredAt: event.metadata.occurredAt,
  causationId: event.metadata.messageId,
  ...(event.metadata.correlationId === undefined ? {} : { correlationId: event.metadata.correlationId }),
  ...(event.metadata.traceparent === undefined ? {} : { traceparent: event.metadata.traceparent })
})

export const reactionMessage = (
  reaction: string,
  event: RecordedEvent,
  target: StreamName,
  message: CanonicalMessage,
  line?: number
): Incoming => ({
  stream: target,
  metadata: reactionMetadata(reaction, event, target, line),
  content: { _tag: "Understood", message },
  redelivered: true
})

/** Across partitions, too: what was made before it was used is then told before. */
const asRecorded = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<RecordedEvent> =>
  events.toSorted((left, right) => left.recordedAt - right.recordedAt)

/** Events read at once; a round's messages are appended before the next round is read. */
const roundSize = 2_000

/** From one look at what is new to the next; each costs a checkpoint, however little it finds. */
const pace = "100 millis"

/**
 * Runs a reaction for ever. Its checkpoint moves only after its messages are durable on their targets. A failure (the
 * journal or a target's owner is away) is retried from the checkpoint, with half as many events, so that one which
 * can't be passed is soon named in the log.
 */
export const runReaction = <R>(reaction: Reaction<R>) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const door = yield* Door
    const tracer = yield* Tracer
    const checkpoints = yield* Checkpoints
    const pacing = yield* Pace
    const reader = `reaction/${reaction.name}`

    /** False from a failure until a round has succeeded: what is delivered then may have been delivered before. */
    let firstAttempt = true
    let limit = roundSize
    /** What is being worked at. */
    let events: ReadonlyArray<RecordedEvent> = []

    const hop = (event: RecordedEvent, incoming: Incoming) => {
      const span = tracer.hop(
        `react ${reaction.name}`,
        event.metadata.traceparent,
        { firstAttempt, recordedAt: event.recordedAt },
        {}
      )
      return { span, incoming: { ...incoming, metadata: { ...incoming.metadata, traceparent: span.traceparent } } }
    }

    const endAll = (hops: ReadonlyArray<ReturnType<typeof hop>>, failure: string | undefined) =>
      Effect.sync(() => {
        for (const { span } of hops) span.end(failure)
      })

    const deliver = Effect.gen(function* () {
      const sent: Array<readonly [RecordedEvent, Incoming]> = []
      for (const event of asRecorded(events)) {
        const effect = reaction.react(event)
        if (effect === undefined) continue
        for (const incoming of yield* effect) sent.push([event, incoming])
      }
      const hops = sent.map(([event, incoming]) => hop(event, incoming))
      const targets = Map.groupBy(hops, ({ incoming }) => partitionOf(incoming.stream, journal.partitions))
      yield* Effect.forEach(
        targets,
        ([partition, group]) =>
          door.submit(
            partition,
            group.map(({ incoming }) => incoming)
          ),
        { concurrency: "unbounded", discard: true }
      ).pipe(Effect.onExit((exit) => endAll(hops, Exit.isFailure(exit) ? "PartitionUnavailable" : undefined)))
    })

    const round = Effect.fnUntraced(function* (at: Map<number, number>) {
      const after = new Map(
        Array.from({ length: journal.partitions }, (_, partition) => [partition, at.get(partition) ?? 0])
      )
      events = yield* journal.read(after, limit)
      if (events.length === 0) return "nothing"
      const found = events.length >= limit ? "more" : "all"
      pacing.tell(reader, found === "more")
      yield* deliver
      const reached = new Map<number, number>()
      for (const event of events)
        reached.set(event.partition, Math.max(reached.get(event.partition) ?? 0, event.offset))
      yield* checkpoints.save(reader, reached)
      events = []
      firstAttempt = true
      limit = Math.min(roundSize, limit * 2)
      for (const [partition, offset] of reached) at.set(partition, offset)
      return found
    })

    const catchUp = (at: Map<number, number>) =>
      Effect.suspend(() => round(at)).pipe(
        Effect.tap((found) => (found === "all" ? Effect.sleep(pace) : Effect.void)),
        Effect.repeat({ while: (found) => found !== "nothing" })
      )

    const follow = Effect.gen(function* () {
      const at = new Map(yield* checkpoints.load(reader))
      yield* catchUp(at)
      return yield* Stream.runForEach(journal.appended, () => catchUp(at))
    })

    return yield* restarting(follow, {
      firstMillis: 200,
      longestMillis: 10_000,
      tell: (cause, pauseMillis) => {
        const place = namedInLog(events) ?? "its checkpoint"
        if (events.length > 0) limit = Math.max(1, Math.floor(Math.min(limit, events.length) / 2))
        events = []
        pacing.tell(reader, false)
        firstAttempt = false
        return Effect.logWarning(
          `Reaction ${reaction.name} stands still at ${place}, tries again in ${pauseMillis} ms`,
          cause
        )
      }
    })
  })
