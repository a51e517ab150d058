// Canonical messages about a lot, version 1. Anyone may import this file.
// Names and meaning: DOMAIN.md 1.4 and 6. All but the reversal are facts: recorded whenever
// they come, and in any order.
import { Schema } from "effect"
import {
  Badge,
  ItemId,
  LotId,
  MessageId,
  OrderId,
  PartnerId,
  PlantId,
  Source,
  StorageLocationId
} from "../plant/identifiers.ts"
import { LotKey, LotReference, LotScope } from "../plant/lot.ts"
import { DecimalFromText, PositiveQuantity, Quantity } from "../plant/quantity.ts"
import { OccurredAt } from "../plant/time.ts"
import { MessageReference } from "./metadata.ts"

const about = {
  itemId: ItemId,
  lotId: LotId,
  /** Of the sender's plant where absent. */
  scope: Schema.optionalKey(LotScope),
  occurredAt: OccurredAt,
  badge: Schema.optionalKey(Badge)
}

const storageLocation = { storageLocation: Schema.optionalKey(StorageLocationId) }

/** From a supplier, with the number that the lot has there. */
export const LotReceived = Schema.Struct({
  ...about,
  ...storageLocation,
  quantity: PositiveQuantity,
  supplier: Schema.optionalKey(
    Schema.Struct({
      partnerId: PartnerId,
      lotId: Schema.optionalKey(LotId),
      /** Of analysis or conformity: its document's number. */
      certificate: Schema.optionalKey(Schema.String)
    })
  ),
  /** From then on its use is barred. */
  expiresAt: Schema.optionalKey(OccurredAt)
})

/**
 * What the ERP had on hand of it when Traveler began to serve its plant: history begins there. By the ERP alone, once a lot,
 * unit and place.
 */
export const LotTakenOver = Schema.Struct({
  ...about,
  ...storageLocation,
  quantity: PositiveQuantity,
  /** From then on its use is barred. */
  expiresAt: Schema.optionalKey(OccurredAt)
})

/** A part of one lot: of the same item, and of the same scope and at the same place where it names none. */
const LotPart = Schema.Struct({
  lotId: LotId,
  scope: Schema.optionalKey(LotScope),
  ...storageLocation,
  quantity: PositiveQuantity
})
const parts = Schema.Array(LotPart).pipe(Schema.check(Schema.isMinLength(1)))

/** The lot's parts become lots; what isn't named stays where it was. */
export const LotSplit = Schema.Struct({ ...about, ...storageLocation, into: parts })
/** This lot is what others became, wholly or in part. */
export const LotMerged = Schema.Struct({ ...about, ...storageLocation, from: parts })
/** Into another lot, perhaps of another item: relabelled, regraded. */
export const LotTransferred = Schema.Struct({
  ...about,
  ...storageLocation,
  to: LotReference,
  quantity: PositiveQuantity
})

export const LotMoved = Schema.Struct({
  ...about,
  from: StorageLocationId,
  to: StorageLocationId,
  quantity: PositiveQuantity
})

/** 21 CFR 11.50: what the signature of whoever acted (`badge`) means, and in which role. */
const signature = {
  signature: Schema.optionalKey(Schema.Struct({ role: Schema.NonEmptyString, meaning: Schema.NonEmptyString }))
}
const decision = { ...about, reason: Schema.NonEmptyString, ...signature }

/** B2MML Disposition Restricted, until it is released. */
export const LotHeld = Schema.Struct(decision)
/** B2MML Disposition UnRestricted. */
export const LotReleased = Schema.Struct(decision)
/** B2MML Disposition Restricted, for good: only another decision changes it. */
export const LotRejected = Schema.Struct(decision)

/** B2MML PropertyMeasurement: one measured value. */
export const QualityReadingRecorded = Schema.Struct({
  ...about,
  characteristic: Schema.NonEmptyString,
  value: DecimalFromText,
  unit: Schema.optionalKey(Schema.String)
})
/** B2MML TestResult: what was tested, and whether it passed. */
export const TestResultRecorded = Schema.Struct({
  ...about,
  testSpecification: Schema.NonEmptyString,
  passed: Schema.Boolean,
  reason: Schema.optionalKey(Schema.String)
})

