// The port of the checkpoints: how far a reader of the journal has come, per partition.
import { Context, type Effect } from "effect"
import type { TechnicalFailure } from "../failure.ts"

export type Checkpoint = ReadonlyMap<number, number>

export class Checkpoints extends Context.Service<
  Checkpoints,
  {
    /** The offsets that `reader` has handled; partitions not in the map start at 0. */
    readonly load: (reader: string) => Effect.Effect<Checkpoint, TechnicalFailure>
    /** Moves forward the partitions named; never back, so that two owners of a reader can't undo each other. */
    readonly save: (reader: string, offsets: Checkpoint) => Effect.Effect<void, TechnicalFailure>
  }
>()("traveler/core/Checkpoints") {}
