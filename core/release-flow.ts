// How far an order is on its way to the MES, by the events of its stream alone. Pure; used by the order actor, which holds
// it in its course, by the view `releases`, and by whoever says what a release waits for.
import { Schema, Struct } from "effect"
import type { AnyEvent } from "./event/catalogue.ts"
import type { Resubmission } from "./event/posting.ts"
import type { ReleaseEvent, ReleaseStep } from "./event/release.ts"
import { BusinessRuleViolation, type RecordedFailure, recorded, TechnicalFailure } from "./failure.ts"
import type { MessageMetadata } from "./message/metadata.ts"
import { plan } from "./message/order.ts"
import { outranks, type Rank, rankOf } from "./message/rank.ts"
import type { ReleaseCheck, ReleasePolicy } from "./plant/release-policy.ts"

/** What was answered to a check, or that a person has it go on without. */
interface ReleaseAnswer {
  readonly check: ReleaseCheck
  /** Why it may not go on; absent where it may. */
  readonly stops?: RecordedFailure
}

/** The MES's own word on the revision, the highest ranked that is known. */
interface Word extends Rank {
  readonly accepted: boolean
  readonly reason?: string
}

/** Plain data. */
export interface ReleaseFlow {
  /** The one that the MES knows the plan by. */
  readonly revision: number
  /** The highest one that plans the same; absent where there is none. */
  readonly raisedTo?: number
  /** Raised whenever a person has a step tried again. */
  readonly attempt: number
  readonly policy: ReleasePolicy
  /** As in `ReleaseStarted`. */
  readonly replaces?: number
  readonly begun: boolean
  readonly answers: ReadonlyArray<ReleaseAnswer>
  readonly dispatched: boolean
  readonly word?: Word
  /** The rejection that a person was asked about: the same word stops it once. */
  readonly heard?: string
  readonly acknowledged: boolean
  readonly reported: boolean
  /** The step at which it stands until a person decides. */
  readonly stopped?: ReleaseStep
  /** A person has this step tried again, and nothing came of it yet. */
  readonly tried?: { readonly at: ReleaseStep; readonly resubmission: Resubmission }
  readonly over?: Extract<ReleaseEvent, { readonly type: "ReleaseCancelled" }>["data"]["because"]
  /** That the order isn't to be made has to be told to the MES. */
  readonly withdraws: boolean
}

/** Whatever else an ERP stamps an order with raises its revision, too: that the MES has taken it over, for one. */
export const isSamePlan = Schema.toEquivalence(Schema.Struct(Struct.omit(plan, ["revision"])))

/** Up to this revision there is nothing new to lead to the MES. */
export const ledRevision = ({ raisedTo, revision }: Pick<ReleaseFlow, "raisedTo" | "revision">): number =>
  raisedTo ?? revision

/** What comes next: work of the runner (`check`, `dispatch`, `report`, `withdrawal`), a word from outside, or nothing. */
export type ReleaseStage =
  | "check"
  | "dispatch"
  | "acknowledgement"
  | "report"
  | "withdrawal"
  | "stopped"
  | "done"
  | "over"

interface Asked extends Pick<ReleaseFlow, "policy"> {
  readonly answers: ReadonlyArray<Pick<ReleaseAnswer, "check">>
}

/** The next that is asked. */
export const nextCheck = ({ answers, policy }: Asked) =>
  policy.checks.find(({ check }) => !answers.some((answer) => answer.check === check))

/** All is answered, and nothing of it stops it. */
const isChecked = (flow: ReleaseFlow): boolean =>
  nextCheck(flow) === undefined && flow.answers.every(({ stops }) => stops === undefined)

export const stageOf = (flow: ReleaseFlow): ReleaseStage => {
  if (flow.withdraws) return "withdrawal"
  if (flow.over !== undefined) return "over"
  if (flow.stopped !== undefined) return "stopped"
  if (nextCheck(flow) !== undefined) return "check"
  if (!flow.dispatched) return "dispatch"
  if (!flow.acknowledged) return "acknowledgement"
  return flow.reported ? "done" : "report"
}

/** The revision that the MES has, or may have: what is being dispatched may be there before the journal knows. */
export const heldByMes = (flow: ReleaseFlow): number | undefined =>
  flow.dispatched || isChecked(flow) ? flow.revision : flow.replaces

/** Why the checks stop it, in one: what is worse first. None as long as some aren't answered, or where nothing does. */
export const stoppingFailure = (flow: ReleaseFlow): RecordedFailure | undefined => {
  if (nextCheck(flow) !== undefined) return undefined
  const stops = flow.answers.flatMap(({ stops }) => stops ?? [])
  const failures = stops.toSorted((left, right) => severity(left) - severity(right))
  const [worst] = failures
  if (worst === undefined) return undefined
  return {
    ...worst,
    field: failures.map(({ field }) => field).join(", "),
    reason: failures.map(({ reason }) => reason).join("; "),
    nextStep: failures.map(({ nextStep }) => nextStep).join("; ")
  }
}

/** A check that said no comes before one that said nothing. */
const severity = ({ class: kind }: RecordedFailure): number => (kind === "TechnicalFailure" ? 1 : 0)

