// What is true of an order: a function of the set of its recorded messages, never of the order they came in. A
// property test holds it to that. Used by the order actor alone.
import { HashMap } from "effect"
import type { Evolved } from "../../core/decider.ts"
import type { OrderEvent } from "../../core/event/order.ts"
import { identity, type MessageMetadata, messageKey } from "../../core/message/metadata.ts"
import { outranks, type Rank, rankOf } from "../../core/message/rank.ts"
import { instant } from "../../core/plant/time.ts"
import type { Event as OrdersEvent } from "./event.ts"
import { type Report, reportOf } from "./operation.ts"
import { type Plan, rulingPlan } from "./plan.ts"
import {
  correct,
  count,
  lookUp,
  noReports,
  noteMaterial,
  noteNoReport,
  noteOutranked,
  type Reports,
  reverse,
  takeOver
} from "./reports.ts"

export interface OrderFacts extends Reports {
  /** A release is known; a plan may be known without one only where a change was resumed. */
  readonly released: boolean
  readonly plan: Plan | undefined
  /** The highest ranked word on each; a hold and a restart are one question. */
  readonly cancelled: Rank | undefined
  readonly hold: (Rank & { readonly held: boolean }) | undefined
  readonly technicallyCompleted: Rank | undefined
  readonly closed: Rank | undefined
}

export const noFacts: OrderFacts = {
  ...noReports,
  released: false,
  plan: undefined,
  cancelled: undefined,
  hold: undefined,
  technicallyCompleted: undefined,
  closed: undefined
}

/**
 * The key that a message is known by: that of the message which it replaces after repair, unless that one was recorded
 * too (the second body of one id, resubmitted to be recorded as well).
 */
export const placeOf = ({ known }: Reports, metadata: MessageMetadata): string => {
  if (metadata.corrects === undefined) return messageKey(metadata)
  const place = messageKey(metadata.corrects)
  return HashMap.has(known, place) ? messageKey(metadata) : place
}

/** Notes a message that is no report, whether it was applied or waits: nothing that names it has anything to undo. */
const noteMessage = (facts: OrderFacts, metadata: MessageMetadata): OrderFacts => {
  const place = messageKey(identity(metadata))
  return lookUp(facts, place)?.is === "noReport" ? facts : noteNoReport(facts, placeOf(facts, metadata))
}

type ReportReference = Extract<OrderEvent, { readonly type: "ReportReversed" }>["data"]["reverses"]

/** The key of the report that a directive names; without a source it's one of the sender's own. */
export const targetOf = (reference: ReportReference, metadata: MessageMetadata): string =>
  messageKey({ source: reference.source ?? identity(metadata).source, messageId: reference.messageId })

const higher = <Ranked extends Rank>(current: Ranked | undefined, next: Ranked): Ranked =>
  outranks(next, current) ? next : (current ?? next)

type Event = Evolved<OrdersEvent>

let last: { readonly before: OrderFacts; readonly event: Event; readonly after: OrderFacts } | undefined

/**
 * Where an event leads. A decision asks for that before it is one, and whoever hosts the actor does right after, of the
 * same facts and the same event: they get one answer.
 */
export const evolveFacts = (before: OrderFacts, event: Event): OrderFacts => {
  if (last === undefined || last.before !== before || !isSame(last.event, event)) {
    last = { before, event, after: evolved(before, event) }
  }
  return last.after
}

/** The same word of the same message, in an envelope of its own. */
const isSame = (left: Event, right: Event): boolean =>
  left.type === right.type && left.data === right.data && left.metadata === right.metadata

const evolved = (facts: OrderFacts, event: Event): OrderFacts => {
  const { metadata } = event
  switch (event.type) {
    case "ProductionOrderReleased":
    case "ProductionOrderChanged": {
      const { orderId: _, ...content } = event.data
      const plan = rulingPlan(facts.plan, content, rankOf(metadata))
      const released = facts.released || event.type === "ProductionOrderReleased"
      return { ...noteMessage(facts, metadata), plan, released }
    }
    case "ProductionOrderCancelled":
      return { ...noteMessage(facts, metadata), cancelled: higher(facts.cancelled, rankOf(metadata)) }
    case "ProductionOrderHeld":
    case "ProductionOrderRestarted": {
      const hold = { ...rankOf(metadata), held: event.type === "ProductionOrderHeld" }
      return { ...noteMessage(facts, metadata), hold: higher(facts.hold, hold) }
    }
    case "ProductionOrderTechnicallyCompleted": {
      const technicallyCompleted = higher(facts.technicallyCompleted, rankOf(metadata))
      return { ...noteMessage(facts, metadata), technicallyCompleted }
    }
    case "ProductionOrderClosed":
      return { ...noteMessage(facts, metadata), closed: higher(facts.closed, rankOf(metadata)) }
    case "ProductionOrderAcknowledged":
      return noteMessage(facts, metadata)
    case "OperationStarted":
    case "OperationConfirmed":
    case "LaborBooked":
    case "MachineTimeBooked":
    case "ScrapDeclared":
    case "ReworkDeclared":
    case "NonconformanceRaised":
      return count(facts, placeOf(facts, metadata), reportOf(event, instant(metadata.occurredAt)))
    case "MaterialConsumed":
    case "MaterialReturned":
    case "MaterialProduced":
      return noteMaterial(facts, placeOf(facts, metadata), instant(metadata.occurredAt))
    case "OperationTakenOver":
      return takeOver(facts, placeOf(facts, metadata), reportOf(event, instant(metadata.occurredAt)))
    case "MaterialTakenOver":
      return noteMessage(facts, metadata)
    case "ReportReversed":
      return noteMessage(reverse(facts, targetOf(event.data.reverses, metadata)), metadata)
    case "ReportCorrected": {
      const replacement = (at: number): Report => reportOf(event, at)
      const target = targetOf(event.data.corrects, metadata)
      return correct(facts, target, placeOf(facts, metadata), rankOf(metadata), replacement)
    }
    case "MessageDeferred":
      return event.data.type === "ReportCorrected" ? facts : noteMessage(facts, metadata)
    case "MessageNoted":
      return event.data.type === "ReportReversed"
        ? noteMessage(facts, metadata)
        : event.data.type === "ReportCorrected"
          ? noteOutranked(facts, placeOf(facts, metadata))
          : facts
    default:
      return facts
  }
}
