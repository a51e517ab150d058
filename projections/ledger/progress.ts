// What says how far an order or a lot's release has come: words on whether a lot may be used, what an order's revisions plan,
// and what of it is finished. Pure; used by `ledger.ts` and by tests.
import type { RecordedEvent } from "../../core/journal/event.ts"
import type { OperationId } from "../../core/plant/identifiers.ts"
import type { Disposition } from "../../core/plant/lot.ts"

const dispositions = { LotHeld: "held", LotReleased: "released", LotRejected: "rejected" } as const

export interface Word {
  readonly disposition: Disposition
  readonly reason: string
}

export const wordOf = (event: RecordedEvent): Word | undefined => {
  switch (event.type) {
    case "LotHeld":
    case "LotReleased":
    case "LotRejected":
      return { disposition: dispositions[event.type], reason: event.data.reason }
    default:
      return undefined
  }
}

export interface Plan {
  readonly revision: number
  readonly operations: ReadonlyArray<OperationId>
}

export const planOf = (event: RecordedEvent): Plan | undefined =>
  event.type === "ProductionOrderReleased" || event.type === "ProductionOrderChanged"
    ? { revision: event.data.revision, operations: event.data.operations.map(({ operationId }) => operationId) }
    : undefined

/** One of its operations, or the whole order where `operation` is absent. */
export interface Finish {
  readonly operation?: OperationId
}

export const finishOf = (event: RecordedEvent): Finish | undefined => {
  switch (event.type) {
    case "ProductionOrderTechnicallyCompleted":
    case "ProductionOrderClosed":
    case "ProductionOrderCancelled":
      return {}
    case "OperationConfirmed":
    case "OperationTakenOver":
    case "ReportCorrected":
      return event.data.final === true ? { operation: event.data.operationId } : undefined
    default:
      return undefined
  }
}
