// Events of what waits on a stream, version 1: directives that name what isn't known, messages that are parked.
// Anyone may import this file.
import { Schema } from "effect"
import { MessageReference } from "../message/metadata.ts"
import { CaseId } from "../plant/identifiers.ts"
import type { OrderEvent } from "./order.ts"

export const waitingEvents = {
  /** What a directive waits for hasn't come in time: a person decides. */
  DirectiveOverdue: Schema.Struct({ directive: MessageReference, type: Schema.String, waitsFor: Schema.String }),
  /** What an overdue directive waited for has come after all. */
  DirectiveWentOn: Schema.Struct({ directive: MessageReference }),
  /** A person ends the wait of an overdue directive; it is noted, and changes nothing. */
  DirectiveWaived: Schema.Struct({ directive: MessageReference, caseId: CaseId }),
  /** The wait for a parked message is over: its repaired twin was recorded, or a person waived it. */
  ParkedMessageSettled: Schema.Struct({
    message: MessageReference,
    caseId: CaseId,
    resolution: Schema.Literals(["resubmitted", "waived"])
  })
} as const

export type WaitingEvent = {
  [Type in keyof typeof waitingEvents]: { readonly type: Type; readonly data: (typeof waitingEvents)[Type]["Type"] }
}[keyof typeof waitingEvents]

/** What an order may defer, by its event's own word; a lot defers reversals alone. */
type Directive = Extract<OrderEvent, { readonly type: "MessageDeferred" }>["data"]["type"] | "LotReportReversed"

const outcomes: { readonly [Type in Directive | "MessageNoted"]: true } = {
  ProductionOrderChanged: true,
  ProductionOrderTechnicallyCompleted: true,
  ProductionOrderClosed: true,
  ReportReversed: true,
  ReportCorrected: true,
  LotReportReversed: true,
  MessageNoted: true
}

/**
 * Whether this is what became of a directive, in its own turn or a later one. Anything else that has its envelope tells
 * that it waits or came again, or what it led to.
 */
export const endsWait = ({ type }: { readonly type: string }): boolean => Object.hasOwn(outcomes, type)
