// A stream as it was: which of its events count at a moment, by the journal's time or by the plant's. Pure. Used by the
// replays of the command line and by the views' states as of a moment.
import { isFact } from "../event/fact.ts"
import { identity, messageKey } from "../message/metadata.ts"
import { compareRanks, rankOf } from "../message/rank.ts"
import { instant } from "../plant/time.ts"
import type { RecordedEvent } from "./event.ts"

/**
 * `journal`: what was known then, of events recorded by then. `plant`: what had happened by then, whenever it was
 * recorded; what the core made of it (breaches, waits, documents) has no place in the plant's time.
 */
export type TimeLine = "journal" | "plant"

/** A time in milliseconds since 1970, or how many events there were. */
export type Moment = { readonly at: number } | { readonly version: number }

/**
 * When what it tells of began and ended, in milliseconds since 1970. A message says when it happened; samples and a
 * cleaning have times of their own, which may be earlier than that: they are sent together, or once verified.
 */
const timesOf = (event: RecordedEvent): ReadonlyArray<number> => {
  if (event.type === "EquipmentStateSampled") return event.data.runs.flatMap(({ from, to }) => [from, to]).map(instant)
  return [instant(event.type === "CleanBreakRecorded" ? event.data.endedAt : event.metadata.occurredAt)]
}

/** The last of the times that an event tells of. */
export const happenedBy = (event: RecordedEvent): number => Math.max(...timesOf(event))

/** Its events up to that moment, in the order in which they were recorded, or in which they happened. */
export const eventsUntil = (
  events: ReadonlyArray<RecordedEvent>,
  moment: Moment,
  line: TimeLine
): ReadonlyArray<RecordedEvent> => {
  if ("version" in moment) return events.slice(0, moment.version)
  if (line === "journal") return events.filter(({ recordedAt }) => recordedAt <= moment.at)
  const hasBegun = (event: RecordedEvent): boolean => timesOf(event).some((time) => time <= moment.at)
  return events.filter((event) => isFact(event) && hasBegun(event)).toSorted(asHappened)
}

/** Equal times in the order of sequence, source and id, so that arrival has no say; one message's events as it has them. */
const asHappened = (left: RecordedEvent, right: RecordedEvent): number => {
  const [one, other] = [rankOf(left.metadata), rankOf(right.metadata)]
  return one.at - other.at || compareRanks(one, other) || (left.part ?? 0) - (right.part ?? 0)
}

type Correction = Extract<RecordedEvent, { readonly type: "ReportCorrected" }>
const isCorrection = (event: RecordedEvent): event is Correction => event.type === "ReportCorrected"

type Reversal = Extract<RecordedEvent, { readonly type: "ReportReversed" | "LotReportReversed" }>
const isReversal = (event: RecordedEvent): event is Reversal =>
  event.type === "ReportReversed" || event.type === "LotReportReversed"

/** The report that it corrects; without a source it's one of the sender's own. */
const corrected = ({ data: { corrects }, metadata }: Correction): string =>
  messageKey({ source: corrects.source ?? identity(metadata).source, messageId: corrects.messageId })

/** All corrections of a report but the highest ranked: that one's line is gone for good, even where it is reversed. */
const outranked = (corrections: ReadonlyArray<Correction>): ReadonlyArray<Correction> =>
  corrections.toSorted((left, right) => compareRanks(rankOf(left.metadata), rankOf(right.metadata))).slice(0, -1)

/**
 * Of one stream's events until then those that make its state. By the plant's time, what was taken back by then never
 * was, and a reversal says nothing else: what it says of words that hold instead is what its actor knew when it came.
 * Likewise a correction takes the place of the report that it names, and not of what counted when it came.
 */
export const eventsThatCount = (until: ReadonlyArray<RecordedEvent>, line: TimeLine): ReadonlyArray<RecordedEvent> => {
  if (line === "journal") return until
  const reversed = new Set(until.filter(isReversal).map(({ data }) => data.version))
  const corrections = Map.groupBy(until.filter(isCorrection), corrected)
  const losers = new Set<RecordedEvent>([...corrections.values()].flatMap(outranked))
  return until.filter(
    (event) =>
      !isReversal(event) &&
      !reversed.has(event.version) &&
      !corrections.has(messageKey(identity(event.metadata))) &&
      !losers.has(event)
  )
}
