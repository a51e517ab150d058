// The port of the register of persons: badges and names stay in one table that can be erased.
import { Context, type Effect } from "effect"
import type { TechnicalFailure } from "../failure.ts"
import type { Badge, PersonId, PlantId } from "../plant/identifiers.ts"

export class Persons extends Context.Service<
  Persons,
  {
    /** The random id of each badge, given on first sight and kept. Known ones are answered from memory. */
    readonly identify: (
      badges: ReadonlyArray<{ readonly plant: PlantId; readonly badge: Badge }>
    ) => Effect.Effect<ReadonlyArray<PersonId>, TechnicalFailure>
  }
>()("traveler/core/Persons") {}
