// What can be replayed: a subject with its events, how they make its state, and which of them a moment names. Pure. Used
// by `replay`.
import { Effect } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import { eventsUntil, type Moment, type TimeLine } from "../../core/journal/as-of.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { messageKey } from "../../core/message/metadata.ts"
import type { SpanAbout } from "../../core/port/tracer.ts"
import type { Tags } from "../telemetry/jaeger.ts"

/** An order, a lot or a work center. */
export interface Subject<State> {
  readonly kind: "order" | "lot" | "equipment"
  readonly name: string
  /** What it is known by, for machines. */
  readonly key: { readonly [name: string]: string }
  readonly about: SpanAbout
  /** All of them, in the order in which they were recorded. */
  readonly events: ReadonlyArray<RecordedEvent>
  /** What it was by those of its events which `eventsUntil` gives, at a time in milliseconds since 1970. */
  readonly stateOf: (until: ReadonlyArray<RecordedEvent>, at: number, line: TimeLine) => State
  /** What of a state is held against another one's. */
  readonly compared: (state: State) => unknown
  readonly words: (state: State) => ReadonlyArray<string>
  /** What Jaeger is searched by for all that touched it. */
  readonly tags: Tags | undefined
}

export const timeText = (at: number): string => new Date(at).toISOString()

/** The moment as it was asked for, in words. */
export const momentText = (moment: Moment): string =>
  "version" in moment ? `event ${moment.version}` : timeText(moment.at)

export const noSuchMoment = (moment: Moment, reason: string, nextStep: string) =>
  Effect.fail(new DataQualityIssue({ field: "moment", value: momentText(moment), reason, nextStep }))

/** Its events until then; fails where it has none by then, or not as many. */
export const eventsBy = <State>(
  { events, name }: Subject<State>,
  moment: Moment,
  line: TimeLine
): Effect.Effect<ReadonlyArray<RecordedEvent>, DataQualityIssue> => {
  if ("version" in moment && line === "plant")
    return noSuchMoment(
      moment,
      "The journal numbers events as they were recorded; the plant's time has no numbers",
      "Give a time, or --clock journal"
    )
  if ("version" in moment && (moment.version < 1 || moment.version > events.length))
    return noSuchMoment(moment, `${name} has events 1 to ${events.length}`, "Give one of them")
  const until = eventsUntil(events, moment, line)
  if (until.length > 0) return Effect.succeed(until)
  const [first] = line === "journal" ? events : eventsUntil(events, { at: Number.POSITIVE_INFINITY }, line)
  const begins = line === "journal" ? timeText(first?.recordedAt ?? 0) : (first?.metadata.occurredAt ?? "nowhere")
  return noSuchMoment(
    moment,
    line === "journal"
      ? `Nothing was known of ${name} by then: its first event was recorded ${begins}`
      : `Nothing had happened to ${name} by then: its first event happened ${begins}`,
    "Give a later time"
  )
}

/** The events of the message that came last; its others, where the history ends inside it, had not come yet. */
export const lastMessage = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<RecordedEvent> => {
  const last = events.at(-1)
  if (last === undefined) return []
  const key = messageKey(last.metadata)
  return events.slice(events.findLastIndex(({ metadata }) => messageKey(metadata) !== key) + 1)
}

/** What had come by the second that hadn't by the first. */
export const eventsBetween = (
  before: ReadonlyArray<RecordedEvent>,
  after: ReadonlyArray<RecordedEvent>
): ReadonlyArray<RecordedEvent> => {
  const known = new Set(before)
  return after.filter((event) => !known.has(event))
}
