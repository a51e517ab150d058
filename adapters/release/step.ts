// One step of one release: what is done in the world, and what the order is told of it. Used by `runner.ts` alone.
import { Clock, Duration, Effect, Result } from "effect"
import { recorded, TechnicalFailure } from "../../core/failure.ts"
import type { ReleaseMessage } from "../../core/message/release.ts"
import type { ReleaseCheck } from "../../core/plant/release-policy.ts"
import { Broker } from "../../core/port/broker.ts"
import { Erp } from "../../core/port/erp.ts"
import { NoAnswer, ReleaseChecks } from "../../core/port/release-check.ts"
import { nextCheck } from "../../core/release-flow.ts"
import type { WorkingRelease } from "../../projections/releases/queries.ts"
import { dispatchOf, timeOf, withdrawalOf } from "./release-message.ts"

/** One question takes no longer than this, so that a check that hangs is asked again; milliseconds, as all here. */
const longestQuestion = 10_000

/** So long is the ERP told in vain until a person is asked. */
const tellingPatience = 60 * 60 * 1_000

/** What the order is told, or why it is tried again later. */
type StepOutcome = Result.Result<ReleaseMessage, string>

const later = (reason: string): StepOutcome => Result.fail(reason)

const asked = (check: ReleaseCheck, release: WorkingRelease, now: number, longest: number) =>
  Effect.gen(function* () {
    const checks = yield* ReleaseChecks
    const { orderId, plan, plant } = release
    return yield* checks[check]({ plant, orderId, plan, now }).pipe(
      Effect.timeoutOrElse({
        duration: Duration.millis(longest),
        orElse: () => Effect.fail(new NoAnswer({ reason: "No answer came" }))
      }),
      // What breaks can't say yes or no: it may take no longer than what is silent.
      Effect.catchDefect((defect) => Effect.fail(new NoAnswer({ reason: `It broke: ${String(defect)}` }))),
      Effect.result
    )
  })

/** A check that has no answer is asked again until its time is up, and once more after a crash that took longer. */
const check = Effect.fnUntraced(function* (release: WorkingRelease) {
  const { flow, since } = release
  const next = nextCheck(flow)
  if (next === undefined) return later("All is answered")
  const { check, withinSeconds } = next
  const begun = yield* Clock.currentTimeMillis
  const until = since + withinSeconds * 1_000
  const longest = Math.min(longestQuestion, Math.max(1_000, until - begun))
  const answer = yield* asked(check, release, begun, longest)
  const now = yield* Clock.currentTimeMillis
  const about = { occurredAt: timeOf(now), revision: flow.revision, attempt: flow.attempt, check }
  if (Result.isSuccess(answer)) return Result.succeed<ReleaseMessage>({ type: "ReleaseCheckPassed", body: about })
  const { failure } = answer
  if (failure._tag === "BusinessRuleViolation" || failure._tag === "DataQualityIssue") {
    return Result.succeed<ReleaseMessage>({
      type: "ReleaseCheckFailed",
      body: { ...about, failure: recorded(failure) }
    })
  }
  const { reason } = failure
  const isOver = now >= until || (failure._tag === "NoAnswer" && failure.forGood === true)
  return isOver
    ? Result.succeed<ReleaseMessage>({ type: "ReleaseCheckUnanswered", body: { ...about, reason } })
    : later(reason)
})

/** Told to the order once the broker has confirmed it: a crash between the two publishes it again under the same id. */
const dispatch = Effect.fnUntraced(function* (release: WorkingRelease, traceparent: string) {
  const broker = yield* Broker
  const { attempt, revision } = release.flow
  yield* broker.publish([dispatchOf(release, traceparent)])
  const occurredAt = timeOf(yield* Clock.currentTimeMillis)
  return Result.succeed<ReleaseMessage>({
    type: "ProductionOrderDispatched",
    body: { occurredAt, revision, attempt }
  })
})

const withdraw = Effect.fnUntraced(function* (release: WorkingRelease, traceparent: string) {
  const broker = yield* Broker
  const { revision } = release.flow
  yield* broker.publish([withdrawalOf(release, traceparent)])
  const occurredAt = timeOf(yield* Clock.currentTimeMillis)
  return Result.succeed<ReleaseMessage>({ type: "ProductionOrderWithdrawn", body: { occurredAt, revision } })
})

const overdue = ({ field, reason, value }: TechnicalFailure) =>
  new TechnicalFailure({
    field,
    value,
    reason: `The ERP couldn't be told for an hour that the MES has the order: ${reason}`,
    nextStep: "See that the ERP answers, or that it needn't know"
  })

const report = Effect.fnUntraced(function* ({ flow, orderId, plant, since }: WorkingRelease) {
  const erp = yield* Erp
  const { attempt, revision } = flow
  const hasWord = erp.capabilities.books.has("releasedToMes")
  const told = hasWord ? yield* Effect.result(erp.releasedToMes(plant, orderId, revision)) : Result.void
  const now = yield* Clock.currentTimeMillis
  const about = { occurredAt: timeOf(now), revision, attempt }
  if (Result.isSuccess(told)) {
    const omitted = hasWord ? {} : { omitted: `ERP ${erp.name} has no word for it` }
    return Result.succeed<ReleaseMessage>({ type: "ReleaseReported", body: { ...about, ...omitted } })
  }
  const { failure } = told
  if (failure._tag === "TechnicalFailure" && now < since + tellingPatience) return later(failure.reason)
  const refused = recorded(failure._tag === "TechnicalFailure" ? overdue(failure) : failure)
  return Result.succeed<ReleaseMessage>({ type: "ReleaseReportRefused", body: { ...about, failure: refused } })
})

export const takeStep = (
  release: WorkingRelease,
  traceparent: string
): Effect.Effect<StepOutcome, never, Broker | Erp | ReleaseChecks> => {
  switch (release.stage) {
    case "check":
      return check(release)
    case "dispatch":
      return Effect.catch(dispatch(release, traceparent), ({ reason }) => Effect.succeed(later(reason)))
    case "report":
      return report(release)
    case "withdrawal":
      return Effect.catch(withdraw(release, traceparent), ({ reason }) => Effect.succeed(later(reason)))
  }
}

/** In the message's id: which of an attempt's steps it is. */
export const stepName = ({ flow, stage }: WorkingRelease): string =>
  stage === "check" ? (nextCheck(flow)?.check ?? stage) : stage
