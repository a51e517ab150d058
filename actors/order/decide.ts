// What an order makes of a message: facts are recorded, directives applied, noted or deferred; then whatever waited for
// it goes on, and documents that nothing withholds any more are freed. Pure and total: it never fails.
// Used by the order actor alone.
import { HashMap, Option, Result } from "effect"
import type { Decision, Received } from "../../core/decider.ts"
import type { CaseNotice } from "../../core/message/exception.ts"
import { type MessageMetadata, messageKey } from "../../core/message/metadata.ts"
import type { OrderMessage } from "../../core/message/order.ts"
import type { GroupingMessage, PostingMessage } from "../../core/message/posting.ts"
import type { RepairMessage } from "../../core/message/reconciliation.ts"
import type { ReleaseMessage } from "../../core/message/release.ts"
import type { DirectiveTimer, OrderTimer } from "../../core/message/timer.ts"
import { askAgain, groupTogether, hearOutcome, repeatPosting, waive } from "../posting/words.ts"
import { freeable, hasGap } from "./course.ts"
import { direct, goOn } from "./directives.ts"
import { recordMaterial, recordReport } from "./documents.ts"
import type { Event } from "./event.ts"
import { plainEvent } from "./recording.ts"
import { followRelease, hearRelease, tryAgain, waiveRelease } from "./release.ts"
import type { OrderState } from "./state.ts"
import { Turn } from "./turn.ts"

type Message = Received<
  | OrderMessage
  | PostingMessage
  | GroupingMessage
  | ReleaseMessage
  | DirectiveTimer
  | OrderTimer
  | CaseNotice
  | RepairMessage
>
type Notice<Type extends CaseNotice["type"]> = Extract<CaseNotice, { readonly type: Type }>

export const decide = (
  state: OrderState,
  message: Message,
  version: number
): Result.Result<ReadonlyArray<Decision<Event>>> => {
  const turn = new Turn(state, message.metadata, version)
  take(turn, message)
  goOn(turn)
  if (movesRelease(turn, message)) followRelease(turn)
  free(turn)
  return Result.succeed(turn.events)
}

/**
 * Most messages report work, of which an order's way to the MES only hears where it waits for a sign that the MES has the
 * order: nothing else is worth evolving the state for.
 */
const movesRelease = ({ before, events }: Turn, { body, type }: Message): boolean => {
  const { release } = before.course
  if (release === undefined) return type === "ReleaseDue"
  const isReport = events.length === 1 && ("operationId" in body || "materials" in body || "posting" in body)
  return !isReport || (release.dispatched && !release.acknowledged)
}

const take = (turn: Turn, message: Message): Turn => {
  const { metadata } = message
  switch (message.type) {
    case "ProductionOrderReleased":
    case "ProductionOrderCancelled":
      return turn.recordWord(metadata, plainEvent(message))
    case "ProductionOrderHeld":
    case "ProductionOrderRestarted":
    case "ProductionOrderAcknowledged":
    case "OperationStarted":
      return turn.recordOf(metadata, plainEvent(message))
    case "MaterialConsumed":
    case "MaterialReturned":
    case "MaterialProduced":
      return recordMaterial(turn, message, metadata)
    case "MaterialTakenOver":
      return turn.recordOf(metadata, plainEvent(message))
    case "OperationTakenOver":
    case "NonconformanceRaised":
      return turn.recordFact(metadata, plainEvent(message), [message.body.operationId])
    case "OperationConfirmed":
    case "LaborBooked":
    case "MachineTimeBooked":
    case "ScrapDeclared":
    case "ReworkDeclared":
      return recordReport(turn, message, metadata)
    case "ProductionOrderChanged":
    case "ProductionOrderTechnicallyCompleted":
    case "ProductionOrderClosed":
    case "ReportReversed":
    case "ReportCorrected":
      return direct(turn, message, metadata)
    case "PostingAccepted":
    case "PostingVerified":
    case "PostingDeferred":
    case "PostingDateMoved":
    case "PostingResumed":
    case "PostingInDoubt":
    case "PostingFailed":
    case "PostingOmitted":
    case "PostingShadowed":
    case "PostingAdopted":
      return heard(turn, metadata, hearOutcome(turn.course, message))
    case "PostingsDue":
      return turn.record(groupTogether(turn.course, message))
    case "PostingRepeated":
      return turn.record(repeatPosting(turn.course, message))
    case "DocumentAcknowledged": {
      const { document, content, reason } = message.body
      return turn.record({ type: message.type, data: { document, content, reason } })
    }
    case "CaseClosedNotice":
      return hearDecision(turn, message)
    case "CaseResubmittedNotice":
      return message.body.subject.kind === "release"
        ? tryAgain(turn, message)
        : turn.record(askAgain(turn.course, message))
    case "ReleaseDue":
    case "ReleaseCheckPassed":
    case "ReleaseCheckFailed":
    case "ReleaseCheckUnanswered":
    case "ProductionOrderDispatched":
    case "ReleaseReported":
    case "ReleaseReportRefused":
    case "ProductionOrderWithdrawn":
    case "AcknowledgementOverdue":
      return hearRelease(turn, message)
    case "DirectiveOverdue":
      return hearOverdue(turn, message)
  }
}

