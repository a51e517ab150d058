// The first step of a rebuild: whole streams of many partitions at a time, from all their events to the rows that are
// left of them, without looking anything up. Used by `rebuild.ts` alone.
import { Effect } from "effect"
import { Journal } from "../../core/journal/journal.ts"
import { tracedReplay } from "../../core/traced-batch.ts"
import { copiedRows } from "../copied-rows.ts"
import type { OfHistories, Projection } from "../projection.ts"
import * as Beside from "./beside.ts"
import type { Report } from "./progress.ts"
import { TableCopy } from "./table-copy.ts"

/** While one waits for Postgres to read or to write, another's rows are made. */
const partitionsAtOnce = 4
const indexesAtOnce = 2
/** About so many events are held of a partition: few enough to be gone before Node's collector copies them. */
const eventsAtOnce = 2_000
const streamsAtFirst = 100
/** Of streams without an event for the view Postgres has to find that out, in the time that a statement has. */
const mostStreams = 10_000

/** The next number of streams, by how many events the last ones had. */
const nextCount = (streams: number, events: number): number =>
  Math.max(1, Math.min(mostStreams, streams * 4, Math.floor((streams * eventsAtOnce) / Math.max(1, events))))

const writePart = Effect.fnUntraced(function* (
  projection: Projection & { readonly ofHistories: OfHistories },
  { key, lastKey, partition, upTo }: Beside.Part,
  passed: (share: number) => Effect.Effect<void>
) {
  const journal = yield* Journal
  const { copy } = yield* TableCopy
  const { rows, ...asked } = projection.ofHistories
  let streams = streamsAtFirst
  for (let from = key; from < lastKey; ) {
    const to = Math.min(lastKey, from + streams)
    const events = yield* journal.histories({ ...asked, partition, upTo, afterKey: from, lastKey: to })
    const done = copiedRows(Beside.progressTable, Beside.progressColumns, [{ partition, key: to }])
    const write = Effect.suspend(() => copy(projection.name, [...rows(events), done]))
    yield* events.length === 0 ? write : tracedReplay(Beside.viewOf(projection), events, { partition }, write)
    streams = nextCount(streams, events.length)
    yield* passed(((to - from) / lastKey) * upTo)
    from = to
  }
})

/** Goes on where the last run was; what is counted are events, each stream taken for as long as any other. */
const writeParts = Effect.fnUntraced(function* (
  projection: Projection & { readonly ofHistories: OfHistories },
  parts: ReadonlyArray<Beside.Part>,
  report: Report
) {
  const of = parts.reduce((sum, { upTo }) => sum + upTo, 0)
  let done = parts.reduce((sum, { key, lastKey, upTo }) => sum + (lastKey === 0 ? upTo : (key / lastKey) * upTo), 0)
  const passed = (share: number) =>
    Effect.suspend(() => {
      done += share
      return report({ step: "histories", done: Math.round(done), of })
    })
  yield* passed(0)
  yield* Effect.forEach(parts, (part) => writePart(projection, part, passed), { concurrency: partitionsAtOnce })
})

const makeIndexes = Effect.fnUntraced(function* (projection: Projection, report: Report) {
  const indexes = yield* Beside.indexesToMake(projection)
  const of = indexes.length
  let done = 0
  yield* report({ step: "indexes", done, of })
  yield* Effect.forEach(
    indexes,
    (make) =>
      Effect.andThen(
        Beside.makeIndex(projection, make),
        Effect.suspend(() => report({ step: "indexes", done: ++done, of }))
      ),
    { concurrency: indexesAtOnce }
  )
})

/** Writes what is left to write of whole histories; nothing for a view that isn't made of them. */
export const writeHistories = Effect.fnUntraced(function* (projection: Projection, report: Report) {
  const { ofHistories } = projection
  const parts = yield* Beside.parts(projection)
  if (parts === undefined || ofHistories === undefined) return
  yield* writeParts({ ...projection, ofHistories }, parts, report)
  yield* makeIndexes(projection, report)
  yield* Beside.closeParts(projection)
})
