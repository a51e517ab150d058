// Canonical messages about a production order, version 1. Anyone may import this file.
// Names and meaning: DOMAIN.md 1.4 and 6. Facts are never refused; directives (marked) may wait for what they name.
import { Schema } from "effect"
import {
  Badge,
  ItemId,
  LotId,
  MessageId,
  OperationId,
  OrderId,
  Source,
  StorageLocationId,
  WorkCenterId
} from "../plant/identifiers.ts"
import { Certainty, LotReference, LotScope } from "../plant/lot.ts"
import { DecimalFromText, PositiveQuantity, Quantity } from "../plant/quantity.ts"
import { OccurredAt } from "../plant/time.ts"

const about = {
  orderId: OrderId,
  occurredAt: OccurredAt,
  badge: Schema.optionalKey(Badge)
}

export const PlannedOperation = Schema.Struct({
  operationId: OperationId,
  description: Schema.optionalKey(Schema.String),
  workCenterId: Schema.optionalKey(WorkCenterId),
  /** The order's quantity where absent. */
  quantity: Schema.optionalKey(Quantity)
})
export type PlannedOperation = typeof PlannedOperation.Type

/** What a revision of an order plans. */
export const plan = {
  itemId: ItemId,
  quantity: Quantity,
  /** The release is revision 1 unless it says otherwise; each change has a higher one. The highest rules. */
  revision: Schema.Int.pipe(Schema.check(Schema.isGreaterThan(0))),
  operations: Schema.Array(PlannedOperation),
  /** Approved routing or recipe that this revision follows (B2MML OperationsDefinitionID and Version). */
  operationsDefinition: Schema.optionalKey(Schema.Struct({ id: Schema.String, version: Schema.String })),
  /** Over-production allowed, in percent of the planned quantity, or as much as is made; 0 where absent. */
  overproductionTolerancePercent: Schema.optionalKey(Schema.Union([Schema.Literal("unlimited"), DecimalFromText])),
  /** So much less than planned, in percent, may its last operation have made when it is completed; any where absent. */
  underproductionTolerancePercent: Schema.optionalKey(DecimalFromText),
  /**
   * All that the ERP itself takes out of stock when an operation is confirmed: that one, any where it says none. What is
   * reported of it makes no document, or the ERP would book it twice; of anything else it does. Not known where absent.
   */
  backflushedComponents: Schema.optionalKey(
    Schema.Array(Schema.Struct({ itemId: ItemId, operationId: Schema.optionalKey(OperationId) }))
  )
}

export const ProductionOrderReleased = Schema.Struct({ ...about, ...plan })
/** Directive: waits until the order is released. Carries the whole plan of its revision. */
export const ProductionOrderChanged = Schema.Struct({ ...about, ...plan, reason: Schema.optionalKey(Schema.String) })
const withReason = { ...about, reason: Schema.optionalKey(Schema.String) }
export const ProductionOrderCancelled = Schema.Struct(withReason)
export const ProductionOrderHeld = Schema.Struct(withReason)
export const ProductionOrderRestarted = Schema.Struct(withReason)
/** Directive: waits while a gap is known. */
export const ProductionOrderTechnicallyCompleted = Schema.Struct(withReason)
/** Directive: waits while a gap is known. */
export const ProductionOrderClosed = Schema.Struct(withReason)

const onOperation = {
  ...about,
  operationId: OperationId,
  workCenterId: Schema.optionalKey(WorkCenterId)
}

/** What the MES says to a revision that was dispatched to it: B2MML's verb ACKNOWLEDGE. */
export const ProductionOrderAcknowledged = Schema.Struct({
  ...withReason,
  revision: plan.revision,
  actionCode: Schema.Literals(["Accepted", "Rejected"])
})

export const OperationStarted = Schema.Struct(onOperation)

/** What one report adds to an operation. Times are quantities in MIN, HUR or the plant's unit. */
const amounts = {
  yield: Schema.optionalKey(Quantity),
  scrap: Schema.optionalKey(Quantity),
  scrapReason: Schema.optionalKey(Schema.String),
  rework: Schema.optionalKey(Quantity),
  /** Awaiting a material review board's disposition. */
  nonconforming: Schema.optionalKey(Quantity),
  laborTime: Schema.optionalKey(Quantity),
  machineTime: Schema.optionalKey(Quantity)
}
export const Amounts = Schema.Struct(amounts)
export type Amounts = typeof Amounts.Type

