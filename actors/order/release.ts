// The order's way to the MES: what the runner, a timer, the MES or a person says of it, and what follows. Facts never wait
// for it, and no ERP document does. Used by the order actor's decide alone.
import { HashMap } from "effect"
import type { Received } from "../../core/decider.ts"
import type { ReleaseEvent, ReleaseStep } from "../../core/event/release.ts"
import type { RecordedFailure } from "../../core/failure.ts"
import type { CaseNotice } from "../../core/message/exception.ts"
import type { ReleaseMessage } from "../../core/message/release.ts"
import type { OrderTimer } from "../../core/message/timer.ts"
import {
  heldByMes,
  isSamePlan,
  ledRevision,
  newRejection,
  overdueAcknowledgement,
  type ReleaseFlow,
  stageOf,
  stoppingFailure
} from "../../core/release-flow.ts"
import type { OrderFacts } from "./facts.ts"
import type { Turn } from "./turn.ts"

type Message = Received<ReleaseMessage | OrderTimer>
type Of<Type extends Message["type"]> = Extract<Message, { readonly type: Type }>

const content = <Body extends { readonly occurredAt: unknown }>({ occurredAt: _, ...rest }: Body) => rest

/** What the runner or the timer says: its event, or why it is too late for it. */
export const hearRelease = (turn: Turn, message: Message): Turn => {
  if (message.type === "ReleaseDue") return start(turn, message)
  const event = heard(turn.course.release, message)
  return typeof event === "string" ? note(turn, message, event) : turn.recordOf(message.metadata, event)
}

const note = (turn: Turn, { metadata, type }: Received<{ readonly type: string }>, reason: string): Turn =>
  turn.recordOf(metadata, { type: "MessageNoted", data: { type, reason } })

const start = (turn: Turn, message: Of<"ReleaseDue">): Turn => {
  const { policy, revision } = message.body
  const { course, facts } = turn
  if (!facts.released || facts.plan?.content.revision !== revision) {
    return note(turn, message, "That isn't the revision that rules")
  }
  if (endOf(facts) !== undefined) return note(turn, message, "The order has ended")
  const before = course.release
  if (before !== undefined && ledRevision(before) >= revision) return note(turn, message, "That revision is on its way")
  const replaces = before === undefined ? message.body.replaces : heldByMes(before)
  return turn.recordOf(message.metadata, {
    type: "ReleaseStarted",
    data: {
      revision,
      policy,
      ...(replaces === undefined ? {} : { replaces }),
      ...(hasWork(facts) ? { begun: true } : {})
    }
  })
}

const tooLate = "The release is past that"

const heard = (
  flow: ReleaseFlow | undefined,
  message: Exclude<Message, Of<"ReleaseDue">>
): ReleaseEvent | typeof tooLate => {
  if (flow === undefined) return tooLate
  const stage = stageOf(flow)
  if (message.type === "ProductionOrderWithdrawn") {
    const { revision } = message.body
    return stage === "withdrawal" ? { type: message.type, data: { revision } } : tooLate
  }
  const { attempt, revision } = message.body
  const isCurrent = revision === flow.revision && attempt === flow.attempt
  switch (message.type) {
    case "ReleaseCheckPassed":
      return isCurrent && isAsked(flow, message.body) ? { type: message.type, data: content(message.body) } : tooLate
    case "ReleaseCheckFailed":
      return isCurrent && isAsked(flow, message.body) ? { type: message.type, data: content(message.body) } : tooLate
    case "ReleaseCheckUnanswered":
      return isCurrent && isAsked(flow, message.body) ? { type: message.type, data: content(message.body) } : tooLate
    case "ProductionOrderDispatched": {
      // The MES has it, also where the order has gone another way meanwhile.
      const isSent = revision < flow.revision || (isCurrent && !flow.dispatched && heldByMes(flow) === revision)
      if (!isSent) return tooLate
      const { acknowledgedWithinSeconds } = flow.policy
      const waits = isCurrent && flow.over === undefined
      return { type: message.type, data: { revision, attempt, ...(waits ? { acknowledgedWithinSeconds } : {}) } }
    }
    case "ReleaseReported":
      return isCurrent && stage === "report" ? { type: message.type, data: content(message.body) } : tooLate
    case "ReleaseReportRefused":
      return isCurrent && stage === "report" ? stopped(flow, "report", message.body.failure) : tooLate
    case "AcknowledgementOverdue":
      return isCurrent && stage === "acknowledgement"
        ? stopped(flow, "acknowledgement", overdueAcknowledgement(flow))
        : tooLate
  }
}

const isAsked = (flow: ReleaseFlow, { check }: Pick<Of<"ReleaseCheckPassed">["body"], "check">): boolean =>
  stageOf(flow) === "check" &&
  flow.policy.checks.some((asked) => asked.check === check) &&
  !flow.answers.some((answer) => answer.check === check)

const stepOf = ({ attempt, revision }: ReleaseFlow) => ({ revision, attempt })

const waysOn = "traveler exceptions resubmit ID, which tries it again; or waive ID, to go on without"

const stopped = (flow: ReleaseFlow, at: ReleaseStep, failure: RecordedFailure): ReleaseEvent => ({
  type: "ReleaseStopped",
  data: {
    ...stepOf(flow),
    at,
    failure: { ...failure, nextStep: `${failure.nextStep}; then: ${waysOn}` },
    ...(flow.tried === undefined ? {} : { resubmission: flow.tried.resubmission })
  }
})

