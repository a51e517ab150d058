// The one table that sorts Tryton's errors into the three failures and the doubt. Used inside adapters/erp/tryton.
// On the wire they have no code, only a type and a text, so the session's language is pinned to English.
import { BusinessRuleViolation, DataQualityIssue, type Failure, TechnicalFailure } from "../../../core/failure.ts"
import { type ErpFailure, type Obstacle, OutcomeUnknown } from "../../../core/port/erp.ts"

type Fields = { readonly [Field in "field" | "value" | "reason" | "nextStep"]: string }

/** What Tryton said in place of a result; the request's transaction was rolled back, unless `type` is unknown. */
export interface Refusal {
  /** `UserError`, `UserWarning`, `ConcurrencyException`; the text of a Python exception for all else. */
  readonly type: string
  readonly text: string
}

interface Row {
  readonly code: string
  readonly matches: RegExp
  /** Undefined: whether it was done can't be told. */
  readonly failure?: new (
    fields: Fields
  ) => Failure
  readonly nextStep: string
}

const again = "Nothing to do: it is tried again"

/** Texts of Tryton's own messages (6.0), the first that matches. */
const ofUsers: ReadonlyArray<Row> = [
  {
    code: "PERIOD_CLOSED",
    matches: /must reopen period/,
    failure: BusinessRuleViolation,
    nextStep: "Open the stock period, or decide on a later posting date"
  },
  {
    code: "LOT_MISSING",
    matches: /must provide a stock lot/,
    failure: DataQualityIssue,
    nextStep: "Report the lot, or let the product be moved without one"
  },
  {
    code: "WORK_UNFINISHED",
    matches: /must be finished/,
    failure: BusinessRuleViolation,
    nextStep: "Finish the production's works in Tryton"
  },
  {
    code: "FUTURE_DATE",
    matches: /effective dates in the future/,
    failure: BusinessRuleViolation,
    nextStep: "Resubmit it on that day"
  },
  {
    code: "NOT_ALLOWED",
    matches: /not allowed to (access|create|read|write|delete)|Calling button/,
    failure: TechnicalFailure,
    nextStep: "Give Traveler's user of Tryton the right; it is tried again"
  },
  {
    code: "GONE",
    matches: /don't exist anymore/,
    failure: TechnicalFailure,
    nextStep: again
  },
  {
    code: "INVALID",
    matches:
      /exceeds the limit|not valid according to its domain|value is required|too long|invalid chars|allowed options|does not exist|must be positive/,
    failure: DataQualityIssue,
    nextStep: "Correct the record that Tryton names, or the message"
  }
]

/** Texts of Python's exceptions. */
const ofPython: ReadonlyArray<Row> = [
  {
    code: "CONTENTION",
    matches: /could not obtain lock|could not serialize|deadlock detected|database is locked/,
    failure: TechnicalFailure,
    nextStep: again
  },
  {
    code: "EXISTS",
    matches: /duplicate key value|UNIQUE constraint failed/,
    failure: TechnicalFailure,
    nextStep: again
  },
  {
    code: "INVALID",
    matches: /cannot convert between|Missing context argument|^'[^']*'$|has no attribute|unexpected keyword/,
    failure: DataQualityIssue,
    nextStep: "Correct the units or the product in Tryton; else mend the adapter"
  }
]

const row = ({ text, type }: Refusal): Row => {
  switch (type) {
    case "UserError":
      return (
        ofUsers.find(({ matches }) => matches.test(text)) ?? {
          code: "REFUSED",
          matches: /^/,
          failure: BusinessRuleViolation,
          nextStep: "Do in Tryton what it asks for, and resubmit"
        }
      )
    case "UserWarning":
      return (
        ofUsers.find(({ matches }) => matches.test(text)) ?? {
          code: "WARNING",
          matches: /^/,
          failure: BusinessRuleViolation,
          nextStep: "Tryton asks for a decision: take it there and waive, or correct the report"
        }
      )
    case "ConcurrencyException":
      return { code: "CONTENTION", matches: /^/, failure: TechnicalFailure, nextStep: again }
    default:
      // A lost database, a bug: the commit may have been before or after it.
      return ofPython.find(({ matches }) => matches.test(text)) ?? { code: "UNKNOWN", matches: /^/, nextStep: again }
  }
}

export const codeOf = (refusal: Refusal): string => row(refusal).code

export const classify = (refusal: Refusal): Failure | OutcomeUnknown => {
  const { code, failure, nextStep } = row(refusal)
  return failure === undefined
    ? new OutcomeUnknown({ reason: `Tryton failed: ${refusal.text}` })
    : new failure({ field: "tryton", value: code, reason: refusal.text, nextStep })
}

/**
 * Found by the adapter before anything is written; one that is closed while a record is on its way leaves that behind, which
 * has its date. Who is quicker with a product is only told once all tries are over, and doesn't say which it is.
 */
export const obstacleOf = ({ field, value }: ErpFailure): Obstacle | undefined =>
  field === "postingDate" && value === "PERIOD_CLOSED"
    ? { is: "closedPeriod", opens: [] }
    : value === "CONTENTION"
      ? { is: "lockedItem" }
      : undefined
