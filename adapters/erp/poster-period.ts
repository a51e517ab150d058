// What becomes of a document whose posting date is in a closed period, by the plant's policy. Used by the poster; pure.

/** A person decides; it waits for the period to be opened; or it is posted on the first day of the next open one. */
export type ClosedPeriod = "case" | "wait" | "nextOpenPeriod"

/** As events name it. */
export const policyName = (policy: ClosedPeriod): string => `closedPeriod/${policy}`

const nextMonth = (day: string): string => {
  const [year = 0, month = 0] = day.split("-").map(Number)
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10)
}

/**
 * The first day after `day` that can be posted on: the first of those that the ERP names, else of the following month,
 * which it may refuse in its turn. None where all that are open are earlier: that of `day` isn't open yet.
 */
export const nextOpenDay = (day: string, opens: ReadonlyArray<string>): string | undefined =>
  opens.length === 0
    ? nextMonth(day)
    : opens
        .filter((open) => open > day)
        .sort()
        .at(0)

/** A plant's day may begin so long before that of UTC. */
const earliestDay = 14 * 60 * 60 * 1_000

export const beginsAt = (day: string): number => Date.parse(`${day}T00:00:00Z`)

/** Whether it is that day or a later one, anywhere on earth. Nothing is posted on a day that is still to come. */
export const hasBegun = (day: string, now: number): boolean => now + earliestDay >= beginsAt(day)
