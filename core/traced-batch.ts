// Spans around what is done with a batch of events or messages: by a view that follows the journal, and by a replay. Used
// by projections and adapters.
import { Cause, Effect, Exit } from "effect"
import type { RecordedEvent } from "./journal/event.ts"
import { type SpanAbout, type TraceContext, Tracer } from "./port/tracer.ts"

/** What a span can hold; a larger batch has several spans. */
const linkLimit = 1_000

/** Each once, in as many lists as spans are needed; at least one. */
const linksOf = (contexts: ReadonlyArray<TraceContext | undefined>): ReadonlyArray<ReadonlyArray<TraceContext>> => {
  const links = [...new Set(contexts)].filter((link) => link !== undefined)
  const count = Math.max(1, Math.ceil(links.length / linkLimit))
  return Array.from({ length: count }, (_, index) => links.slice(index * linkLimit, (index + 1) * linkLimit))
}

/** Few words, for traces are searched by them. */
const kindOf = <E>(cause: Cause.Cause<E>): string => {
  const error = Cause.squash(cause)
  return error instanceof Error ? error.name : "defect"
}

/** The work in a span `<name>` of a trace of its own, linked to these contexts; in several spans where they are many. */
export const tracedWork = <A, E, R>(
  name: string,
  contexts: ReadonlyArray<TraceContext | undefined>,
  about: SpanAbout,
  work: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Tracer> =>
  Effect.gen(function* () {
    const tracer = yield* Tracer
    const spans = linksOf(contexts).map((links) => tracer.batch(name, links, about))
    return yield* Effect.onExit(work, (exit) =>
      Effect.sync(() => {
        for (const span of spans) span.end(Exit.isFailure(exit) ? kindOf(exit.cause) : undefined)
      })
    )
  })

/** The same, linked to the messages that had caused the events. */
export const tracedBatch = <A, E, R>(
  name: string,
  events: ReadonlyArray<RecordedEvent>,
  about: SpanAbout,
  work: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Tracer> =>
  tracedWork(
    name,
    events.map(({ metadata }) => metadata.traceparent),
    { events: events.length, ...about },
    work
  )

/** The same for events that are replayed, of one stream or for one view: `replay order`, `replay genealogy`. */
export const tracedReplay = <A, E, R>(
  what: string,
  events: ReadonlyArray<RecordedEvent>,
  about: SpanAbout,
  work: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Tracer> => tracedBatch(`replay ${what}`, events, about, work)
