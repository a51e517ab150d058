// The cases of a simulated plant that aren't closed. Used by `simulate --check` and `simulate --repair`.
import { Effect } from "effect"
import { category, lotOf, StreamName } from "../../core/journal/stream.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { type CaseRow, listCases } from "../../projections/exceptions/queries.ts"
import { numbersElsewhere } from "../simulator/receiving.ts"

const most = 1_000_000

/** A case about a lot that is of no plant's scope has no plant. */
const isOf = (plant: PlantId, { plant: of, waiting }: CaseRow): boolean => {
  if (of !== null) return of === plant
  const stream = StreamName(waiting ?? "")
  return category(stream) === "lot" && lotOf(stream).lotId.startsWith(numbersElsewhere(plant))
}

export const casesLeft = Effect.fnUntraced(function* (plants: ReadonlyArray<PlantId>) {
  const rows = [...(yield* listCases({ state: "open" }, most)), ...(yield* listCases({ state: "resubmitted" }, most))]
  return rows.filter((row) => plants.some((plant) => isOf(plant, row)))
})