/** A person has the step at which it stands tried again. */
export const tryAgain = (
  turn: Turn,
  message: Received<Extract<CaseNotice, { readonly type: "CaseResubmittedNotice" }>>
): Turn => {
  const { attempt, caseId, subject } = message.body
  const flow = standing(turn, subject)
  if (flow?.stopped === undefined) return note(turn, message, "That release doesn't stand")
  const { attempt: before, revision, stopped: at } = flow
  const resubmission = { caseId, attempt }
  return turn.record({ type: "ReleaseTriedAgain", data: { revision, attempt: before + 1, at, resubmission } })
}

/** A person has it go on without. */
export const waiveRelease = (
  turn: Turn,
  message: Received<Extract<CaseNotice, { readonly type: "CaseClosedNotice" }>>
): Turn => {
  const { caseId, subject } = message.body
  const flow = standing(turn, subject)
  if (flow?.stopped === undefined) return note(turn, message, "That release doesn't stand")
  return turn.record({ type: "ReleaseWaived", data: { ...stepOf(flow), at: flow.stopped, caseId } })
}

const standing = ({ course }: Turn, subject: CaseNotice["body"]["subject"]): ReleaseFlow | undefined =>
  subject.kind === "release" && subject.revision === course.release?.revision ? course.release : undefined

/** What follows from what this turn has recorded, until nothing more does. */
export const followRelease = (turn: Turn): void => {
  for (let next = consequence(turn); next !== undefined; next = consequence(turn)) turn.record(next)
}

const consequence = (turn: Turn): ReleaseEvent | undefined => {
  const { course, facts } = turn
  const flow = course.release
  if (flow === undefined) return undefined
  const to = raisedTo(turn, flow)
  if (to !== undefined) return { type: "ReleaseRevisionRaised", data: { ...stepOf(flow), to } }
  const end = ending(flow, facts)
  if (end !== undefined) return cancelled(flow, end)
  if (flow.over !== undefined) return undefined
  if (flow.dispatched && !flow.acknowledged && flow.stopped !== "checks") {
    const by = signOf(flow, facts)
    if (by !== undefined) return { type: "ReleaseAcknowledged", data: { ...stepOf(flow), by } }
  }
  if (isPast(flow)) {
    const { tried } = flow
    const resubmission = tried === undefined ? {} : { resubmission: tried.resubmission }
    return { type: "ReleaseWentOn", data: { ...stepOf(flow), ...resubmission } }
  }
  if (flow.stopped !== undefined) return undefined
  const failure = flow.dispatched ? undefined : stoppingFailure(flow)
  if (failure !== undefined) return stopped(flow, "checks", failure)
  const rejection = flow.dispatched ? newRejection(flow) : undefined
  return rejection === undefined ? undefined : stopped(flow, "acknowledgement", rejection)
}

/** The revision that rules since this turn, where it plans the same as the one that is on its way, or there. */
const raisedTo = ({ before, facts }: Turn, flow: ReleaseFlow): number | undefined => {
  const [last, ruling] = [before.facts.plan?.content, facts.plan?.content]
  if (flow.over !== undefined || last === undefined || ruling === undefined) return undefined
  const isRaised = last.revision === ledRevision(flow) && ruling.revision > last.revision
  return isRaised && isSamePlan(last, ruling) ? ruling.revision : undefined
}

type End = NonNullable<ReleaseFlow["over"]>

const endOf = (facts: OrderFacts): End | undefined => {
  if (facts.cancelled !== undefined) return "orderCancelled"
  return facts.technicallyCompleted !== undefined || facts.closed !== undefined ? "orderCompleted" : undefined
}

/** Why nothing more is done for its revision, where that isn't recorded yet. A cancelled order is always told of. */
const ending = (flow: ReleaseFlow, facts: OrderFacts): End | undefined => {
  const end = endOf(facts)
  if (end === "orderCancelled") return flow.over === end ? undefined : end
  if (flow.over !== undefined || stageOf(flow) === "done") return undefined
  return end ?? ((facts.plan?.content.revision ?? 0) > ledRevision(flow) ? "revisionChanged" : undefined)
}

const cancelled = (flow: ReleaseFlow, because: End): ReleaseEvent => ({
  type: "ReleaseCancelled",
  data: {
    ...stepOf(flow),
    because,
    ...(because === "orderCancelled" && heldByMes(flow) !== undefined ? { withdraw: true } : {}),
    ...(flow.stopped === undefined && flow.tried === undefined ? {} : { stopped: true })
  }
})

const hasWork = ({ operations }: OrderFacts): boolean => !HashMap.isEmpty(operations)

/**
 * By what the MES is known to have it. Work on an order that had none before shows it, unless the MES has said no. Where the
 * MES has, or may have, a lower revision, work says nothing of this one, be it under way or the first.
 */
const signOf = ({ begun, replaces, word }: ReleaseFlow, facts: OrderFacts): "answer" | "report" | undefined => {
  if (word !== undefined) return word.accepted ? "answer" : undefined
  return hasWork(facts) && !begun && replaces === undefined ? "report" : undefined
}

/** It stood at this step, or a person had it tried again, and it is over. */
const isPast = (flow: ReleaseFlow): boolean => {
  if (flow.stopped === "acknowledgement") return flow.acknowledged
  switch (flow.tried?.at) {
    case "checks":
      return heldByMes(flow) === flow.revision
    case "acknowledgement":
      return flow.acknowledged
    case "report":
      return flow.reported
    case undefined:
      return false
  }
}
