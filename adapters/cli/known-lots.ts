// The lot that a command names, and its whole name. Used by `lot` and `why`.
import { Effect } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import type { LotKey } from "../../core/plant/lot.ts"
import { lotsCalled } from "../../projections/lots/queries.ts"

export const fullName = ({ itemId, lotId, scope }: LotKey): string => `${scope}/${itemId}/${lotId}`

export const knownLot = Effect.fnUntraced(function* (id: string) {
  const found = yield* lotsCalled(id)
  const [only, ...others] = found
  if (only !== undefined && others.length === 0) return only
  return yield* new DataQualityIssue({
    field: "lot",
    value: id,
    reason: only === undefined ? "No lot has this number" : `${found.length} lots have it`,
    nextStep:
      only === undefined
        ? "Give its number as the plant has it; npm run traveler -- doctor tells whether messages still wait"
        : `Give it with its scope and item: ${found.map(fullName).join(", ")}`
  })
})
