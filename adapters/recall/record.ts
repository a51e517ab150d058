// What is recorded of a recall: what was asked and answered, and how long that took. Pure; used by the command and by the
// core's own exercise.
import { BigDecimal } from "effect"
import type { RecallKind, RecallRecorded, RecallScope } from "../../core/message/recall.ts"
import { add, type Decimal, fromText } from "../../core/plant/decimal.ts"
import type { Badge, RecallId } from "../../core/plant/identifiers.ts"
import type { LotKey } from "../../core/plant/lot.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { reportHash } from "./format/json.ts"
import type { RecallReport } from "./report.ts"

/** Milliseconds since 1970: asked, answered, all of it done. */
export interface RecallClock {
  readonly startedAt: number
  readonly scopeKnownAt: number
  readonly completedAt: number
}

export interface CarriedOut {
  readonly recallId: RecallId
  readonly kind: RecallKind
  readonly reason: string
  readonly badge?: Badge
  readonly signature?: { readonly role: string; readonly meaning: string }
  /** The recalled lot. */
  readonly lot: LotKey
  readonly report: RecallReport
  readonly clock: RecallClock
  readonly held?: { readonly scope: RecallScope; readonly lots: number }
}

const zero = fromText("0")
const big = (value: Decimal) => BigDecimal.fromStringUnsafe(value)

/**
 * Of all that came into the recalled lot. A tenth of a percent is what people compare; nothing came in, nothing is missing.
 * Rounded down: where anything is, it isn't a hundred.
 */
const accountedPercent = ({ lots, massBalance }: RecallReport): Decimal => {
  const made = lots.find(({ depth }) => depth === 0)?.made ?? zero
  const total = big(add(made, massBalance.returned))
  const missing = BigDecimal.abs(big(massBalance.unexplained))
  if (BigDecimal.isZero(missing)) return fromText("100")
  const left = BigDecimal.subtract(total, missing)
  if (!BigDecimal.isPositive(left)) return zero
  const tenths = BigDecimal.divideUnsafe(BigDecimal.multiply(left, BigDecimal.fromNumberUnsafe(1000)), total)
  return fromText((Number(BigDecimal.format(BigDecimal.floor(tenths))) / 10).toFixed(1))
}

const at = (millis: number): OccurredAt => OccurredAt.make(new Date(millis).toISOString())

export const recallRecorded = ({ clock, held, lot, report, ...said }: CarriedOut): RecallRecorded => ({
  ...said,
  occurredAt: at(clock.startedAt),
  lot,
  direction: report.direction,
  ...(report.asOf === undefined ? {} : { asOf: OccurredAt.make(report.asOf) }),
  windows: report.windows.map(({ equipment, from, to }) => ({
    equipment,
    from: OccurredAt.make(from),
    to: OccurredAt.make(to)
  })),
  startedAt: at(clock.startedAt),
  scopeKnownAt: at(clock.scopeKnownAt),
  completedAt: at(clock.completedAt),
  scopes: { smallest: report.scopes.smallest.length, largest: report.scopes.largest.length },
  shipments: report.shipments.length,
  customers: new Set(report.shipments.map(({ customer }) => customer)).size,
  accountedPercent: accountedPercent(report),
  ...(held === undefined ? {} : { held }),
  report: reportHash(report),
  journal: report.journal,
  version: report.version
})
