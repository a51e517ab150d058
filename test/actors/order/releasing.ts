// An order on its way to the MES: what the release runner, its timer and people say. Used by the order actor's tests alone.
import { orderDecider } from "../../../actors/order/decider.ts"
import type { CaseSubject } from "../../../core/message/exception.ts"
import type { ReleaseMessage } from "../../../core/message/release.ts"
import { Source } from "../../../core/plant/identifiers.ts"
import type { ReleaseCheck, ReleasePolicy } from "../../../core/plant/release-policy.ts"
import { stageOf } from "../../../core/release-flow.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"

export const policy = (withoutAnswer: "stop" | "goOn" = "stop"): ReleasePolicy => ({
  checks: [
    { check: "materialAvailable", withinSeconds: 60, withoutAnswer },
    { check: "revisionValid", withinSeconds: 60, withoutAnswer },
    { check: "workCenterReady", withinSeconds: 60, withoutAnswer }
  ],
  acknowledgedWithinSeconds: 900
})

export const checks = [
  "materialAvailable",
  "revisionValid",
  "workCenterReady"
] as const satisfies ReadonlyArray<ReleaseCheck>

let told = 0
const metadata = () => floor.metadata({ id: `release/${++told}`, source: Source.make("traveler/release") })
const said = (message: ReleaseMessage): floor.Message => ({ ...message, metadata: metadata() })
const about = { occurredAt: floor.at(0) }
const step = (revision: number, attempt: number) => ({ ...about, revision, attempt })

export const due = (revision = 1, withPolicy = policy(), replaces?: number) =>
  said({
    type: "ReleaseDue",
    body: { ...about, revision, policy: withPolicy, ...(replaces === undefined ? {} : { replaces }) }
  })

export const passed = (check: ReleaseCheck, revision = 1, attempt = 1) =>
  said({ type: "ReleaseCheckPassed", body: { ...step(revision, attempt), check } })

export const failure = {
  class: "BusinessRuleViolation",
  field: "materialAvailable",
  value: "STEEL",
  reason: "40 KGM of STEEL are missing",
  nextStep: "Have it delivered"
} as const

export const failed = (check: ReleaseCheck, revision = 1, attempt = 1) =>
  said({
    type: "ReleaseCheckFailed",
    body: { ...step(revision, attempt), check, failure: { ...failure, field: check } }
  })

export const unanswered = (check: ReleaseCheck, revision = 1, attempt = 1) =>
  said({ type: "ReleaseCheckUnanswered", body: { ...step(revision, attempt), check, reason: "Down" } })

export const dispatched = (revision = 1, attempt = 1) =>
  said({ type: "ProductionOrderDispatched", body: step(revision, attempt) })

export const reported = (revision = 1, attempt = 1) => said({ type: "ReleaseReported", body: step(revision, attempt) })

export const refused = (revision = 1, attempt = 1) =>
  said({ type: "ReleaseReportRefused", body: { ...step(revision, attempt), failure: { ...failure, field: "order" } } })

export const withdrawn = (revision = 1) => said({ type: "ProductionOrderWithdrawn", body: { ...about, revision } })

export const overdue = (revision = 1, attempt = 1): floor.Message => ({
  type: "AcknowledgementOverdue",
  body: step(revision, attempt),
  metadata: floor.metadata({ id: `timer/${++told}`, source: Source.make("traveler/timer") })
})

export const subject = (revision = 1): CaseSubject => ({ kind: "release", revision, stream: floor.stream })

export const triedAgain = (attempt = 1, revision = 1): floor.Message => ({
  type: "CaseResubmittedNotice",
  body: { caseId: floor.someCase, ...about, attempt, subject: subject(revision) },
  metadata: floor.metadata({ id: `notice/${++told}`, source: Source.make("traveler/decisions") })
})

export const waived = (revision = 1) =>
  floor.closedNotice(`notice/${++told}`, floor.someCase, subject(revision), "waived")

export const resubmission = (attempt = 1) => ({ caseId: floor.someCase, attempt })

/** How far it has come, by the step that is to come next. */
export const stages = ["check", "dispatch", "acknowledgement", "report", "done"] as const
type Stage = (typeof stages)[number]

/** Released, and led to before this step. */
export const orderBefore = (stage: Stage) => {
  const order = specification(orderDecider).when(floor.released({ id: "release" }), due())
  const steps = {
    check: checks.map((check) => passed(check)),
    dispatch: [dispatched()],
    acknowledgement: [floor.acknowledged({ id: "ack" })],
    report: [reported()]
  } as const
  for (const name of ["check", "dispatch", "acknowledgement", "report"] as const) {
    if (name === stage) return order
    order.when(...steps[name])
  }
  return order
}

/** What its release waits for. */
export const stageNow = ({ state }: ReturnType<typeof orderBefore>) =>
  state.course.release === undefined ? undefined : stageOf(state.course.release)
