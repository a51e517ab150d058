// The check `workCenterReady`: work can be begun where the order's first operation is planned. Later ones are days away.
// Used by `checks.ts` alone.
import { Effect } from "effect"
import { BusinessRuleViolation } from "../../../core/failure.ts"
import { NoAnswer, type ReleaseQuestion } from "../../../core/port/release-check.ts"
import { readinessOf } from "../../../projections/equipment/queries.ts"
import { timeOf } from "../release-message.ts"

export const workCenterReady = Effect.fnUntraced(function* ({ now, plan, plant }: ReleaseQuestion) {
  const [first] = plan.operations
  const workCenter = first?.workCenterId
  if (workCenter === undefined) {
    return yield* new NoAnswer({ reason: "The first operation names no work center", forGood: true })
  }
  const readiness = yield* readinessOf(plant, workCenter, timeOf(now))
  if (readiness === "unknown") return yield* new NoAnswer({ reason: `Nothing was ever said of ${workCenter}` })
  if (readiness.ready) return
  return yield* new BusinessRuleViolation({
    field: "workCenterReady",
    value: workCenter,
    reason: `Work center ${workCenter} isn't ready: ${readiness.reason}`,
    nextStep: "Have it made ready, or the order planned elsewhere"
  })
})
