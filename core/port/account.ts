// The port of the intake's account: what the journal can't count, since a duplicate appends nothing.
import { Context, type Effect } from "effect"

export class IntakeAccount extends Context.Service<
  IntakeAccount,
  {
    /** So many more duplicates came by this queue. Never fails: a count that can't be saved now is saved later. */
    readonly addDuplicates: (queue: string, count: number) => Effect.Effect<void>
  }
>()("traveler/core/IntakeAccount") {}
