// Events of a lot, version 1. Anyone may import this file.
// A fact's event has the message's name and content (without the badge, which is outside the chain).
import { Schema, Struct } from "effect"
import { lotMessages, lotNotices } from "../message/lot.ts"
import { Decimal } from "../plant/decimal.ts"
import { CaseId, StorageLocationId } from "../plant/identifiers.ts"
import { Disposition, LotKey } from "../plant/lot.ts"
import { Quantity, Unit } from "../plant/quantity.ts"
import { OccurredAt } from "../plant/time.ts"
import { content } from "./content.ts"
import { movement } from "./posting.ts"

const factOf = <Fields extends Schema.Struct.Fields>(fields: Fields) => Schema.Struct(content(fields))

/** What a reversal may name. */
export const reversible = [
  "LotReceived",
  "LotTakenOver",
  "LotSplit",
  "LotMerged",
  "LotTransferred",
  "LotMoved",
  "LotHeld",
  "LotReleased",
  "LotRejected",
  "QualityReadingRecorded",
  "TestResultRecorded",
  "LotSampled",
  "LotScrapped",
  "LotAdjusted",
  "LotShipped",
  "LotReceivedBack"
] as const

/** A fact that the ERP is told of. */
const movementOf = <Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.Struct({ ...content(fields), ...movement })

export const LotBreachKind = Schema.Literals([
  /** More left the lot than had come into it. What came may be on its way: a person is asked once it is overdue. */
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

/** What a reversed report had said of this lot's quantities: sums by unit, where they were, and where they were moved to. */
const ReversedReport = Schema.Struct({
  type: Schema.Literals(reversible),
  quantities: Schema.Array(Quantity),
  storageLocation: Schema.optionalKey(StorageLocationId),
  to: Schema.optionalKey(StorageLocationId)
})
export type ReversedReport = typeof ReversedReport.Type

/** As in `core/message/rank.ts`. */
const rank = { sequence: Schema.Int, at: Schema.Number, source: Schema.String, messageId: Schema.String }
const HoldingWord = Schema.Struct({ ...rank, disposition: Disposition })
/** When it expires: milliseconds since 1970. */
const HoldingExpiry = Schema.Struct({ ...rank, expiresAt: Schema.Number })

export const lotEvents = {
  LotReceived: movementOf(lotMessages.LotReceived.fields),
  LotTakenOver: factOf(lotMessages.LotTakenOver.fields),
  LotSplit: movementOf(lotMessages.LotSplit.fields),
  LotMerged: movementOf(lotMessages.LotMerged.fields),
  LotTransferred: movementOf(lotMessages.LotTransferred.fields),
  LotMoved: movementOf(lotMessages.LotMoved.fields),
  LotHeld: movementOf(lotMessages.LotHeld.fields),
  LotReleased: movementOf(lotMessages.LotReleased.fields),
  LotRejected: movementOf(lotMessages.LotRejected.fields),
  QualityReadingRecorded: factOf(lotMessages.QualityReadingRecorded.fields),
  TestResultRecorded: factOf(lotMessages.TestResultRecorded.fields),
  LotSampled: movementOf(lotMessages.LotSampled.fields),
  LotScrapped: movementOf(lotMessages.LotScrapped.fields),
  LotAdjusted: movementOf(lotMessages.LotAdjusted.fields),
  LotShipped: movementOf(lotMessages.LotShipped.fields),
  LotReceivedBack: movementOf(lotMessages.LotReceivedBack.fields),
  LotDerived: factOf(lotNotices.LotDerived.fields),
  LotPassedOn: factOf(lotNotices.LotPassedOn.fields),
  LotConsumed: factOf(lotNotices.LotConsumed.fields),
  LotReturned: factOf(lotNotices.LotReturned.fields),
  LotProduced: factOf(lotNotices.LotProduced.fields),
  LotLineReversed: factOf(lotNotices.LotLineReversed.fields),
  LotPassageReversed: factOf(lotNotices.LotPassageReversed.fields),
  /** Posts the reversal of the document of the event at `version`; of a word on its usability, the one that now holds. */
  LotReportReversed: Schema.Struct({
    ...content(lotMessages.LotReportReversed.fields),
    ...movement,
    version: Schema.Int,
    takesBack: ReversedReport,
    /** Present where another word holds now than before; null where none does. */
    nowHolds: Schema.optionalKey(Schema.NullOr(HoldingWord)),
    /** The same for its expiry. */
    nowExpires: Schema.optionalKey(Schema.NullOr(HoldingExpiry))
  }),
  /** A reversal that waits for what it names; resumed by the actor when that comes. */
  LotReversalDeferred: Schema.Struct({
    body: Schema.Struct(Struct.omit(lotMessages.LotReportReversed.fields, ["badge"])),
    /** The `messageKey` of the report. */
    waitsFor: Schema.String
  }),
  /** The time of its expiry has come; the clock says so, not a person. */
  LotExpired: Schema.Struct({ ...LotKey.fields, expiresAt: OccurredAt }),
  LotBreachFound: LotBreach,
  /** It has stood for so long that a person is asked. */
  LotBreachOverdue: LotBreach,
  LotBreachWithdrawn: Schema.Struct({
    breach: Schema.String,
    /** Present where a person was asked only once it was overdue. */
    overdue: Schema.optionalKey(Schema.Literal(true))
  }),
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
