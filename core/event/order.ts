// Events of a production order, version 1. Anyone may import this file.
// A fact's event has the message's name and content (without the badge, which is outside the chain).
import { Schema, Struct } from "effect"
import { MessageReference } from "../message/metadata.ts"
import { orderMessages } from "../message/order.ts"
import { CaseId, PostingKey } from "../plant/identifiers.ts"
import { DecimalFromText, Unit } from "../plant/quantity.ts"
import { content } from "./content.ts"

/**
 * Whether the fact's ERP document may be posted now. Recorded with the fact, since it is a decision that depends on
 * what was known then: `withheld` until `PostingsFreed` names this event's version.
 */
export const PostingDecision = Schema.Literals(["requested", "withheld"])
export type PostingDecision = typeof PostingDecision.Type
const posting = { posting: PostingDecision }

/** A directive as it waits: decoded, and without the badge. */
const deferred = <Type extends string, Fields extends Schema.Struct.Fields>(type: Type, fields: Fields) =>
  Schema.Struct({
    type: Schema.Literal(type),
    body: Schema.Struct(Struct.omit(fields, ["badge"])),
    /** `release`, `gap`, or the `messageKey` of the report that it names. */
    waitsFor: Schema.String
  })

export const BreachKind = Schema.Literals([
  "overproduction",
  /** Good quantity in another unit than planned: it can't be compared until master data say how to convert it. */
  "unitNotPlanned",
  "reportAfterCancellation",
  "reportAfterTechnicalCompletion"
])

/** A rule of the plant that the recorded facts break, by its key: one case each. */
export const Breach = Schema.Struct({
  /** `<kind>/<operation>`: unique within the order. */
  breach: Schema.String,
  kind: BreachKind,
  operationId: Schema.String,
  /** Version of the event that shows it: documents from there on are withheld. */
  since: Schema.Int,
  /** Present for over-production: what was allowed (planned plus tolerance) and what was reported, in `unit`. */
  allowed: Schema.optionalKey(DecimalFromText),
  /** Present for over-production and for a unit that wasn't planned. */
  reported: Schema.optionalKey(DecimalFromText),
  unit: Schema.optionalKey(Unit)
})
export type Breach = typeof Breach.Type

const BreachReference = Schema.Struct({ breach: Schema.String })

/** An outcome of one ERP document that this order asked for, as the poster reports it. */
const outcome = { posting: PostingKey, attempt: Schema.Int }

/** The case that had a failed document posted again, and which of its attempts that was. */
const Resubmission = Schema.Struct({ caseId: CaseId, attempt: Schema.Int })
export type Resubmission = typeof Resubmission.Type

/** Present where an outcome is what became of a resubmission. */
const ofResubmission = { resubmission: Schema.optionalKey(Resubmission) }

/** Version of the event that asked for the reversal of a document which won't be posted; the reversal won't be either. */
const itsReversal = { reversal: Schema.optionalKey(Schema.Int) }

