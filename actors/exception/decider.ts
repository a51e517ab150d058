// The actor of an exception case: what a person must decide, and what they decided. Hosted by the partitions.
import { Result } from "effect"
import type { Decider, Decision, Received } from "../../core/decider.ts"
import type { ExceptionEvent } from "../../core/event/exception.ts"
import type { GenericEvent } from "../../core/event/generic.ts"
import type { RecordedFailure } from "../../core/failure.ts"
import { hex, sha256 } from "../../core/journal/hash.ts"
import { type ExceptionMessage, isOwnWork } from "../../core/message/exception.ts"
import { shownDigest } from "./shown.ts"
import { type CaseState, evolve, format, initial, pack, type Resolution, unpack } from "./state.ts"

type Message = Received<ExceptionMessage>
type Event = ExceptionEvent | GenericEvent
type Open = Extract<CaseState, { readonly is: "open" }>
type Of<Type extends ExceptionMessage["type"]> = Extract<ExceptionMessage, { readonly type: Type }>

/** Who decides: a supervisor on rules, a steward on data, an integrator on technical failures. */
const ownerRoles = {
  BusinessRuleViolation: "supervisor",
  DataQualityIssue: "steward",
  TechnicalFailure: "integrator"
} as const satisfies { readonly [Class in RecordedFailure["class"]]: string }

/** What a person may not do is an answer to that person and never a failure, which would open a case about a case. */
const note = ({ type }: Message, reason: string): ReadonlyArray<Event> => [
  { type: "MessageNoted", data: { type, reason } }
]

const decide = (state: CaseState, message: Message): ReadonlyArray<Decision<Event>> => {
  switch (state.is) {
    case "unknown":
      return message.type === "CaseRaised" ? open(message.body) : note(message, "There is no such case")
    case "open":
      return decideOpen(state, message)
    case "resubmitted":
      return message.type === "ResubmissionSettled"
        ? settle(state, message)
        : // It may be needed no more before it is known what became of it.
          message.type === "CaseWithdrawn" && isOwnWork(state.subject)
          ? [close(state, "withdrawn")]
          : note(message, `Attempt ${state.attempts} is on its way; wait for what becomes of it`)
    case "closed":
      return message.type === "CaseRaised"
        ? open(message.body)
        : note(message, `The case is closed: ${state.resolution}`)
  }
}

const decideOpen = (state: Open, message: Message): ReadonlyArray<Decision<Event>> => {
  switch (message.type) {
    case "CaseRaised":
      return note(message, "The case is open already")
    case "CaseWithdrawn":
      return [close(state, "withdrawn")]
    case "ExceptionWaived":
      return isAsShown(state, message)
        ? [{ type: "CaseWaived", data: decisionOf(message) }, close(state, "waived")]
        : note(message, showsOther)
    case "ExceptionResubmitted":
      return isAsShown(state, message) ? resubmit(state, message) : note(message, showsOther)
    case "ResubmissionSettled":
      return note(message, "No resubmission is on its way")
  }
}

type PersonsDecision = Received<Of<"ExceptionWaived"> | Of<"ExceptionResubmitted">>

const showsOther = "The case shows something else by now; look at it again"

/** The case may have been closed and opened once more, for other reasons, since the person looked at it. */
const isAsShown = ({ attempts, failure }: Open, { body: { caseId, shown } }: PersonsDecision): boolean =>
  shown === undefined || hex(shown) === hex(shownDigest({ ...failure, caseId, attempts }))

const decisionOf = ({ body: { reason, shown } }: PersonsDecision) =>
  shown === undefined ? { reason } : { reason, shown }

const open = ({ subject, failure, waiting }: Of<"CaseRaised">["body"]): ReadonlyArray<Event> => [
  {
    type: "CaseOpened",
    data: {
      subject,
      failure,
      ownerRole: ownerRoles[failure.class],
      ...(waiting === undefined ? {} : { waiting })
    }
  }
]

const close = (
  { subject, unseen, waiting }: Exclude<CaseState, { readonly is: "unknown" }>,
  resolution: Resolution
): Event => ({
  type: "CaseClosed",
  data: {
    resolution,
    subject,
    ...(waiting === undefined ? {} : { waiting }),
    ...(unseen === undefined ? {} : { unseen })
  }
})

/** Sends the corrected body, or the original one or the document again; the next attempt, whatever became of earlier ones. */
const resubmit = (state: Open, message: Received<Of<"ExceptionResubmitted">>): ReadonlyArray<Decision<Event>> => {
  const { subject } = state
  const { replacement } = message.body
  const decision = decisionOf(message)
  if (subject.kind === "breach") return note(message, "A breach can't be sent again; waive it, or mend what it shows")
  if (subject.kind === "directive") return note(message, "It waits already; waive it, or have sent what it names")
  if (subject.kind === "message" && subject.recorded === true) {
    return note(message, "It is recorded already: waive it, and reverse its report where that was sent twice")
  }
  const attempt = state.attempts + 1
  if (subject.kind === "release") {
    return replacement === undefined
      ? [{ type: "ReleaseResubmitted", data: { ...decision, attempt, subject } }]
      : note(message, "A release has no body: mend what it stands at, and have it tried again")
  }
  if (subject.kind === "posting") {
    return replacement === undefined
      ? [{ type: "PostingResubmitted", data: { ...decision, attempt, subject } }]
      : note(message, "A document is posted again as it is; to change it, correct or reverse its report")
  }
  const about = { ...decision, attempt, subject }
  if (replacement === undefined) {
    const { digest, delivery } = subject
    return [{ type: "MessageResubmitted", data: { ...about, digest, contentType: delivery.contentType } }]
  }
  const { bytes, contentType, digest, type } = replacement
  if (hex(sha256(bytes)) !== hex(digest)) return note(message, "The replacement's digest isn't that of its bytes")
  const data = { ...about, digest, contentType, ...(type === undefined ? {} : { type }) }
  return [{ type: "MessageResubmitted", data, keep: { digest, bytes } }]
}

const settle = (
  state: Extract<CaseState, { readonly is: "resubmitted" }>,
  message: Received<Of<"ResubmissionSettled">>
): ReadonlyArray<Event> => {
  const { attempt, failure } = message.body
  if (attempt !== state.attempts) return note(message, `Attempt ${state.attempts} is the one on its way`)
  return failure === undefined ? [close(state, "resubmitted")] : [{ type: "CaseReopened", data: { attempt, failure } }]
}

/**
 * A case about a message that can't be understood as it is, about a breach of a rule, about a failed document,
 * about a directive that names what doesn't come, or about a release that stands.
 *
 *               CaseRaised, or parked on the            ExceptionWaived: CaseWaived, CaseClosed
 *               case's own stream                       CaseWithdrawn: CaseClosed
 *     unknown ──────────────────────────────► open ─────────────────────────────────────────────► closed
 *                                             │  ▲                                                 │  ▲
 *                        ExceptionResubmitted │  │ failed: CaseReopened        CaseRaised, parked: │  │
 *  Message-, Posting-, ReleaseResubmitted     ▼  │                             open once more     ◄┘  │
 *                                            resubmitted ─────────────────────────────────────────────┘
 *                                                         ResubmissionSettled (posted, recorded),
 *                                                         CaseWithdrawn (of a document, a release): CaseClosed
 *
 * Everything else is noted with a reason. While an attempt is on its way nothing else is decided, so that a message
 * can't be both waived and recorded.
 */
export const exceptionDecider: Decider<CaseState, ExceptionMessage, Event> = {
  initial,
  decide: (state, message) => Result.succeed(decide(state, message)),
  evolve,
  format,
  pack,
  unpack
}
