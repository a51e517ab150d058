// What a lot makes of a message: a fact is recorded, a reversal applied, noted or deferred; then what it breaks or mends
// is announced, what waited for it goes on, and documents that nothing withholds any more are freed. Pure and total: it
// never fails. Used by the lot actor alone.
import { HashMap, Option, Result } from "effect"
import type { Decision, Received } from "../../core/decider.ts"
import type { PostingDecision } from "../../core/event/posting.ts"
import type { CaseNotice } from "../../core/message/exception.ts"
import type { LotMessage, LotNotice } from "../../core/message/lot.ts"
import { identity, type MessageMetadata, messageKey, senderOf } from "../../core/message/metadata.ts"
import type { PostingMessage } from "../../core/message/posting.ts"
import type { DirectiveTimer, LotTimer } from "../../core/message/timer.ts"
import { instant } from "../../core/plant/time.ts"
import { isRefusedAt, ofKind, withheldAt } from "../posting/documents.ts"
import { askAgain, hearOutcome, waive } from "../posting/words.ts"
import type { LotPolicy } from "./breaches.ts"
import type { Deferred } from "./course.ts"
import { holding } from "./disposition.ts"
import type { Event } from "./event.ts"
import { evolveFacts, placeOf, reversedReport, targetOf } from "./facts.ts"
import { noticeEvent, type ReportMessage, type ReversalMessage, reportEvent } from "./recording.ts"
import type { LotState } from "./state.ts"
import { Turn } from "./turn.ts"

export type Message = LotMessage | LotNotice | LotTimer | DirectiveTimer | PostingMessage | CaseNotice
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
    case "DirectiveOverdue":
      return hearOverdue(turn, message)
    case "PostingAccepted":
    case "PostingVerified":
    case "PostingDeferred":
    case "PostingResumed":
    case "PostingInDoubt":
    case "PostingFailed":
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

const note = (turn: Turn, { type }: Pick<Message, "type">, reason: string, of?: MessageMetadata): Turn =>
  turn.record({ type: "MessageNoted", data: { type, reason } }, of)

/** A word on its usability changes the ERP's status only where it holds since the latest time, and says another. */
const isNews = (turn: Turn, message: ReportMessage): boolean => {
  const { facts } = turn
  switch (message.type) {
    case "LotHeld":
    case "LotReleased":
    case "LotRejected": {
      const after = evolveFacts(facts, turn.next(reportEvent(message, "requested")))
      return holding(facts.dispositions)?.disposition !== holding(after.dispositions)?.disposition
    }
    default:
      return true
  }
}

/** What a document is, unless the ERP itself tells of it: withheld while something open withholds it, its own breach too. */
const decisionOn = (turn: Turn, metadata: MessageMetadata, requested: Event): PostingDecision | undefined =>
  senderOf(metadata).isErp ? undefined : turn.wouldWithhold(requested, metadata) ? "withheld" : "requested"

const report = (turn: Turn, message: Received<ReportMessage>): Turn => {
  const { metadata } = message
  const place = placeOf(turn.facts, metadata)
  const decision = isNews(turn, message) ? decisionOn(turn, metadata, reportEvent(message, "requested")) : undefined
  turn.announce(reportEvent(message, decision))
  for (const waiting of [...HashMap.values(turn.course.deferred)]) {
    if (waiting.waitsFor === place || waiting.waitsFor === messageKey(metadata)) goOn(turn, waiting)
  }
  return turn
}

const goOn = (turn: Turn, { body, metadata, overdue }: Deferred): Turn => {
  reverse(turn, { type: "LotReportReversed", body }, metadata)
  const { messageId, source } = metadata
  return overdue === true ? turn.record({ type: "DirectiveWentOn", data: { directive: { source, messageId } } }) : turn
}

const reverse = (turn: Turn, { body, type }: ReversalMessage, metadata: MessageMetadata): Turn => {
  const { course, facts } = turn
  const target = targetOf(body.reverses, metadata)
  const { badge: _, ...withoutBadge } = body
  const known = HashMap.get(facts.reports, target)
  if (Option.isNone(known)) {
    if (target === messageKey(identity(metadata))) return note(turn, { type }, "It names itself", metadata)
    return turn.record({ type: "LotReversalDeferred", data: { body: withoutBadge, waitsFor: target } }, metadata)
  }
  if (known.value === undefined) return note(turn, { type }, "The report was reversed before", metadata)
  const { occurredAt: _at, ...content } = withoutBadge
  const version = Option.getOrElse(HashMap.get(course.versions, target), () => 0)
  const data = { ...content, version, takesBack: reversedReport(known.value) }
  const before = holding(facts.dispositions)
  const now = holding(evolveFacts(facts, turn.next({ type, data }, metadata)).dispositions)
  const isOther = before?.disposition !== now?.disposition
  const isWord =
    known.value.type === "LotHeld" || known.value.type === "LotReleased" || known.value.type === "LotRejected"
  const event = { type, data: { ...data, ...(before === now ? {} : { nowHolds: now ?? null }) } } as const
  const posts = isWord ? isOther : true
  const decision = posts
    ? withheldAt(course, version) === undefined
      ? decisionOn(turn, metadata, event)
      : "withheld"
    : undefined
  const isRefused = !isWord && isRefusedAt(course, version)
  turn.announce({ type, data: { ...event.data, ...(decision === undefined ? {} : { posting: decision }) } }, metadata)
  return isRefused ? turn.record({ type: "PostingWithdrawn", data: { version, ...ofKind("goodsMovement") } }) : turn
}

/** Each receipt that gives a time has a timer of its own; only that of the word which holds says anything. */
const hearExpiry = (turn: Turn, message: LotTimer): Turn => {
  if (turn.facts.expiry?.expiresAt !== instant(message.body.expiresAt)) {
    return note(turn, message, "Another expiry holds")
  }
  const { occurredAt: _, ...data } = message.body
  return turn.record({ type: "LotExpired", data })
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
      return turn.record(waive(course, subject.posting, caseId))
    case "directive": {
      const { directive } = subject
      const deferred = Option.getOrUndefined(HashMap.get(course.deferred, messageKey(directive)))
      if (deferred === undefined) return note(turn, message, "That directive waits no more")
      turn.record({ type: "DirectiveWaived", data: { directive, caseId } })
      return note(turn, { type: "LotReportReversed" }, `Waived by case ${caseId}`, deferred.metadata)
    }
    case "breach":
      return waiveBreach(turn, message, subject)
  }
}

/** What a person has waived is the breach as it was found: where it went further meanwhile, that is found anew. */
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
  const { extent } = open
  return turn.announce({ type: "LotBreachWaived", data: { breach, extent, caseId: message.body.caseId } })
}
