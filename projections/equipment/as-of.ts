// What was known of a work center by some of its events, those of all its days together: the view's timeline, without
// tables. Pure; used by replays.
import { isEquipmentEvent } from "../../core/event/equipment.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { identity, type MessageReference, messageKey } from "../../core/message/metadata.ts"
import { instant } from "../../core/plant/time.ts"
import { isReversal, isStatement, reversedBy, type Statement, statementsOf } from "./statement.ts"
import { lastOf, since, type Timeline } from "./timeline.ts"

const shownMillis = 7 * 24 * 60 * 60 * 1_000

/** What it did at a time (milliseconds since 1970) and in the seven days before, by what these events say. */
export const equipmentAfter = (events: ReadonlyArray<RecordedEvent>, at: number) => {
  const timeline = timelineOf(events, at)
  return { ...lastOf(timeline), ...since(timeline, at - shownMillis) }
}
export type EquipmentAsOf = ReturnType<typeof equipmentAfter>

interface Ranked {
  readonly statement: Statement
  readonly message: MessageReference
  readonly version: number
}

const timelineOf = (events: ReadonlyArray<RecordedEvent>, at: number): Timeline => {
  const said = events.filter(isEquipmentEvent)
  const reversed = new Set(said.filter(isReversal).map((event) => messageKey(reversedBy(event))))
  const ranked = said.filter(isStatement).flatMap((event) => {
    const message = identity(event.metadata)
    if (reversed.has(messageKey(message))) return []
    return statementsOf(event).map((statement): Ranked => ({ statement, message, version: event.version }))
  })
  return ranked
    .filter(({ statement }) => instant(statement.occurredAt) <= at)
    .toSorted(byTime)
    .map(({ statement }) => statement)
}

const texts = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** As the view ranks them. */
const byTime = (left: Ranked, right: Ranked): number =>
  instant(left.statement.occurredAt) - instant(right.statement.occurredAt) ||
  texts(left.message.source, right.message.source) ||
  texts(left.message.messageId, right.message.messageId) ||
  left.version - right.version
