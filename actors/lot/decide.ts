// What a lot makes of a message: a fact is recorded, then what it breaks or mends is announced. Pure and total: it never
// fails. Used by the lot actor alone.
import { HashMap, Option, Result } from "effect"
import type { Decision, Received } from "../../core/decider.ts"
import type { GenericEvent } from "../../core/event/generic.ts"
import type { LotEvent } from "../../core/event/lot.ts"
import type { CaseNotice } from "../../core/message/exception.ts"
import type { LotMessage, LotNotice } from "../../core/message/lot.ts"
import type { LotTimer } from "../../core/message/timer.ts"
import { instant } from "../../core/plant/time.ts"
import { content } from "../content.ts"
import { breachChanges } from "./breaches.ts"
import { evolve, type LotState } from "./state.ts"

export type Event = LotEvent | GenericEvent
export type Message = LotMessage | LotNotice | LotTimer | CaseNotice

/** The event that a fact becomes: its content without badge and time, which are in the envelope. */
const factOf = (message: LotMessage | LotNotice): LotEvent => {
  switch (message.type) {
    case "LotReceived":
      return { type: message.type, data: content(message.body) }
    case "LotSplit":
      return { type: message.type, data: content(message.body) }
    case "LotMerged":
      return { type: message.type, data: content(message.body) }
    case "LotTransferred":
      return { type: message.type, data: content(message.body) }
    case "LotMoved":
      return { type: message.type, data: content(message.body) }
    case "LotHeld":
    case "LotReleased":
    case "LotRejected":
      return { type: message.type, data: content(message.body) }
    case "QualityReadingRecorded":
      return { type: message.type, data: content(message.body) }
    case "TestResultRecorded":
      return { type: message.type, data: content(message.body) }
    case "LotSampled":
      return { type: message.type, data: content(message.body) }
    case "LotScrapped":
      return { type: message.type, data: content(message.body) }
    case "LotAdjusted":
      return { type: message.type, data: content(message.body) }
    case "LotShipped":
    case "LotReceivedBack":
      return { type: message.type, data: content(message.body) }
    case "LotDerived":
      return { type: message.type, data: content(message.body) }
    case "LotPassedOn":
      return { type: message.type, data: content(message.body) }
    case "LotConsumed":
    case "LotReturned":
    case "LotProduced":
      return { type: message.type, data: content(message.body) }
    case "LotLineReversed":
      return { type: message.type, data: content(message.body) }
  }
}

const note = ({ type }: Message, reason: string): ReadonlyArray<Event> => [
  { type: "MessageNoted", data: { type, reason } }
]

/** The event, and what it breaks or mends. */
const announced = (state: LotState, event: LotEvent, { metadata }: Received<Message>, version: number) => {
  const since = version + 1
  const { facts, course } = evolve(state, { ...event, metadata, version: since })
  const { found, withdrawn } = breachChanges(facts, course)
  return [
    event,
    ...withdrawn.map((breach): Event => ({ type: "LotBreachWithdrawn", data: { breach } })),
    ...found.map((breach): Event => ({ type: "LotBreachFound", data: { ...breach, since } }))
  ]
}

/** What a person has waived is the breach as it was found: where it went further meanwhile, that is found anew. */
const hearDecision = (
  state: LotState,
  message: Received<Extract<CaseNotice, { readonly type: "CaseClosedNotice" }>>,
  version: number
): ReadonlyArray<Event> => {
  const { caseId, resolution, subject } = message.body
  if (subject.kind !== "breach") return note(message, "A lot waits for no message and no document")
  if (resolution !== "waived") return note(message, "It can only be waived, or go away")
  const { breach } = subject
  const open = Option.getOrUndefined(HashMap.get(state.course.open, breach))
  if (open === undefined) return note(message, "No such breach is open")
  if (subject.since !== undefined && subject.since !== open.since) {
    return note(message, "It went away and was found again since: that is another question")
  }
  const { extent } = open
  return announced(state, { type: "LotBreachWaived", data: { breach, extent, caseId } }, message, version)
}

/** Each receipt that gives a time has a timer of its own; only that of the word which holds says anything. */
const hearTimer = ({ facts }: LotState, message: LotTimer): ReadonlyArray<Event> => {
  if (facts.expiry?.expiresAt !== instant(message.body.expiresAt)) return note(message, "Another expiry holds")
  const { occurredAt: _, ...data } = message.body
  return [{ type: "LotExpired", data }]
}

export const decide = (
  state: LotState,
  message: Received<Message>,
  version: number
): Result.Result<ReadonlyArray<Decision<Event>>> => {
  switch (message.type) {
    case "CaseClosedNotice":
      return Result.succeed(hearDecision(state, message, version))
    case "CaseResubmittedNotice":
      return Result.succeed(note(message, "A lot asks for no document"))
    case "LotExpiryReached":
      return Result.succeed(hearTimer(state, message))
    default:
      return Result.succeed(announced(state, factOf(message), message, version))
  }
}
