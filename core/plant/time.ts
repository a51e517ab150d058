// When something happened on the floor. Anyone may import this file.
import { Schema } from "effect"

/**
 * When it happened, with the plant's UTC offset (B2MML EffectiveTimestamp), as ISO 8601 text:
 * `2012-01-02T04:50:00+02:00`. The offset is kept, since a shift or a posting date depends on local time.
 */
export const OccurredAt = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/, {
      message: "Expected a time with its UTC offset, like 2026-11-23T06:00:00+01:00"
    }),
    Schema.makeFilter((text: string) => !Number.isNaN(Date.parse(text)), { message: "Expected a time that exists" })
  ),
  Schema.brand("OccurredAt")
)
export type OccurredAt = typeof OccurredAt.Type

let lastText: OccurredAt | undefined
let lastInstant = 0

/**
 * Milliseconds since 1970, UTC: for ranking, which compares instants and not texts. One message's time is asked for
 * several times in a row.
 */
export const instant = (occurredAt: OccurredAt): number => {
  if (occurredAt !== lastText) {
    lastText = occurredAt
    lastInstant = Date.parse(occurredAt)
  }
  return lastInstant
}

/**
 * The plant's own calendar day, `yyyy-mm-dd`: the fiscal posting date until a closed period moves it; and by it a stream
 * without an end is cut.
 */
export const plantDay = (occurredAt: OccurredAt): string => occurredAt.slice(0, 10)
