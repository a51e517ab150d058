// What a lot makes of a message: a fact is recorded, a reversal applied, noted or deferred; then what it breaks or mends
// is announced, what waited for it goes on, and documents that nothing withholds any more are freed. Pure and total: it
// never fails. Used by the lot actor alone.
import { HashMap, Option, Result } from "effect"
import type { Decision, Received } from "../../core/decider.ts"
import type { CaseNotice } from "../../core/message/exception.ts"
import type { LotMessage, LotNotice } from "../../core/message/lot.ts"
import { messageKey } from "../../core/message/metadata.ts"
import type { PostingMessage } from "../../core/message/posting.ts"
import type { DirectiveTimer, LotTimer } from "../../core/message/timer.ts"
import { instant } from "../../core/plant/time.ts"
import { askAgain, hearOutcome, waive } from "../posting/words.ts"
import type { LotPolicy } from "./breaches.ts"
import { decisionOnReport } from "./documents.ts"
import type { Event } from "./event.ts"
import { placeOf } from "./facts.ts"
import { noticeEvent, type ReportMessage, reportEvent } from "./recording.ts"
import { goOn, reverse } from "./reversals.ts"
import type { LotState } from "./state.ts"
import { Turn } from "./turn.ts"

export type Message = LotMessage | LotNotice | LotTimer | DirectiveTimer | PostingMessage | CaseNotice
type Timer<Type extends LotTimer["type"]> = Extract<LotTimer, { readonly type: Type }>
type Notice<Type extends CaseNotice["type"]> = Extract<CaseNotice, { readonly type: Type }>

export const decideBy =
  (policy: LotPolicy) =>
  (state: LotState, message: Received<Message>, version: number): Result.Result<ReadonlyArray<Decision<Event>>> => {
    const turn = new Turn(state, message.metadata, version, policy)
    take(turn, message)
    turn.free()
    return Result.succeed(turn.events)
  }

const take = (turn: Turn, message: Received<Message>): Turn => {
  const { metadata } = message
  switch (message.type) {
    case "LotReportReversed":
      return reverse(turn, message, metadata)
    case "LotDerived":
    case "LotPassedOn":
    case "LotConsumed":
    case "LotReturned":
    case "LotProduced":
    case "LotLineReversed":
    case "LotPassageReversed":
      return turn.announce(noticeEvent(message))
    case "LotExpiryReached":
      return hearExpiry(turn, message)
    case "LotBreachOverdue":
      return hearBreachOverdue(turn, message)
    case "DirectiveOverdue":
      return hearOverdue(turn, message)
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
      for (const event of hearOutcome(turn.course, message)) turn.record(event)
      return turn
    case "CaseResubmittedNotice":
      return turn.record(askAgain(turn.course, message))
    case "CaseClosedNotice":
      return hearDecision(turn, message)
    default:
      return report(turn, message)
  }
}

const note = (turn: Turn, { type }: Pick<Message, "type">, reason: string): Turn => turn.note(type, reason)

const report = (turn: Turn, message: Received<ReportMessage>): Turn => {
  const { metadata } = message
  const place = placeOf(turn.facts, metadata)
  turn.announce(reportEvent(message, decisionOnReport(turn, message, metadata)))
  if (HashMap.isEmpty(turn.course.deferred)) return turn
  for (const waiting of [...HashMap.values(turn.course.deferred)]) {
    if (waiting.waitsFor === place || waiting.waitsFor === messageKey(metadata)) goOn(turn, waiting)
  }
  return turn
}

/** Each receipt that gives a time has a timer of its own; only that of the word which holds says anything. */
const hearExpiry = (turn: Turn, message: Timer<"LotExpiryReached">): Turn => {
  if (turn.facts.expiry?.expiresAt !== instant(message.body.expiresAt)) {
    return note(turn, message, "Another expiry holds")
  }
  const { occurredAt: _, ...data } = message.body
  return turn.record({ type: "LotExpired", data })
}

/** What is missing hasn't come: a person is asked, about how much it is by now. */
const hearBreachOverdue = (turn: Turn, message: Timer<"LotBreachOverdue">): Turn => {
  const { breach, since } = message.body
  const isOpen = Option.getOrUndefined(HashMap.get(turn.course.open, breach))?.since === since
  const found = isOpen ? turn.breach(breach) : undefined
  return found === undefined
    ? note(turn, message, "That breach is open no more")
    : turn.record({ type: "LotBreachOverdue", data: { ...found, since } })
}

const hearOverdue = (turn: Turn, message: DirectiveTimer): Turn => {
  const { directive } = message.body
  const deferred = Option.getOrUndefined(HashMap.get(turn.course.deferred, messageKey(directive)))
  if (deferred === undefined) return note(turn, message, "That directive waits no more")
  const { waitsFor } = deferred
  return turn.record({ type: "DirectiveOverdue", data: { directive, type: "LotReportReversed", waitsFor } })
}

const hearDecision = (turn: Turn, message: Received<Notice<"CaseClosedNotice">>): Turn => {
  const { caseId, resolution, subject } = message.body
  const { course } = turn
  if (subject.kind === "message") {
    // A notice in the message's own place: it was parked elsewhere, and this stream hears of it for the first time.
    const isFirst = message.metadata.corrects !== undefined
    if (!isFirst && !HashMap.has(course.parked, caseId)) {
      return note(turn, message, "No message of that case is parked here")
    }
    turn.relieved = true
    return turn.record({ type: "ParkedMessageSettled", data: { message: subject.message, caseId, resolution } })
  }
  if (resolution !== "waived") return note(turn, message, "It can only be waived, or go away")
  switch (subject.kind) {
    case "posting":
      for (const event of waive(course, subject.posting, caseId)) turn.record(event)
      return turn
    case "directive": {
      const { directive } = subject
      const deferred = Option.getOrUndefined(HashMap.get(course.deferred, messageKey(directive)))
      if (deferred === undefined) return note(turn, message, "That directive waits no more")
      turn.record({ type: "DirectiveWaived", data: { directive, caseId } })
      return turn.note("LotReportReversed", `Waived by case ${caseId}`, deferred.metadata)
    }
    case "breach":
      return waiveBreach(turn, message, subject)
    case "release":
      return note(turn, message, "A lot isn't released to an MES")
  }
}

/**
 * What a person has waived is the breach as it was shown: where it went further meanwhile, that is found anew, since the
 * event after it.
 */
const waiveBreach = (
  turn: Turn,
  message: Received<Notice<"CaseClosedNotice">>,
  { breach, since }: { readonly breach: string; readonly since?: number }
): Turn => {
  const open = Option.getOrUndefined(HashMap.get(turn.course.open, breach))
  if (open === undefined) return note(turn, message, "No such breach is open")
  if (since !== undefined && since !== open.since) {
    return note(turn, message, "It went away and was found again since: that is another question")
  }
  turn.relieved = true
  const { extent, shownAt } = open
  return turn.announce(
    { type: "LotBreachWaived", data: { breach, extent, caseId: message.body.caseId } },
    { since: shownAt + 1 }
  )
}
