// `traveler replay equipment`: what was known of a work center at a moment, or what changed of that between two.
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { PlantId, WorkCenterId } from "../../../../core/plant/identifiers.ts"
import type { EquipmentAsOf } from "../../../../projections/equipment/as-of.ts"
import { equipmentSubject } from "../../../replay/subjects.ts"
import { doingNow, sevenDays } from "../../describe-equipment.ts"
import { knownWorkCenter } from "../../known-work-centers.ts"
import { withStorage } from "../../with-core.ts"
import { momentFlags, replay } from "./moment.ts"

const id = Argument.String("workcenter").pipe(
  Argument.withSchema(WorkCenterId),
  Argument.withDescription("Its id at the plant")
)
const plant = Flag.String("plant").pipe(
  Flag.withSchema(PlantId),
  Flag.withDescription("Of this plant, where several have it"),
  Flag.optional
)

const linesOf = (name: string) => (state: EquipmentAsOf) => [
  `${name}: ${doingNow(state).join("; ")}`,
  "",
  ...sevenDays(state)
]

export const equipment = Command.make("equipment", { id, plant, ...momentFlags }, ({ id, plant, ...flags }) =>
  withStorage((settings) =>
    Effect.gen(function* () {
      const known = yield* knownWorkCenter(id, plant)
      const words = linesOf(`${known.plant} ${known.workCenterId}`)
      return yield* replay(yield* equipmentSubject(known.plant, known.workCenterId, words), flags, settings)
    })
  )
).pipe(Command.withDescription("Show what was known of a work center, or what changed of that between two moments"))
