// A report of an order: what an event says was done, and whether it counts. Pure; used by this folder and by tests.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { identity } from "../../core/message/metadata.ts"
import type { Amounts } from "../../core/message/order.ts"
import { amountsOf } from "../amounts.ts"
import { linesOf, type MaterialLine } from "./material.ts"
import type { OrderKey } from "./tables.ts"

export interface Report extends OrderKey {
  readonly version: number
  readonly type: RecordedEvent["type"]
  readonly operation_id: string
  /** The only thing that changes of it: until it is reversed or corrected. */
  counts: boolean
  readonly amounts: Amounts
  /** Of a report of material; null for any other. */
  readonly materials: ReadonlyArray<MaterialLine> | null
  readonly final: boolean
  readonly source: string
  readonly message_id: string
  readonly occurred_at: string
}

/** Version of the report that counted until this event, where the event takes one back. */
export const takenBack = (event: RecordedEvent): number | undefined =>
  (event.type === "ReportReversed" || event.type === "ReportCorrected") && event.data.version > 0
    ? event.data.version
    : undefined

/** The report that this event makes, where it makes one. */
export const reportOf = ({ plant, order_id }: OrderKey, event: RecordedEvent): Report | undefined => {
  switch (event.type) {
    case "OperationStarted":
    case "OperationConfirmed":
    case "LaborBooked":
    case "MachineTimeBooked":
    case "ScrapDeclared":
    case "ReworkDeclared":
    case "NonconformanceRaised":
    case "OperationTakenOver":
    case "ReportCorrected": {
      const data: Amounts & { readonly operationId: string; readonly final?: boolean } = event.data
      const { source, messageId } = identity(event.metadata)
      return {
        plant,
        order_id,
        version: event.version,
        type: event.type,
        operation_id: data.operationId,
        counts: true,
        amounts: amountsOf(data),
        materials: null,
        final: data.final ?? false,
        source,
        message_id: messageId,
        occurred_at: event.metadata.occurredAt
      }
    }
    case "MaterialConsumed":
    case "MaterialReturned":
    case "MaterialProduced":
    case "MaterialTakenOver": {
      const { source, messageId } = identity(event.metadata)
      return {
        plant,
        order_id,
        version: event.version,
        type: event.type,
        operation_id: event.data.operationId ?? "",
        counts: true,
        amounts: {},
        materials: linesOf(event),
        final: false,
        source,
        message_id: messageId,
        occurred_at: event.metadata.occurredAt
      }
    }
    default:
      return undefined
  }
}