/** Taken out of stock for a test; B2MML MaterialUse Destructive, Returned or Retained Sample. */
export const LotSampled = Schema.Struct({
  ...about,
  ...storageLocation,
  quantity: PositiveQuantity,
  use: Schema.Literals(["Destructive Sample", "Retained Sample"])
})
export const LotScrapped = Schema.Struct({
  ...about,
  ...storageLocation,
  quantity: PositiveQuantity,
  scrapReason: Schema.String
})
/** Counted: more where `quantity` is positive, less where it's negative. */
export const LotAdjusted = Schema.Struct({
  ...about,
  ...storageLocation,
  quantity: Quantity,
  reason: Schema.NonEmptyString
})
/** To whom, and by which document. */
export const LotShipped = Schema.Struct({
  ...about,
  ...storageLocation,
  quantity: PositiveQuantity,
  customer: PartnerId,
  document: Schema.NonEmptyString
})
/** A customer sent it back. */
export const LotReceivedBack = Schema.Struct({
  ...about,
  ...storageLocation,
  quantity: PositiveQuantity,
  customer: PartnerId,
  document: Schema.NonEmptyString
})

/** Directive: waits until the report about this lot that it takes back is known. `source` is the sender's own where absent. */
export const LotReportReversed = Schema.Struct({
  ...about,
  reverses: Schema.Struct({ source: Schema.optionalKey(Source), messageId: MessageId }),
  reason: Schema.NonEmptyString
})

/** Type name → schema of the body, for `catalogue.ts`. */
export const lotMessages = {
  LotReceived,
  LotTakenOver,
  LotSplit,
  LotMerged,
  LotTransferred,
  LotMoved,
  LotHeld,
  LotReleased,
  LotRejected,
  QualityReadingRecorded,
  TestResultRecorded,
  LotSampled,
  LotScrapped,
  LotAdjusted,
  LotShipped,
  LotReceivedBack,
  LotReportReversed
} as const

export type LotMessageType = keyof typeof lotMessages
export type LotMessage = {
  [Type in LotMessageType]: { readonly type: Type; readonly body: (typeof lotMessages)[Type]["Type"] }
}[LotMessageType]

/** How one lot came to be in another. */
export const Passage = Schema.Literals(["split", "merge", "transfer"])
export type Passage = typeof Passage.Type

const otherEnd = {
  ...LotKey.fields,
  occurredAt: OccurredAt,
  through: Passage,
  ...storageLocation,
  quantity: PositiveQuantity
}

/** A line of an order's report. */
const orderLine = {
  ...LotKey.fields,
  occurredAt: OccurredAt,
  order: Schema.Struct({ plantId: PlantId, orderId: OrderId }),
  ...storageLocation,
  quantity: PositiveQuantity
}

/**
 * What another stream's fact means for this lot, told by a reaction: that it was made of `from`, that a part of it went
 * `to` another, and what an order took of it, gave back or made of it. A reversal takes back one of them, which it names
 * by the reaction's own message.
 */
export const lotNotices = {
  LotDerived: Schema.Struct({ ...otherEnd, from: LotKey }),
  LotPassedOn: Schema.Struct({ ...otherEnd, to: LotKey }),
  LotConsumed: Schema.Struct(orderLine),
  LotReturned: Schema.Struct(orderLine),
  LotProduced: Schema.Struct(orderLine),
  LotLineReversed: Schema.Struct({
    ...orderLine,
    was: Schema.Literals(["LotConsumed", "LotReturned", "LotProduced"]),
    reverses: MessageReference
  }),
  LotPassageReversed: Schema.Struct({
    ...otherEnd,
    was: Schema.Literals(["LotDerived", "LotPassedOn"]),
    reverses: MessageReference
  })
} as const

export type LotNotice = {
  [Type in keyof typeof lotNotices]: { readonly type: Type; readonly body: (typeof lotNotices)[Type]["Type"] }
}[keyof typeof lotNotices]
