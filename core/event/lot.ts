// Events of a lot, version 1. Anyone may import this file.
// A fact's event has the message's name and content (without the badge, which is outside the chain).
import { Schema, Struct } from "effect"
import { lotMessages, lotNotices } from "../message/lot.ts"
import { Decimal } from "../plant/decimal.ts"
import { CaseId } from "../plant/identifiers.ts"
import { LotKey } from "../plant/lot.ts"
import { Unit } from "../plant/quantity.ts"
import { OccurredAt } from "../plant/time.ts"

const content = <Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.Struct(Struct.omit(fields, ["badge", "occurredAt"]))

export const LotBreachKind = Schema.Literals([
  /** More left the lot than had come into it. */
  "negativeBalance",
  /** Shipped or consumed while it was held or rejected. */
  "usedWhileRestricted",
  /** Shipped or consumed after it had expired. */
  "usedAfterExpiry"
])
export type LotBreachKind = typeof LotBreachKind.Type

/** A rule that the recorded facts of a lot break, by its key: one case each. */
export const LotBreach = Schema.Struct({
  /** The kind; of a balance with its unit, `negativeBalance/<unit>`. */
  breach: Schema.String,
  kind: LotBreachKind,
  /** Version of the event that shows it. */
  since: Schema.Int,
  /** How much is missing, in `unit`; or how many uses there were. */
  extent: Decimal,
  unit: Schema.optionalKey(Unit)
})
export type LotBreach = typeof LotBreach.Type

export const lotEvents = {
  LotReceived: content(lotMessages.LotReceived.fields),
  LotSplit: content(lotMessages.LotSplit.fields),
  LotMerged: content(lotMessages.LotMerged.fields),
  LotTransferred: content(lotMessages.LotTransferred.fields),
  LotMoved: content(lotMessages.LotMoved.fields),
  LotHeld: content(lotMessages.LotHeld.fields),
  LotReleased: content(lotMessages.LotReleased.fields),
  LotRejected: content(lotMessages.LotRejected.fields),
  QualityReadingRecorded: content(lotMessages.QualityReadingRecorded.fields),
  TestResultRecorded: content(lotMessages.TestResultRecorded.fields),
  LotSampled: content(lotMessages.LotSampled.fields),
  LotScrapped: content(lotMessages.LotScrapped.fields),
  LotAdjusted: content(lotMessages.LotAdjusted.fields),
  LotShipped: content(lotMessages.LotShipped.fields),
  LotReceivedBack: content(lotMessages.LotReceivedBack.fields),
  LotDerived: content(lotNotices.LotDerived.fields),
  LotPassedOn: content(lotNotices.LotPassedOn.fields),
  LotConsumed: content(lotNotices.LotConsumed.fields),
  LotReturned: content(lotNotices.LotReturned.fields),
  LotProduced: content(lotNotices.LotProduced.fields),
  LotLineReversed: content(lotNotices.LotLineReversed.fields),
  /** The time of its expiry has come; the clock says so, not a person. */
  LotExpired: Schema.Struct({ ...LotKey.fields, expiresAt: OccurredAt }),
  LotBreachFound: LotBreach,
  LotBreachWithdrawn: Schema.Struct({ breach: Schema.String }),
  /** It may be as it was then, and no further. */
  LotBreachWaived: Schema.Struct({ breach: Schema.String, extent: Decimal, caseId: CaseId })
} as const

export type LotEventType = keyof typeof lotEvents
export type LotEvent = {
  [Type in LotEventType]: { readonly type: Type; readonly data: (typeof lotEvents)[Type]["Type"] }
}[LotEventType]
