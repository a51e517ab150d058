// Events of a lot, version 1. Anyone may import this file.
// A fact's event has the message's name and content (without the badge, which is outside the chain).
import { Schema } from "effect"
import { lotMessages, lotNotices } from "../message/lot.ts"
import { Decimal } from "../plant/decimal.ts"
import { CaseId } from "../plant/identifiers.ts"
import { LotKey } from "../plant/lot.ts"
import { Unit } from "../plant/quantity.ts"
import { OccurredAt } from "../plant/time.ts"
import { content } from "./content.ts"

const factOf = <Fields extends Schema.Struct.Fields>(fields: Fields) => Schema.Struct(content(fields))

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
  LotReceived: factOf(lotMessages.LotReceived.fields),
  LotSplit: factOf(lotMessages.LotSplit.fields),
  LotMerged: factOf(lotMessages.LotMerged.fields),
  LotTransferred: factOf(lotMessages.LotTransferred.fields),
  LotMoved: factOf(lotMessages.LotMoved.fields),
  LotHeld: factOf(lotMessages.LotHeld.fields),
  LotReleased: factOf(lotMessages.LotReleased.fields),
  LotRejected: factOf(lotMessages.LotRejected.fields),
  QualityReadingRecorded: factOf(lotMessages.QualityReadingRecorded.fields),
  TestResultRecorded: factOf(lotMessages.TestResultRecorded.fields),
  LotSampled: factOf(lotMessages.LotSampled.fields),
  LotScrapped: factOf(lotMessages.LotScrapped.fields),
  LotAdjusted: factOf(lotMessages.LotAdjusted.fields),
  LotShipped: factOf(lotMessages.LotShipped.fields),
  LotReceivedBack: factOf(lotMessages.LotReceivedBack.fields),
  LotDerived: factOf(lotNotices.LotDerived.fields),
  LotPassedOn: factOf(lotNotices.LotPassedOn.fields),
  LotConsumed: factOf(lotNotices.LotConsumed.fields),
  LotReturned: factOf(lotNotices.LotReturned.fields),
  LotProduced: factOf(lotNotices.LotProduced.fields),
  LotLineReversed: factOf(lotNotices.LotLineReversed.fields),
  /** The time of its expiry has come; the clock says so, not a person. */
  LotExpired: Schema.Struct({ ...LotKey.fields, expiresAt: OccurredAt }),
  LotBreachFound: LotBreach,
  LotBreachWithdrawn: Schema.Struct({ breach: Schema.String }),
  /** It may be as it was then, and no further. */
  LotBreachWaived: Schema.Struct({ breach: Schema.String, extent: Decimal, caseId: CaseId })
} as const

const types = new Set<string>(Object.keys(lotEvents))
export const isLotEvent = <Event extends { readonly type: string }>(
  event: Event
): event is Extract<Event, { readonly type: LotEventType }> => types.has(event.type)

export type LotEventType = keyof typeof lotEvents
export type LotEvent = {
  [Type in LotEventType]: { readonly type: Type; readonly data: (typeof lotEvents)[Type]["Type"] }
}[LotEventType]