/** B2MML SegmentResponse: partial, or final when no more is expected. */
export const OperationConfirmed = Schema.Struct({
  ...onOperation,
  ...amounts,
  final: Schema.optionalKey(Schema.Boolean)
})
export const LaborBooked = Schema.Struct({ ...onOperation, laborTime: Quantity })
export const MachineTimeBooked = Schema.Struct({ ...onOperation, machineTime: Quantity })
export const ScrapDeclared = Schema.Struct({ ...onOperation, scrap: Quantity, scrapReason: Schema.String })
export const ReworkDeclared = Schema.Struct({
  ...onOperation,
  rework: Quantity,
  reason: Schema.optionalKey(Schema.String)
})
export const NonconformanceRaised = Schema.Struct({
  ...onOperation,
  nonconforming: Quantity,
  reason: Schema.optionalKey(Schema.String)
})

const ofMaterial = {
  ...about,
  operationId: Schema.optionalKey(OperationId),
  workCenterId: Schema.optionalKey(WorkCenterId)
}

/** B2MML MaterialActual: each its own row, never a sum over lots. What has no lot is material without a number. */
const material = {
  itemId: ItemId,
  lotId: Schema.optionalKey(LotId),
  scope: Schema.optionalKey(LotScope),
  storageLocation: Schema.optionalKey(StorageLocationId),
  quantity: PositiveQuantity
}
const lines = <Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.Array(Schema.Struct({ ...material, ...fields })).pipe(Schema.check(Schema.isMinLength(1)))

/** Out of stock, into the order; `into` where it's known in which of the order's lots it went. */
export const MaterialConsumed = Schema.Struct({
  ...ofMaterial,
  /**
   * Taken by the bill of material when the operation was confirmed, not scanned, so its certainty is `allocated` where a
   * line says nothing. The ERP books it itself by the same rule, so it makes no document, unless the plan says otherwise.
   */
  backflush: Schema.optionalKey(Schema.Boolean),
  materials: lines({ certainty: Schema.optionalKey(Certainty), into: Schema.optionalKey(LotReference) })
})
/** Back into stock, unused. */
export const MaterialReturned = Schema.Struct({ ...ofMaterial, materials: lines({}) })
/** Out of the order, into stock: the product where `use` isn't said. */
export const MaterialProduced = Schema.Struct({
  ...ofMaterial,
  materials: lines({
    use: Schema.optionalKey(Schema.Literals(["Material Produced", "Co-product Produced", "By-product Produced"]))
  })
})

/** The ERP's numbers of what was taken over, as far as it gave some: none of them is a report of ours. */
const takenOver = { documents: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)) }

/**
 * What the ERP had confirmed of an operation before Traveler served its plant: history begins there. By the ERP alone, once
 * an operation.
 */
export const OperationTakenOver = Schema.Struct({
  ...onOperation,
  ...amounts,
  ...takenOver,
  final: Schema.optionalKey(Schema.Boolean)
})
/** The same of material: what had gone into the order and come out of it. Its lots on hand are taken over by themselves. */
export const MaterialTakenOver = Schema.Struct({
  ...ofMaterial,
  ...takenOver,
  materials: lines({
    use: Schema.Literals(["Consumed", "Material Produced", "Co-product Produced", "By-product Produced"])
  })
})

/** An earlier report of this order; `source` is the sender's own where absent. */
const ReportReference = Schema.Struct({ source: Schema.optionalKey(Source), messageId: MessageId })

/** Directive: waits until the report that it reverses is known. */
export const ReportReversed = Schema.Struct({ ...about, reverses: ReportReference, reason: Schema.String })

/** Directive: waits until the report that it corrects is known. The replacement is the whole truth of that report. */
export const ReportCorrected = Schema.Struct({
  ...onOperation,
  ...amounts,
  final: Schema.optionalKey(Schema.Boolean),
  corrects: ReportReference,
  reason: Schema.String
})

/** Type name → schema of the body, for `catalogue.ts`. */
export const orderMessages = {
  ProductionOrderReleased,
  ProductionOrderChanged,
  ProductionOrderCancelled,
  ProductionOrderHeld,
  ProductionOrderRestarted,
  ProductionOrderTechnicallyCompleted,
  ProductionOrderClosed,
  ProductionOrderAcknowledged,
  OperationStarted,
  OperationConfirmed,
  LaborBooked,
  MachineTimeBooked,
  ScrapDeclared,
  ReworkDeclared,
  NonconformanceRaised,
  MaterialConsumed,
  MaterialReturned,
  MaterialProduced,
  OperationTakenOver,
  MaterialTakenOver,
  ReportReversed,
  ReportCorrected
} as const

export type OrderMessageType = keyof typeof orderMessages
export type OrderMessage = {
  [Type in OrderMessageType]: { readonly type: Type; readonly body: (typeof orderMessages)[Type]["Type"] }
}[OrderMessageType]