export const orderEvents = {
  ProductionOrderReleased: Schema.Struct(content(orderMessages.ProductionOrderReleased.fields)),
  ProductionOrderChanged: Schema.Struct(content(orderMessages.ProductionOrderChanged.fields)),
  ProductionOrderCancelled: Schema.Struct(content(orderMessages.ProductionOrderCancelled.fields)),
  ProductionOrderHeld: Schema.Struct(content(orderMessages.ProductionOrderHeld.fields)),
  ProductionOrderRestarted: Schema.Struct(content(orderMessages.ProductionOrderRestarted.fields)),
  ProductionOrderTechnicallyCompleted: Schema.Struct(content(orderMessages.ProductionOrderTechnicallyCompleted.fields)),
  ProductionOrderClosed: Schema.Struct(content(orderMessages.ProductionOrderClosed.fields)),
  OperationStarted: Schema.Struct(content(orderMessages.OperationStarted.fields)),
  OperationConfirmed: Schema.Struct({ ...content(orderMessages.OperationConfirmed.fields), ...posting }),
  LaborBooked: Schema.Struct({ ...content(orderMessages.LaborBooked.fields), ...posting }),
  MachineTimeBooked: Schema.Struct({ ...content(orderMessages.MachineTimeBooked.fields), ...posting }),
  ScrapDeclared: Schema.Struct({ ...content(orderMessages.ScrapDeclared.fields), ...posting }),
  ReworkDeclared: Schema.Struct({ ...content(orderMessages.ReworkDeclared.fields), ...posting }),
  NonconformanceRaised: Schema.Struct(content(orderMessages.NonconformanceRaised.fields)),
  MaterialConsumed: Schema.Struct(content(orderMessages.MaterialConsumed.fields)),
  MaterialReturned: Schema.Struct(content(orderMessages.MaterialReturned.fields)),
  MaterialProduced: Schema.Struct(content(orderMessages.MaterialProduced.fields)),
  /** Posts the reversal of the document of the event at `version`, where that one asked for a document. */
  ReportReversed: Schema.Struct({
    ...content(orderMessages.ReportReversed.fields),
    ...posting,
    version: Schema.Int,
    /** Present where that event is one of material: what it told its lots is taken back, too. */
    material: Schema.optionalKey(Schema.Literal(true))
  }),
  /**
   * Posts a reversal of the document at `version` and a confirmation of the replacement. `version` is that of the
   * report which counted until now (an earlier correction of the same report, perhaps), 0 where none did.
   */
  ReportCorrected: Schema.Struct({ ...content(orderMessages.ReportCorrected.fields), ...posting, version: Schema.Int }),
  /** A directive that waits for what it names. It is resumed by the actor when that arrives. */
  MessageDeferred: Schema.Union([
    deferred("ProductionOrderChanged", orderMessages.ProductionOrderChanged.fields),
    deferred("ProductionOrderTechnicallyCompleted", orderMessages.ProductionOrderTechnicallyCompleted.fields),
    deferred("ProductionOrderClosed", orderMessages.ProductionOrderClosed.fields),
    deferred("ReportReversed", orderMessages.ReportReversed.fields),
    deferred("ReportCorrected", orderMessages.ReportCorrected.fields)
  ]),
  /** What a directive waits for hasn't come in time: a person decides. */
  DirectiveOverdue: Schema.Struct({ directive: MessageReference, type: Schema.String, waitsFor: Schema.String }),
  /** What an overdue directive waited for has come after all. */
  DirectiveWentOn: Schema.Struct({ directive: MessageReference }),
  /** A person ends the wait of an overdue directive; it is noted, and changes nothing. */
  DirectiveWaived: Schema.Struct({ directive: MessageReference, caseId: CaseId }),
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
  PostingVerified: Schema.Struct({ ...outcome, document: Schema.String, ...ofResubmission }),
  /** Not now: the poster tries again at `until` (milliseconds since 1970), by a timer. */
  PostingDeferred: Schema.Struct({ ...outcome, until: Schema.Int, class: Schema.String, reason: Schema.String }),
  /** The timer of a deferred posting fired: it is requested again. */
  PostingResumed: Schema.Struct(outcome),
  /** The outcome of a send is unknown; it is asked for by key before anything else. */
  PostingInDoubt: Schema.Struct({ ...outcome, reason: Schema.String }),
  /** The ERP refuses, and no retry will change it; a person decides. */
  PostingFailed: Schema.Struct({
    ...outcome,
    class: Schema.String,
    code: Schema.String,
    reason: Schema.String,
    field: Schema.optionalKey(Schema.String),
    nextStep: Schema.optionalKey(Schema.String),
    /** The ERP's number, where it gave one: its books may hold something. */
    document: Schema.optionalKey(Schema.String),
    ...ofResubmission
  }),
  /** A person has a failed document posted again; `attempt` is the one that failed. */
  PostingRequestedAgain: Schema.Struct({ ...outcome, resubmission: Resubmission }),
  /** A person ends a failed posting without a document: it was done by hand, or isn't needed. */
  PostingWaived: Schema.Struct({ posting: PostingKey, caseId: CaseId, ...itsReversal }),
  /** The report at `version` was taken back while its confirmation was failed, and nothing of it is in the ERP. */
  PostingWithdrawn: Schema.Struct({ version: Schema.Int, ...itsReversal })
} as const

export type OrderEventType = keyof typeof orderEvents
export type OrderEvent = {
  [Type in OrderEventType]: { readonly type: Type; readonly data: (typeof orderEvents)[Type]["Type"] }
}[OrderEventType]
