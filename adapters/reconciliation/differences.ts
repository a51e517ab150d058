// Findings as they are told: each with an id, since when, what it is worth and the command that mends it. Pure; used by `run.ts`.
import { hex, sha256 } from "../../core/journal/hash.ts"
import type { Difference } from "../../core/message/reconciliation.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import type { CaseRow } from "../../projections/exceptions/queries.ts"
import type { Price } from "../../projections/master-data/queries.ts"
import type { Finding } from "./finding.ts"
import { repairOf } from "./repairs.ts"
import { worthOf } from "./value.ts"

const encoder = new TextEncoder()

/** The same whenever the same is found: of its order or lot, of what kind, by which document. */
export const idOf = ({ about, kind, stream }: Pick<Finding, "about" | "kind" | "stream">): string =>
  hex(sha256(encoder.encode(JSON.stringify([stream, kind, about])))).slice(0, 16)

/**
 * Which of these is among those: what they show as a whole may have become more meanwhile on both sides, where work goes on
 * day and night.
 */
export const sameIn = (those: ReadonlyArray<Finding>) => {
  const nameOf = (finding: Finding) => `${idOf(finding)} ${JSON.stringify(finding.beyond)}`
  const seen = new Set(those.map(nameOf))
  return (finding: Finding): boolean => seen.has(nameOf(finding))
}

interface Known {
  readonly plant: PlantId
  /** When the run began, milliseconds since 1970. */
  readonly now: number
  /** Since when each is known that has been found before, by its id. */
  readonly before: ReadonlyMap<string, OccurredAt>
  readonly prices: ReadonlyMap<string, Price>
  /** Of any of these streams. */
  readonly cases: ReadonlyArray<CaseRow>
}

const at = (millis: number): OccurredAt => OccurredAt.make(new Date(millis).toISOString())

export const told = (finding: Finding, { before, cases, now, plant, prices }: Known): Difference => {
  const { about, erp, items, journal, kind, reported, since, stream } = finding
  const id = idOf(finding)
  const value = worthOf(items, prices)
  const own = cases.filter(({ waiting }) => waiting === stream)
  return {
    ...{ id, stream, kind, about, reported, journal, erp },
    since: since === undefined ? (before.get(id) ?? at(now)) : at(since),
    ...(value === undefined ? {} : { value }),
    repair: repairOf({ ...{ id, plant, stream, kind, about }, cases: own })
  }
}
