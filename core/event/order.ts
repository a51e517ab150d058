// Events of a production order, version 1. Anyone may import this file.
// A fact's event has the message's name and content (without the badge, which is outside the chain).
import { Schema } from "effect"
import { orderMessages } from "../message/order.ts"
import { CaseId, PostingKey } from "../plant/identifiers.ts"
import { MessageReference } from "../message/metadata.ts"
import { DecimalFromText, Unit } from "../plant/quantity.ts"

/**
 * Whether the fact's ERP document may be posted now. Recorded with the fact, since it is a decision that depends on
 * what was known then: `withheld` until `PostingsFreed` names this event's version.
 */
export const PostingDecision = Schema.Literals(["requested", "withheld"])
export type PostingDecision = typeof PostingDecision.Type
const posting = { posting: PostingDecision }

const message = <Type extends keyof typeof orderMessages>(type: Type) => {
  const { badge: _badge, occurredAt: _occurredAt, ...fields } = orderMessages[type].fields
  return Schema.Struct(fields)
}

export const BreachKind = Schema.Literals(["overproduction", "reportAfterCancellation", "reportAfterTechnicalCompletion"])

/** A rule of the plant that the recorded facts break, by its key: one case each. */
export const Breach = Schema.Struct({
  /** `<kind>/<operation>`: unique within the order. */
  breach: Schema.String,
  kind: BreachKind,
  operationId: Schema.String,
  /** Present for over-production: what was allowed (planned plus tolerance) and what was reported. */
  allowed: Schema.optionalKey(DecimalFromText),
  reported: Schema.optionalKey(DecimalFromText),
  unit: Schema.optionalKey(Unit)
})
export type Breach = typeof Breach.Type

const BreachReference = Schema.Struct({ breach: Schema.String })

/** An outcome of one ERP document that this order asked for, as the poster reports it. */
const outcome = { posting: PostingKey, attempt: Schema.Int }

export const orderEvents = {
  ProductionOrderReleased: message("ProductionOrderReleased"),
  ProductionOrderChanged: message("ProductionOrderChanged"),
  ProductionOrderCancelled: message("ProductionOrderCancelled"),
  ProductionOrderHeld: message("ProductionOrderHeld"),
  ProductionOrderRestarted: message("ProductionOrderRestarted"),
  ProductionOrderTechnicallyCompleted: message("ProductionOrderTechnicallyCompleted"),
  ProductionOrderClosed: message("ProductionOrderClosed"),
  OperationStarted: message("OperationStarted"),
  OperationConfirmed: Schema.Struct({ ...message("OperationConfirmed").fields, ...posting }),
  LaborBooked: Schema.Struct({ ...message("LaborBooked").fields, ...posting }),
  MachineTimeBooked: Schema.Struct({ ...message("MachineTimeBooked").fields, ...posting }),
  ScrapDeclared: Schema.Struct({ ...message("ScrapDeclared").fields, ...posting }),
  ReworkDeclared: Schema.Struct({ ...message("ReworkDeclared").fields, ...posting }),
  NonconformanceRaised: message("NonconformanceRaised"),
  /** Posts the reversal of the document of the event at `version`, where that one asked for a document. */
  ReportReversed: Schema.Struct({ ...message("ReportReversed").fields, ...posting, version: Schema.Int }),
  /** Posts a reversal of the document at `version` and a confirmation of the replacement. */
  ReportCorrected: Schema.Struct({ ...message("ReportCorrected").fields, ...posting, version: Schema.Int }),
  /** A directive that waits for what it names. It is resumed by the actor when that arrives. */
  MessageDeferred: Schema.Struct({ type: Schema.String, body: Schema.Unknown, waitsFor: Schema.String }),
  BreachFound: Breach,
  BreachWithdrawn: BreachReference,
  BreachWaived: Schema.Struct({ ...BreachReference.fields, caseId: CaseId }),
  /** The wait for a parked message is over: its repaired twin was recorded, or a person waived it. */
  ParkedMessageSettled: Schema.Struct({
    message: MessageReference,
    caseId: CaseId,
    resolution: Schema.Literals(["resubmitted", "waived"])
  }),
  /** Versions of this stream's events whose withheld documents may be posted now. */
  PostingsFreed: Schema.Struct({ versions: Schema.Array(Schema.Int) }),
  /** The ERP answered with a document; not yet read back. */
  PostingAccepted: Schema.Struct({ ...outcome, document: Schema.String }),
  /** The document was read back from the ERP and holds what was sent. */
  PostingVerified: Schema.Struct({ ...outcome, document: Schema.String }),
  /** Not now: the poster tries again at `until` (milliseconds since 1970), by a timer. */
  PostingDeferred: Schema.Struct({ ...outcome, until: Schema.Int, class: Schema.String, reason: Schema.String }),
  /** The timer of a deferred posting fired: it is requested again. */
  PostingResumed: Schema.Struct(outcome),
  /** The outcome of a send is unknown; it is asked for by key before anything else. */
  PostingInDoubt: Schema.Struct({ ...outcome, reason: Schema.String }),
  /** The ERP refuses, and no retry will change it. */
  PostingFailed: Schema.Struct({ ...outcome, class: Schema.String, code: Schema.String, reason: Schema.String })
} as const

export type OrderEventType = keyof typeof orderEvents
export type OrderEvent = {
  [Type in OrderEventType]: { readonly type: Type; readonly data: (typeof orderEvents)[Type]["Type"] }
}[OrderEventType]
