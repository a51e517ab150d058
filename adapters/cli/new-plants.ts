// Names for the two plants of a run, so that a database holds many. Used by `simulate` and the demo.
import { Clock, Effect } from "effect"
import { PlantId } from "../../core/plant/identifiers.ts"
import type { Plants } from "../simulator/simulation.ts"

export const newPlants = (prefix = "") =>
  Effect.map(Clock.currentTimeMillis, (now): Plants => {
    const named = (kind: string) => PlantId.make(`${prefix}${kind}-${now.toString(36)}`)
    return { discrete: named("gearbox"), process: named("lacquer") }
  })
