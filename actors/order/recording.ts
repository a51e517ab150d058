// The event that a message becomes: its content without badge and time, which are in the envelope. Pure.
// Used by the order actor alone.
import type { OrderEvent } from "../../core/event/order.ts"
import type { PostingDecision } from "../../core/event/posting.ts"
import type { OrderMessage } from "../../core/message/order.ts"
import { content } from "../content.ts"

type Messages<Type extends OrderMessage["type"]> = Extract<OrderMessage, { readonly type: Type }>

/** Each makes one confirmation document, also where all of its amounts are zero: a time event is one, too. */
export type DocumentMessage = Messages<
  "OperationConfirmed" | "LaborBooked" | "MachineTimeBooked" | "ScrapDeclared" | "ReworkDeclared"
>
type DocumentEvent = Extract<OrderEvent, { readonly type: DocumentMessage["type"] }>
export type DirectiveMessage = Messages<
  | "ProductionOrderChanged"
  | "ProductionOrderTechnicallyCompleted"
  | "ProductionOrderClosed"
  | "ReportReversed"
  | "ReportCorrected"
>
/** Each makes one goods movement. */
export type MaterialMessage = Messages<"MaterialConsumed" | "MaterialReturned" | "MaterialProduced">
export type PlainFact = Exclude<OrderMessage, DocumentMessage | MaterialMessage | DirectiveMessage>
type OrderDirective = Exclude<DirectiveMessage, Messages<"ReportReversed" | "ReportCorrected">>

const withoutBadge = <Body extends { readonly badge?: unknown }>(body: Body) => {
  const { badge: _badge, ...rest } = body
  return rest
}

export const documentEvent = (message: DocumentMessage, posting: PostingDecision): DocumentEvent => {
  switch (message.type) {
    case "OperationConfirmed":
      return { type: message.type, data: { ...content(message.body), posting } }
    case "LaborBooked":
      return { type: message.type, data: { ...content(message.body), posting } }
    case "MachineTimeBooked":
      return { type: message.type, data: { ...content(message.body), posting } }
    case "ScrapDeclared":
      return { type: message.type, data: { ...content(message.body), posting } }
    case "ReworkDeclared":
      return { type: message.type, data: { ...content(message.body), posting } }
  }
}

export const plainEvent = (message: PlainFact | OrderDirective): OrderEvent => {
  switch (message.type) {
    case "ProductionOrderReleased":
      return { type: message.type, data: content(message.body) }
    case "ProductionOrderChanged":
      return { type: message.type, data: content(message.body) }
    case "ProductionOrderCancelled":
    case "ProductionOrderHeld":
    case "ProductionOrderRestarted":
    case "ProductionOrderTechnicallyCompleted":
    case "ProductionOrderClosed":
      return { type: message.type, data: content(message.body) }
    case "ProductionOrderAcknowledged":
      return { type: message.type, data: content(message.body) }
    case "OperationStarted":
      return { type: message.type, data: content(message.body) }
    case "NonconformanceRaised":
      return { type: message.type, data: content(message.body) }
    case "OperationTakenOver":
      return { type: message.type, data: content(message.body) }
    case "MaterialTakenOver":
      return { type: message.type, data: content(message.body) }
  }
}

/** `places` are those of the lines that the ERP backflushes. */
export const materialEvent = (
  message: MaterialMessage,
  decision: PostingDecision | undefined,
  places: ReadonlyArray<number>
): OrderEvent => {
  const posting = decision === undefined ? {} : { posting: decision }
  const backflushed = places.length === 0 ? {} : { backflushed: places }
  switch (message.type) {
    case "MaterialConsumed":
      return { type: message.type, data: { ...content(message.body), ...posting, ...backflushed } }
    case "MaterialReturned":
      return { type: message.type, data: { ...content(message.body), ...posting, ...backflushed } }
    case "MaterialProduced":
      return { type: message.type, data: { ...content(message.body), ...posting } }
  }
}

export const reversalEvent = (
  { type, body }: Messages<"ReportReversed">,
  posting: PostingDecision | undefined,
  version: number,
  isMaterial: boolean
): OrderEvent => ({
  type,
  data: {
    ...content(body),
    ...(posting === undefined ? {} : { posting }),
    version,
    ...(isMaterial ? { material: true } : {})
  }
})

export const correctionEvent = (
  { type, body }: Messages<"ReportCorrected">,
  posting: PostingDecision,
  version: number
): OrderEvent => ({ type, data: { ...content(body), posting, version } })

export const deferral = (message: DirectiveMessage, waitsFor: string): OrderEvent => {
  switch (message.type) {
    case "ProductionOrderChanged":
      return { type: "MessageDeferred", data: { type: message.type, body: withoutBadge(message.body), waitsFor } }
    case "ProductionOrderTechnicallyCompleted":
    case "ProductionOrderClosed":
      return { type: "MessageDeferred", data: { type: message.type, body: withoutBadge(message.body), waitsFor } }
    case "ReportReversed":
      return { type: "MessageDeferred", data: { type: message.type, body: withoutBadge(message.body), waitsFor } }
    case "ReportCorrected":
      return { type: "MessageDeferred", data: { type: message.type, body: withoutBadge(message.body), waitsFor } }
  }
}
