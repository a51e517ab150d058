// The check `revisionValid`: what the release pins is published, not taken back, for that item and valid now. Used by
// `checks.ts` alone.
import { Effect } from "effect"
import { DataQualityIssue } from "../../../core/failure.ts"
import { instant, type OccurredAt } from "../../../core/plant/time.ts"
import type { ReleaseQuestion } from "../../../core/port/release-check.ts"
import { pinnedBill, pinnedDefinition } from "./definitions.ts"

interface Published {
  /** In words. */
  readonly what: string
  readonly deleted: boolean
  readonly content: {
    readonly itemId?: string
    readonly validFrom?: OccurredAt
    readonly validTo?: OccurredAt
  }
}

const invalid = (value: string, reason: string) =>
  new DataQualityIssue({
    field: "revisionValid",
    value,
    reason,
    nextStep: "Have it published as it should be, or the order changed to a version that is valid"
  })

const wrongWith = ({ content, deleted, what }: Published, { now, plan }: ReleaseQuestion): string | undefined => {
  const { itemId, validFrom, validTo } = content
  if (deleted) return `The ERP has taken back ${what}`
  if (itemId !== undefined && itemId !== plan.itemId) return `The ${what} is for item ${itemId}, not ${plan.itemId}`
  if (validFrom !== undefined && now < instant(validFrom)) return `The ${what} is valid from ${validFrom}`
  return validTo !== undefined && now >= instant(validTo) ? `The ${what} was valid until ${validTo}` : undefined
}

export const revisionValid = Effect.fnUntraced(function* (question: ReleaseQuestion) {
  const definition = yield* pinnedDefinition(question.plant, question.plan)
  const bill = yield* pinnedBill(question.plant, definition.content)
  for (const published of bill === undefined ? [definition] : [definition, bill]) {
    const reason = wrongWith(published, question)
    if (reason !== undefined) return yield* invalid(published.what, reason)
  }
})
