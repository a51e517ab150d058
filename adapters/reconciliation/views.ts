// The views that lots are compared by have all that the journal held a moment ago: a view that is behind would tell stock that
// nothing explains, which a person could book. Used by `seen.ts` alone.
import { Effect, Schedule } from "effect"
import { reactions } from "../../actors/reactions/all.ts"
import { TechnicalFailure } from "../../core/failure.ts"
import { Journal } from "../../core/journal/journal.ts"
import { Checkpoints } from "../../core/port/checkpoints.ts"
import { caughtUp } from "../../projections/checkpoint.ts"

const views = ["orders", "lots", "postings", "reconciliation"]

const patience = { schedule: Schedule.spaced("200 millis"), times: 300 }

const behind = (name: string) =>
  new TechnicalFailure({
    field: "reconcile",
    value: name,
    reason: "It is behind the journal, so lots can't be compared yet",
    nextStep: "Try again once a core that runs has brought it up: npm run traveler -- doctor"
  })

const whenTrue = <E, R>(name: string, isThere: Effect.Effect<boolean, E, R>) =>
  isThere.pipe(
    Effect.filterOrFail(
      (yes) => yes,
      () => behind(name)
    ),
    Effect.retry(patience)
  )

/** First what tells lots of what orders say, then all that reads it. */
export const viewsAreThere = Effect.gen(function* () {
  const journal = yield* Journal
  const checkpoints = yield* Checkpoints
  const heads = yield* journal.heads
  for (const { name } of reactions) {
    const hasRead = Effect.map(checkpoints.load(`reaction/${name}`), (at) =>
      [...heads].every(([partition, head]) => (at.get(partition) ?? 0) >= head)
    )
    yield* whenTrue(`reaction ${name}`, hasRead)
  }
  const told = yield* journal.heads
  for (const name of views) yield* whenTrue(`view ${name}`, caughtUp(name, told))
})
