// The second step of a rebuild: events in batches, as the live view takes them, up to where it is to end. Used by
// `rebuild.ts` and `exchange.ts`.
import { Effect } from "effect"
import { TechnicalFailure } from "../../core/failure.ts"
import { Journal } from "../../core/journal/journal.ts"
import type { Checkpoint } from "../../core/port/checkpoints.ts"
import { tracedReplay } from "../../core/traced-batch.ts"
import { applyEvents } from "../apply-events.ts"
import { advance, loadCheckpoint } from "../checkpoint.ts"
import type { Projection } from "../projection.ts"
import { viewOf } from "./beside.ts"
import type { Report } from "./progress.ts"

/** Larger than the runner's: a batch holds more events of each stream, and nobody waits for it to end. */
const batchLimit = 10_000

/** How many events lie between them. */
export const between = (from: Checkpoint, to: Checkpoint): number => {
  let events = 0
  for (const [partition, offset] of to) events += Math.max(0, offset - (from.get(partition) ?? 0))
  return events
}

/** Of the partitions that aren't there yet alone. */
const short = (from: Checkpoint, to: Checkpoint): Checkpoint =>
  new Map([...from].filter(([partition, offset]) => offset < (to.get(partition) ?? 0)))

/** What the journal doesn't have won't come: waiting for it would never end. */
const lacking = ({ name }: Projection, events: number) =>
  new TechnicalFailure({
    field: "journal",
    value: name,
    reason: `It lacks ${events} events that the live view has taken`,
    nextStep: "See what is still proven: npm run traveler -- audit verify"
  })

/** Fails where the journal ends before this. */
export const journalHolds = Effect.fnUntraced(function* (projection: Projection, to: Checkpoint) {
  const { heads } = yield* Journal
  const missing = between(yield* heads, to)
  if (missing > 0) return yield* lacking(projection, missing)
})

/** Applies every event up to these offsets and none beyond; a partition that is further already stays there. */
export const followUpTo = Effect.fnUntraced(function* (projection: Projection, to: Checkpoint, report: Report) {
  const journal = yield* Journal
  let from = yield* loadCheckpoint(projection)
  const of = between(new Map(), to)
  for (let left = between(from, to); left > 0; left = between(from, to)) {
    yield* report({ step: "events", done: of - left, of })
    const read = yield* journal.read(short(from, to), batchLimit)
    const events = read.filter(({ offset, partition }) => offset <= (to.get(partition) ?? 0))
    if (events.length === 0) return yield* lacking(projection, left)
    const reached = advance(from, events)
    yield* tracedReplay(viewOf(projection), events, {}, applyEvents(projection, from, reached, events))
    from = reached
  }
  yield* report({ step: "events", done: of, of })
})
