// What is recorded of a recall: what was asked and answered, and how long that took. Pure; used by the command and by the
// core's own exercise.
import type { RecallKind, RecallRecorded, RecallScope } from "../../core/message/recall.ts"
import { add, type Decimal, fromText } from "../../core/plant/decimal.ts"
import type { Badge, RecallId } from "../../core/plant/identifiers.ts"
import type { LotKey } from "../../core/plant/lot.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { reportHash } from "./format/json.ts"
import type { MassBalance, RecallReport } from "./report.ts"

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

/** What came into the lot. */
const cameIn = ({ opening, produced, received, returned }: MassBalance): Decimal =>
  [opening, received, produced, returned].reduce(add, zero)

/** A tenth of a percent is what people compare; nothing came in, nothing is missing. */
const accountedPercent = (balance: MassBalance): Decimal => {
  const total = Number(add(cameIn(balance), balance.movedBetweenLots))
  const missing = Math.abs(Number(balance.unexplained))
  const share = total <= 0 ? (missing === 0 ? 1 : 0) : Math.max(0, 1 - missing / total)
  return fromText((share * 100).toFixed(1))
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
  accountedPercent: accountedPercent(report.massBalance),
  ...(held === undefined ? {} : { held }),
  report: reportHash(report),
  journal: report.journal,
  version: report.version
})
