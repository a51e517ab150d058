// What a replay answers, in plain lines and for machines: states, changes, and events with who said them and their traces.
// Used by `replay order`, `replay lot` and `replay equipment`.
import type { Moment, TimeLine } from "../../core/journal/as-of.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import type { AsOf, Difference } from "../replay/as-of.ts"
import type { Badges } from "../replay/badges.ts"
import type { Change } from "../replay/changes.ts"
import { momentText, type Subject, timeText } from "../replay/subject.ts"
import { traceLines, traceLink, traceLinks } from "../telemetry/jaeger.ts"
import { describeEvent } from "./describe-event.ts"
import { historyEntry, traceId } from "./history.ts"

/** What is said of every replay beside its states. */
export interface Telling {
  readonly line: TimeLine
  readonly badges: Badges
  /** Jaeger's page. */
  readonly page: string
}

const byWhom = ({ metadata }: RecordedEvent, badges: Badges): string => {
  if (metadata.by === undefined) return ""
  const person = badges.get(metadata.by)
  return person === undefined
    ? `, by person ${metadata.by} (erased)`
    : `, by badge ${person.badge} of ${person.plant} (person ${metadata.by})`
}

const eventLines = (event: RecordedEvent, { badges, page }: Telling): ReadonlyArray<string> => {
  const { metadata, recordedAt, version } = event
  const trace = traceId(metadata.traceparent)
  return [
    `${String(version).padStart(4)}  ${metadata.occurredAt}  ${describeEvent(event)}`,
    `      recorded ${timeText(recordedAt)}, message ${metadata.messageId} of ${metadata.source} by ${metadata.queue}${byWhom(event, badges)}`,
    ...(trace === undefined ? [] : [`      ${traceLink(page, trace).url}`])
  ]
}

const eventEntry = (event: RecordedEvent, { badges, page }: Telling) => {
  const { by, queue } = event.metadata
  const { trace, ...entry } = historyEntry(event)
  return {
    ...entry,
    stream: event.stream,
    queue,
    ...(by === undefined ? {} : { by: { person: by, ...badges.get(by) } }),
    ...(trace === undefined ? {} : traceLink(page, trace))
  }
}

const valueText = (value: Change["before"]): string => (value === null ? "(nothing)" : String(value))

/** A sum of a new row that is zero says nothing to people. */
const isNews = ({ before, after }: Change): boolean => !(before === null && after === "0")

const changeLines = (changes: ReadonlyArray<Change>): ReadonlyArray<string> => {
  const lines = changes
    .filter(isNews)
    .map(({ after, before, field }) => `  ${field}: ${valueText(before)} → ${valueText(after)}`)
  return lines.length === 0 ? ["  nothing of its state"] : lines
}

const lineText = (line: TimeLine): string =>
  line === "journal"
    ? "journal time: what was known then"
    : "plant time: what had happened by then, whenever it was recorded"

/** Time or number of an event, for machines. */
const momentEntry = (moment: Moment) =>
  "version" in moment ? { version: moment.version } : { at: timeText(moment.at) }

export const asOfLines = <State>(subject: Subject<State>, found: AsOf<State>, telling: Telling): string => {
  const { changes, events, last, moment, state } = found
  return [
    `As of ${momentText(moment)} (${lineText(telling.line)}), ${events.length} of ${subject.events.length} events`,
    "",
    ...subject.words(state),
    "",
    "Changed last",
    ...last.flatMap((event) => eventLines(event, telling)),
    ...changeLines(changes),
    "",
    "History until then",
    ...events.flatMap((event) => eventLines(event, telling)),
    "",
    "Traces",
    ...traceLines(traceLinks(telling.page, subject.tags, events))
  ].join("\n")
}

const heading = <State>({ events, key, kind }: Subject<State>, { line }: Telling) => ({
  kind,
  ...key,
  clock: line,
  recorded: events.length
})

export const asOfEntry = <State>(subject: Subject<State>, found: AsOf<State>, telling: Telling) => ({
  ...heading(subject, telling),
  asOf: momentEntry(found.moment),
  state: found.state,
  changed: { by: found.last.map(({ version }) => version), fields: found.changes },
  history: found.events.map((event) => eventEntry(event, telling)),
  ...traceLinks(telling.page, subject.tags, found.events)
})

export const differenceLines = <State>(subject: Subject<State>, found: Difference<State>, telling: Telling): string => {
  const { changes, events, from, to } = found
  return [
    `${subject.name} from ${momentText(from.moment)} to ${momentText(to.moment)} (${lineText(telling.line)})`,
    "",
    ...changeLines(changes),
    "",
    events.length === 0 ? "No event between them" : "Events between them",
    ...events.flatMap((event) => eventLines(event, telling)),
    ...(events.length === 0 ? [] : ["", "Traces", ...traceLines(traceLinks(telling.page, subject.tags, events))])
  ].join("\n")
}

export const differenceEntry = <State>(subject: Subject<State>, found: Difference<State>, telling: Telling) => ({
  ...heading(subject, telling),
  from: { ...momentEntry(found.from.moment), state: found.from.state },
  to: { ...momentEntry(found.to.moment), state: found.to.state },
  changes: found.changes,
  events: found.events.map((event) => eventEntry(event, telling)),
  ...(found.events.length === 0 ? { traces: [] } : traceLinks(telling.page, subject.tags, found.events))
})
