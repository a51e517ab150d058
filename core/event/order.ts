// Events of a production order, version 1. Anyone may import this file.
// A fact's event has the message's name and content (without the badge, which is outside the chain).
import { Schema, Struct } from "effect"
import { orderMessages } from "../message/order.ts"
import { CaseId } from "../plant/identifiers.ts"
import { DecimalFromText, Unit } from "../plant/quantity.ts"
import { content } from "./content.ts"
import { movement, PostingDecision } from "./posting.ts"

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
  /** Less good quantity than planned, when the order was completed. */
  "underproduction",
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
  /** Present for over- and under-production: the most, or least, that was allowed, in `unit`. */
  allowed: Schema.optionalKey(DecimalFromText),
  /** Present for these and for a unit that wasn't planned. */
  reported: Schema.optionalKey(DecimalFromText),
  unit: Schema.optionalKey(Unit)
})
export type Breach = typeof Breach.Type

/** Lines, by their place from 0, that the ERP books by its own backflush: the event's document leaves them out. */
const backflushed = { backflushed: Schema.optionalKey(Schema.Array(Schema.Int)) }

const BreachReference = Schema.Struct({ breach: Schema.String })

export const orderEvents = {
  ProductionOrderReleased: Schema.Struct(content(orderMessages.ProductionOrderReleased.fields)),
  ProductionOrderChanged: Schema.Struct(content(orderMessages.ProductionOrderChanged.fields)),
  ProductionOrderCancelled: Schema.Struct(content(orderMessages.ProductionOrderCancelled.fields)),
  ProductionOrderHeld: Schema.Struct(content(orderMessages.ProductionOrderHeld.fields)),
  ProductionOrderRestarted: Schema.Struct(content(orderMessages.ProductionOrderRestarted.fields)),
  ProductionOrderTechnicallyCompleted: Schema.Struct(content(orderMessages.ProductionOrderTechnicallyCompleted.fields)),
  ProductionOrderClosed: Schema.Struct(content(orderMessages.ProductionOrderClosed.fields)),
  ProductionOrderAcknowledged: Schema.Struct(content(orderMessages.ProductionOrderAcknowledged.fields)),
  OperationStarted: Schema.Struct(content(orderMessages.OperationStarted.fields)),
  OperationConfirmed: Schema.Struct({ ...content(orderMessages.OperationConfirmed.fields), ...posting }),
  LaborBooked: Schema.Struct({ ...content(orderMessages.LaborBooked.fields), ...posting }),
  MachineTimeBooked: Schema.Struct({ ...content(orderMessages.MachineTimeBooked.fields), ...posting }),
  ScrapDeclared: Schema.Struct({ ...content(orderMessages.ScrapDeclared.fields), ...posting }),
  ReworkDeclared: Schema.Struct({ ...content(orderMessages.ReworkDeclared.fields), ...posting }),
  NonconformanceRaised: Schema.Struct(content(orderMessages.NonconformanceRaised.fields)),
  MaterialConsumed: Schema.Struct({ ...content(orderMessages.MaterialConsumed.fields), ...movement, ...backflushed }),
  MaterialReturned: Schema.Struct({ ...content(orderMessages.MaterialReturned.fields), ...movement, ...backflushed }),
  MaterialProduced: Schema.Struct({ ...content(orderMessages.MaterialProduced.fields), ...movement }),
  OperationTakenOver: Schema.Struct(content(orderMessages.OperationTakenOver.fields)),
  MaterialTakenOver: Schema.Struct(content(orderMessages.MaterialTakenOver.fields)),
  /** Posts the reversal of the document of the event at `version`, where that one asked for a document. */
  ReportReversed: Schema.Struct({
    ...content(orderMessages.ReportReversed.fields),
    ...movement,
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
  BreachFound: Breach,
  BreachWithdrawn: BreachReference,
  BreachWaived: Schema.Struct({ ...BreachReference.fields, caseId: CaseId })
} as const

export type OrderEventType = keyof typeof orderEvents
export type OrderEvent = {
  [Type in OrderEventType]: { readonly type: Type; readonly data: (typeof orderEvents)[Type]["Type"] }
}[OrderEventType]
