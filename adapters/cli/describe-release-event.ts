// An event of an order's way to the MES in one plain line. Used by `describe-event.ts` alone.
import type { ReleaseEvent } from "../../core/event/release.ts"

const ends = {
  orderCancelled: "the order is cancelled",
  orderCompleted: "the order is complete",
  revisionChanged: "the order has a new revision"
} as const

const steps = { checks: "its checks", acknowledgement: "the MES's acknowledgement", report: "telling the ERP" } as const

const again = (attempt: number): string => (attempt === 1 ? "" : ` (attempt ${attempt})`)

export const describeReleaseEvent = ({ data, type }: ReleaseEvent): string => {
  switch (type) {
    case "ReleaseStarted":
      return `release of revision ${data.revision} to the MES begun: ${data.policy.checks.map(({ check }) => check).join(", ") || "nothing to check"}${data.replaces === undefined ? "" : `; the MES has revision ${data.replaces}`}`
    case "ReleaseCheckPassed":
      return `release check ${data.check} passed${again(data.attempt)}`
    case "ReleaseCheckFailed":
      return `release check ${data.check} failed${again(data.attempt)}: ${data.failure.reason}`
    case "ReleaseCheckUnanswered":
      return `release check ${data.check} had no answer in time${again(data.attempt)}: ${data.reason}`
    case "ProductionOrderDispatched":
      return `revision ${data.revision} dispatched to the MES${again(data.attempt)}${data.acknowledgedWithinSeconds === undefined ? "" : `, to be acknowledged within ${data.acknowledgedWithinSeconds} s`}`
    case "ReleaseAcknowledged":
      return `the MES has revision ${data.revision}, ${data.by === "answer" ? "as it said" : "as work on it shows"}`
    case "ReleaseReported":
      return data.omitted === undefined
        ? `the ERP was told that the MES has revision ${data.revision}`
        : `the ERP isn't told that the MES has revision ${data.revision}: ${data.omitted}`
    case "ReleaseStopped":
      return `release stands at ${steps[data.at]}: ${data.failure.reason}`
    case "ReleaseTriedAgain":
      return `release tries ${steps[data.at]} again${again(data.attempt)} by case ${data.resubmission.caseId}`
    case "ReleaseWentOn":
      return "release goes on"
    case "ReleaseWaived":
      return `release goes on without ${steps[data.at]}: waived by case ${data.caseId}`
    case "ReleaseCancelled":
      return `release of revision ${data.revision} ends: ${ends[data.because]}${data.withdraw === true ? "; the MES is told" : ""}`
    case "ReleaseRevisionRaised":
      return `revision ${data.to} plans the same as revision ${data.revision}: the MES has nothing to do`
    case "ProductionOrderWithdrawn":
      return `revision ${data.revision} withdrawn from the MES`
  }
}
