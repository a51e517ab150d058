// The three ways in which something fails, as values. Anyone may import this file.
// DOMAIN.md, ErrorClass; at the edge they map to B2MML SystemError, BusinessError and Other("DataError").
import { Schema } from "effect"

const fields = {
  /** What was looked at: a field's path, a queue, an endpoint. */
  field: Schema.String,
  /** What was found there, cut to 200 characters. */
  value: Schema.String,
  reason: Schema.String,
  /** What the person who reads this should do next. */
  nextStep: Schema.String
}

/** Mends itself by retry; no person until its time is up. */
export class TechnicalFailure extends Schema.TaggedError<TechnicalFailure>()("TechnicalFailure", fields) {}

/** A supervisor decides. */
export class BusinessRuleViolation extends Schema.TaggedError<BusinessRuleViolation>()(
  "BusinessRuleViolation",
  fields
) {}

/** A steward mends data or mapping. */
export class DataQualityIssue extends Schema.TaggedError<DataQualityIssue>()("DataQualityIssue", fields) {}

/** What a thrown value says, whatever it is. */
export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

export type Failure = TechnicalFailure | BusinessRuleViolation | DataQualityIssue

/** A failure as an event holds it. */
export const RecordedFailure = Schema.Struct({
  class: Schema.Literals(["TechnicalFailure", "BusinessRuleViolation", "DataQualityIssue"]),
  ...fields
})
export type RecordedFailure = typeof RecordedFailure.Type

/** Nearly every text, and found out in a fraction of the time. */
const plain = /^[ -~]*$/

/** Text from outside as it may be recorded: a view can't hold a NUL or a lone surrogate, a terminal should get neither. */
export const legible = (text: string): string =>
  plain.test(text) ? text : text.toWellFormed().replace(/\p{Cc}/gu, "\uFFFD")

export const recorded = (failure: Failure): RecordedFailure => ({
  class: failure._tag,
  field: legible(failure.field),
  value: legible(failure.value.slice(0, 200)),
  reason: legible(failure.reason),
  nextStep: legible(failure.nextStep)
})
