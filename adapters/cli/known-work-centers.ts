// The work center that a command names. Used by `equipment` and `replay equipment`.
import { Effect, Option } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import type { PlantId, WorkCenterId } from "../../core/plant/identifiers.ts"
import { workCenters } from "../../projections/equipment/queries.ts"

export const knownWorkCenter = Effect.fnUntraced(function* (id: WorkCenterId, plant: Option.Option<PlantId>) {
  const found = yield* workCenters({ id, ...(Option.isSome(plant) ? { plant: plant.value } : {}) })
  const [only, ...others] = found
  if (only !== undefined && others.length === 0) return only
  return yield* new DataQualityIssue({
    field: "workcenter",
    value: id,
    reason:
      only === undefined ? "Nobody has said anything of a work center of this id" : `${found.length} plants have it`,
    nextStep:
      only === undefined
        ? "Look for it: npm run traveler -- equipment list"
        : `Say which plant's: ${found.map(({ plant }) => `--plant ${plant}`).join(", ")}`
  })
})
