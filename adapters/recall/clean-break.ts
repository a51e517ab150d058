// A clean break: what was at a place before it doesn't touch what comes after it. Pure. Used by `vessels/` and `windows/`.
import type { Times } from "./place.ts"

/** Done at `at`; milliseconds since 1970, as `startedAt`. */
export interface CleanBreak extends Times {
  readonly startedAt: number
  /** Its document's number. */
  readonly reference: string
}

export const breakName = ({ at, reference }: CleanBreak): string =>
  `clean break ${reference} (${new Date(at).toISOString()})`

/** From when to when something was there. */
export interface Stay {
  readonly from: number
  readonly to: number
}

/** Whatever was there while it was cleaned counts on both sides: nobody knows which it was. */
export const wasBefore = ({ from }: Stay, { at, startedAt }: CleanBreak): boolean => from < at || from <= startedAt
export const wasAfter = ({ to }: Stay, { at, startedAt }: CleanBreak): boolean => to >= at || to > startedAt
