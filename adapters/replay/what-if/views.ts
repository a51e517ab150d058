// The views whose rows are compared, filled from the scratch journal once everything is played. Used by `main.ts`.
import { Effect } from "effect"
import { Journal } from "../../../core/journal/journal.ts"
import { applyEvents } from "../../../projections/apply-events.ts"
import { advance, loadCheckpoint } from "../../../projections/checkpoint.ts"
import { exceptions } from "../../../projections/exceptions/exceptions.ts"
import { genealogy } from "../../../projections/genealogy/genealogy.ts"
import { postings } from "../../../projections/postings/postings.ts"
import { makeTables, type Projection } from "../../../projections/projection.ts"

const compared: ReadonlyArray<Projection> = [postings, genealogy, exceptions]

/** As many as the runner of a view takes at once. */
const batchSize = 2_000

const fill = Effect.fnUntraced(function* (projection: Projection) {
  const journal = yield* Journal
  let from = yield* loadCheckpoint(projection)
  while (true) {
    const events = yield* journal.read(from, batchSize)
    if (events.length === 0) return
    const to = advance(from, events)
    yield* applyEvents(projection, from, to, events)
    from = to
  }
})

export const fillViews = Effect.gen(function* () {
  const { partitions } = yield* Journal
  yield* makeTables(compared, partitions)
  yield* Effect.forEach(compared, fill, { discard: true })
})
