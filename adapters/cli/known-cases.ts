// The cases that a command names: all of them, or a failure before anything is done. Used by `exceptions`.
import { Effect } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import type { CaseId } from "../../core/plant/identifiers.ts"
import { caseById, casesById } from "../../projections/exceptions/queries.ts"

const unknown = (id: CaseId) =>
  new DataQualityIssue({
    field: "id",
    value: id,
    reason: "There is no such case",
    nextStep: "See: npm run traveler -- exceptions list"
  })

export const knownCase = Effect.fnUntraced(function* (id: CaseId) {
  const row = yield* caseById(id)
  return row ?? (yield* unknown(id))
})

/** In the order of the ids, by one query. */
export const knownCases = Effect.fnUntraced(function* (ids: ReadonlyArray<CaseId>) {
  const rows = new Map((yield* casesById(ids)).map((row) => [row.id, row]))
  return yield* Effect.forEach(ids, (id) => {
    const row = rows.get(id)
    return row === undefined ? Effect.fail(unknown(id)) : Effect.succeed(row)
  })
})
