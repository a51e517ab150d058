// The one table that sorts the sandbox ERP's refusals into the three failures. Used by `client.ts` alone.
import { BusinessRuleViolation, DataQualityIssue, type Failure, TechnicalFailure } from "../../../core/failure.ts"
import type { ErpFailure, Obstacle } from "../../../core/port/erp.ts"
import type { Refusal, RefusalCode } from "./contract.ts"

type Fields = { readonly [Field in "field" | "value" | "reason" | "nextStep"]: string }

const table: {
  readonly [Code in RefusalCode]: { readonly failure: new (fields: Fields) => Failure; readonly nextStep: string }
} = {
  UNAVAILABLE: { failure: TechnicalFailure, nextStep: "Nothing to do: the posting is tried again" },
  ORDER_LOCKED: { failure: TechnicalFailure, nextStep: "Nothing to do: it is tried again until the order is unlocked" },
  ITEM_LOCKED: { failure: TechnicalFailure, nextStep: "Nothing to do: it is tried again until the item is unlocked" },
  PERIOD_CLOSED: { failure: BusinessRuleViolation, nextStep: "Open the period, or decide on a later posting date" },
  OVER_DELIVERY: { failure: BusinessRuleViolation, nextStep: "Approve the surplus, or correct the report" },
  FINALLY_CONFIRMED: {
    failure: BusinessRuleViolation,
    nextStep: "Reopen the operation, or book what is late by hand"
  },
  DEFICIT: { failure: BusinessRuleViolation, nextStep: "Find out what came into that lot and isn't booked; count it" },
  UNKNOWN_DOCUMENT: { failure: BusinessRuleViolation, nextStep: "Find out why the document to reverse isn't there" },
  ALREADY_REVERSED: { failure: BusinessRuleViolation, nextStep: "Find out who reversed the document" },
  KEY_REUSED: { failure: DataQualityIssue, nextStep: "Compare the two contents that were sent with one key" },
  INVALID: { failure: DataQualityIssue, nextStep: "Mend the mapping that made this document" }
}

export const classify = (refusal: Refusal): Failure => {
  const { failure, nextStep } = table[refusal.code]
  return new failure({ field: "code", value: refusal.code, reason: refusal.message, nextStep })
}

const firstOpenDay = /^Posting only possible from (\d{4}-\d\d-\d\d)/

export const obstacleOf = ({ reason, value }: ErpFailure): Obstacle | undefined => {
  if (value === "ITEM_LOCKED") return { is: "lockedItem" }
  if (value !== "PERIOD_CLOSED") return undefined
  const day = firstOpenDay.exec(reason)?.[1]
  return { is: "closedPeriod", opens: day === undefined ? [] : [day] }
}