/** The rejection that nobody was asked about yet, as a failure. */
export const newRejection = ({ heard, revision, word }: ReleaseFlow): RecordedFailure | undefined =>
  word === undefined || word.accepted || keyOf(word) === heard
    ? undefined
    : recorded(
        new BusinessRuleViolation({
          field: "acknowledgement",
          value: "Rejected",
          reason: `The MES rejects revision ${revision}${word.reason === undefined ? "" : `: ${word.reason}`}`,
          nextStep: "Mend what it names, or cancel the order in the ERP"
        })
      )

export const overdueAcknowledgement = ({ policy, revision }: ReleaseFlow): RecordedFailure =>
  recorded(
    new TechnicalFailure({
      field: "acknowledgement",
      value: "none",
      reason: `The MES hasn't acknowledged revision ${revision} within ${policy.acknowledgedWithinSeconds} s`,
      nextStep: "See that the MES reads mes.commands and answers: a late answer lets it go on by itself"
    })
  )

const keyOf = ({ messageId, source }: Rank): string => `${source}\n${messageId}`

/** After an event of the order's stream; none before `ReleaseStarted`. */
export const evolveRelease = (
  flow: ReleaseFlow | undefined,
  event: AnyEvent & { readonly metadata: MessageMetadata }
): ReleaseFlow | undefined => {
  if (event.type === "ReleaseStarted") return begin(event.data)
  if (flow === undefined) return undefined
  switch (event.type) {
    case "ReleaseCheckPassed":
      return answered(flow, { check: event.data.check })
    case "ReleaseCheckFailed":
      return answered(flow, { check: event.data.check, stops: event.data.failure })
    case "ReleaseCheckUnanswered":
      return answered(flow, unanswered(flow, event.data))
    case "ProductionOrderDispatched":
      return event.data.revision === flow.revision
        ? { ...flow, dispatched: true }
        : { ...flow, replaces: Math.max(event.data.revision, flow.replaces ?? 0) }
    case "ProductionOrderAcknowledged": {
      const rank = rankOf(event.metadata)
      const { actionCode, reason, revision } = event.data
      if (revision !== flow.revision || !outranks(rank, flow.word)) return flow
      const accepted = actionCode === "Accepted"
      return { ...flow, word: { ...rank, accepted, ...(reason === undefined ? {} : { reason }) } }
    }
    case "ReleaseAcknowledged":
      return { ...flow, acknowledged: true }
    case "ReleaseReported":
      return { ...flow, reported: true }
    case "ReleaseStopped": {
      const { at } = event.data
      const { tried: _, ...rest } = flow
      const heard = at === "acknowledgement" && flow.word !== undefined ? { heard: keyOf(flow.word) } : {}
      return { ...rest, ...heard, stopped: at, acknowledged: flow.acknowledged && at !== "acknowledgement" }
    }
    case "ReleaseTriedAgain": {
      const { at, attempt, resubmission } = event.data
      const { stopped: _, ...rest } = flow
      const again = { ...rest, attempt, tried: { at, resubmission } }
      if (at === "checks") return { ...again, answers: [] }
      return at === "acknowledgement" ? { ...again, dispatched: false } : again
    }
    case "ReleaseWentOn":
      return going(flow)
    case "ReleaseWaived": {
      const { at } = event.data
      if (at === "checks") return { ...going(flow), answers: flow.policy.checks.map(({ check }) => ({ check })) }
      return { ...going(flow), ...(at === "report" ? { reported: true } : { acknowledged: true }) }
    }
    case "ReleaseCancelled":
      return { ...going(flow), over: event.data.because, withdraws: event.data.withdraw === true }
    case "ReleaseRevisionRaised":
      return { ...flow, raisedTo: event.data.to }
    case "ProductionOrderWithdrawn":
      return { ...flow, withdraws: false }
    default:
      return flow
  }
}

const begin = ({ begun, policy, replaces, revision }: Started): ReleaseFlow => ({
  revision,
  attempt: 1,
  policy,
  ...(replaces === undefined ? {} : { replaces }),
  begun: begun === true,
  answers: [],
  dispatched: false,
  acknowledged: false,
  reported: false,
  withdraws: false
})
type Started = Extract<ReleaseEvent, { readonly type: "ReleaseStarted" }>["data"]

const answered = (flow: ReleaseFlow, answer: ReleaseAnswer): ReleaseFlow => ({
  ...flow,
  answers: [...flow.answers, answer]
})

/** By the plant's policy it goes on without, or stops. */
const unanswered = ({ policy }: ReleaseFlow, { check, reason }: Unanswered): ReleaseAnswer => {
  const asked = policy.checks.find((asked) => asked.check === check)
  if (asked?.withoutAnswer === "goOn") return { check }
  const failure = new TechnicalFailure({
    field: check,
    value: "no answer",
    reason: `Nobody could say whether ${question[check]} within ${asked?.withinSeconds ?? 0} s: ${reason}`,
    nextStep: "Have what it asks for published or answered"
  })
  return { check, stops: recorded(failure) }
}
type Unanswered = Extract<ReleaseEvent, { readonly type: "ReleaseCheckUnanswered" }>["data"]

const question = {
  materialAvailable: "the material is available",
  revisionValid: "the revision is valid",
  workCenterReady: "the work center is ready"
} as const satisfies { readonly [Check in ReleaseCheck]: string }

/** It stands no more. */
const going = ({ stopped: _, tried: __, ...flow }: ReleaseFlow): ReleaseFlow => flow
