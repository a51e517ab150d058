// A person's decision about a plant, told to the core, until a view shows it. Used by `plants`.
import { Effect, Schedule } from "effect"
import { route } from "../../actors/route.ts"
import { TechnicalFailure } from "../../core/failure.ts"
import type { PlantDecision } from "../../core/message/plant.ts"
import type { Settings } from "../config.ts"
import { tellCore, toCommands } from "./tell-core.ts"
import { requireCore } from "./with-core.ts"

/** For a view that is drowning; one that is up shows it within a moment. */
const patience = { schedule: Schedule.spaced("100 millis"), times: 600 }

/** Succeeds once `isShown`. */
export const decideOnPlant = <E, R>(
  settings: Settings,
  decision: PlantDecision,
  isShown: Effect.Effect<boolean, E, R>
) =>
  Effect.gen(function* () {
    const { body, type } = decision
    yield* requireCore(settings)
    yield* tellCore(toCommands(type, body, route(body.plantId, decision)))
    yield* isShown.pipe(
      Effect.filterOrFail(
        (shown) => shown,
        () =>
          new TechnicalFailure({
            field: "plant",
            value: body.plantId,
            reason: "The decision is recorded, but no view has shown it yet",
            nextStep: "See later: npm run traveler -- plants list"
          })
      ),
      Effect.retry(patience)
    )
  })
