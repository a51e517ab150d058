// The ports of the checks before an order goes to its plant's MES. Success is a yes; nobody says yes by default. Adapters:
// adapters/release/checks.
import { Context, type Effect, Schema } from "effect"
import type { BusinessRuleViolation, DataQualityIssue, TechnicalFailure } from "../failure.ts"
import { plan } from "../message/order.ts"
import type { OrderId, PlantId } from "../plant/identifiers.ts"
import type { ReleaseCheck } from "../plant/release-policy.ts"

/** What the revision plans that is to be released. */
export const ReleasedPlan = Schema.Struct(plan)
export type ReleasedPlan = typeof ReleasedPlan.Type

export interface ReleaseQuestion {
  readonly plant: PlantId
  readonly orderId: OrderId
  readonly plan: ReleasedPlan
  /** Milliseconds since 1970. */
  readonly now: number
}

/** What it takes to say yes or no isn't known. It is asked again as long as it may take, unless that can't help. */
export class NoAnswer extends Schema.TaggedError<NoAnswer>()("NoAnswer", {
  reason: Schema.String,
  forGood: Schema.optionalKey(Schema.Literal(true))
}) {}

/** It may not be released as it is. */
export type ReleaseRefusal = BusinessRuleViolation | DataQualityIssue

export type ReleaseAnswering = (
  question: ReleaseQuestion
) => Effect.Effect<void, ReleaseRefusal | NoAnswer | TechnicalFailure>

export class ReleaseChecks extends Context.Service<
  ReleaseChecks,
  { readonly [Check in ReleaseCheck]: ReleaseAnswering }
>()("traveler/core/ReleaseChecks") {}
