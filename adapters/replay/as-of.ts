// What a subject was at a moment and what the last message had changed; what lies between two moments. Each is a replay
// and leaves a trace. Used by `replay order`, `replay lot` and `replay equipment`.
import { Effect } from "effect"
import { eventsUntil, happenedBy, type Moment, type TimeLine } from "../../core/journal/as-of.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { tracedReplay } from "../../core/traced-batch.ts"
import { type Change, changesBetween } from "./changes.ts"
import { eventsBetween, eventsBy, lastMessage, noSuchMoment, type Subject } from "./subject.ts"

/** When the last of them was there, by that time. */
const endOf = (until: ReadonlyArray<RecordedEvent>, line: TimeLine): number =>
  line === "journal"
    ? (until.at(-1)?.recordedAt ?? 0)
    : until.reduce((latest, event) => Math.max(latest, happenedBy(event)), 0)

const timeOf = (moment: Moment, until: ReadonlyArray<RecordedEvent>, line: TimeLine): number =>
  "at" in moment ? moment.at : endOf(until, line)

const replayed = <State>(
  subject: Subject<State>,
  until: ReadonlyArray<RecordedEvent>,
  moment: Moment,
  line: TimeLine
) =>
  tracedReplay(
    subject.kind,
    until,
    subject.about,
    Effect.sync(() => subject.stateOf(until, timeOf(moment, until, line), line))
  )

export interface AsOf<State> {
  readonly moment: Moment
  readonly state: State
  /** All that made it, in the order of the time that was asked by. */
  readonly events: ReadonlyArray<RecordedEvent>
  /** Of the last message. */
  readonly last: ReadonlyArray<RecordedEvent>
  readonly changes: ReadonlyArray<Change>
}

/** Where its history ends. */
const endOfHistory = (events: ReadonlyArray<RecordedEvent>, line: TimeLine): Moment =>
  line === "journal"
    ? { version: events.length }
    : { at: endOf(eventsUntil(events, { at: Number.POSITIVE_INFINITY }, line), line) }

/** Without a moment: at the end. */
export const asOf = Effect.fnUntraced(function* <State>(
  subject: Subject<State>,
  asked: Moment | undefined,
  line: TimeLine
) {
  const moment = asked ?? endOfHistory(subject.events, line)
  const events = yield* eventsBy(subject, moment, line)
  const last = lastMessage(events)
  const before = events.slice(0, events.length - last.length)
  const state = yield* replayed(subject, events, moment, line)
  const at = timeOf(moment, events, line)
  const stateBefore = before.length === 0 ? undefined : subject.compared(subject.stateOf(before, at, line))
  const changes = changesBetween(stateBefore, subject.compared(state))
  return { moment, state, events, last, changes } satisfies AsOf<State>
})

export interface Difference<State> {
  readonly from: { readonly moment: Moment; readonly state: State }
  readonly to: { readonly moment: Moment; readonly state: State }
  readonly changes: ReadonlyArray<Change>
  readonly events: ReadonlyArray<RecordedEvent>
}

export const difference = Effect.fnUntraced(function* <State>(
  subject: Subject<State>,
  [from, asked]: readonly [Moment, Moment | undefined],
  line: TimeLine
) {
  const to = asked ?? endOfHistory(subject.events, line)
  const [before, after] = [yield* eventsBy(subject, from, line), yield* eventsBy(subject, to, line)]
  if ("at" in from && "at" in to ? from.at > to.at : before.length > after.length)
    return yield* noSuchMoment(from, "It comes after the other one", "Give them in their order")
  const states = [yield* replayed(subject, before, from, line), yield* replayed(subject, after, to, line)] as const
  return {
    from: { moment: from, state: states[0] },
    to: { moment: to, state: states[1] },
    changes: changesBetween(subject.compared(states[0]), subject.compared(states[1])),
    events: eventsBetween(before, after)
  } satisfies Difference<State>
})