const note = (turn: Turn, { type, metadata }: Message, reason: string): Turn =>
  turn.recordOf(metadata, { type: "MessageNoted", data: { type, reason } })

/** The first belongs to the message, what follows from it to the turn. */
const heard = (turn: Turn, metadata: MessageMetadata, [first, ...others]: ReadonlyArray<Event>): Turn => {
  if (first !== undefined) turn.recordOf(metadata, first)
  for (const event of others) turn.record(event)
  return turn
}

const hearOverdue = (turn: Turn, message: Received<DirectiveTimer>): Turn => {
  const { directive } = message.body
  const deferred = Option.getOrUndefined(HashMap.get(turn.course.deferred, messageKey(directive)))
  if (deferred === undefined) return note(turn, message, "That directive waits no more")
  const { type, waitsFor } = deferred
  return turn.record({ type: "DirectiveOverdue", data: { directive, type, waitsFor } })
}

const hearDecision = (turn: Turn, message: Received<Notice<"CaseClosedNotice">>): Turn => {
  const { caseId, resolution, subject } = message.body
  const { course } = turn
  if (subject.kind === "message") {
    // A notice in the message's own place: it was parked elsewhere, and this stream hears of it for the first time.
    const isFirst = message.metadata.corrects !== undefined
    if (!isFirst && !HashMap.has(course.parked, caseId))
      return note(turn, message, "No message of that case is parked here")
    turn.relieved = true
    turn.arrived.push(messageKey(subject.message))
    return turn.record({ type: "ParkedMessageSettled", data: { message: subject.message, caseId, resolution } })
  }
  if (resolution !== "waived") return note(turn, message, "It can only be waived, or go away")
  if (subject.kind === "release") return waiveRelease(turn, message)
  if (subject.kind === "posting") {
    for (const event of waive(course, subject.posting, caseId)) turn.record(event)
    return turn
  }
  if (subject.kind === "directive") {
    const { directive } = subject
    const deferred = Option.getOrUndefined(HashMap.get(course.deferred, messageKey(directive)))
    if (deferred === undefined) return note(turn, message, "That directive waits no more")
    const noted: Event = { type: "MessageNoted", data: { type: deferred.type, reason: `Waived by case ${caseId}` } }
    return turn.record({ type: "DirectiveWaived", data: { directive, caseId } }).recordOf(deferred.metadata, noted)
  }
  const since = Option.getOrUndefined(HashMap.get(course.breaches, subject.breach))
  if (since === undefined) return note(turn, message, "That breach isn't open")
  if (since !== (subject.since ?? since))
    return note(turn, message, "The breach was found anew; its case is open again")
  turn.relieved = true
  return turn.record({ type: "BreachWaived", data: { breach: subject.breach, caseId } })
}

/** Looks through what is withheld only where something that withholds has ended. */
const free = (turn: Turn): void => {
  if (!turn.relieved && !(hasGap(turn.before.course) && !turn.gap)) return
  const versions = freeable(turn.course)
  if (versions.length > 0) turn.record({ type: "PostingsFreed", data: { versions } })
}
