// Rebuilds of views from a history in memory, and the property that they hold. For the tests of rebuilds alone.
import { Effect, Layer } from "effect"
import fc from "fast-check"
import { expect } from "vitest"
import { clientLayer } from "../../adapters/postgres/client.ts"
import { tableCopyLayer } from "../../adapters/postgres/table-copy.ts"
import { silentTracer } from "../../adapters/telemetry/silent.ts"
import { Tracer } from "../../core/port/tracer.ts"
import { projections } from "../../projections/index.ts"
import type { Projection } from "../../projections/projection.ts"
import type { Report } from "../../projections/rebuild/progress.ts"
import { dropOld, rebuild, verify } from "../../projections/rebuild/rebuild.ts"
import { temporaryDatabase } from "../harness/database.ts"
import { filled, startAnew, tables } from "./follow.ts"
import { type History, journalOf } from "./journal.ts"
import { LotHistory, lotSteps } from "./lot-history.ts"
import { RandomHistory, steps } from "./random-history.ts"

/** A temporary database, the means to copy rows into it, and spans that go nowhere. */
export const rebuilding = Layer.unwrap(
  Effect.map(temporaryDatabase, (url) =>
    Layer.mergeAll(clientLayer(url), tableCopyLayer(url), Layer.succeed(Tracer, silentTracer))
  )
)

export const unreported: Report = () => Effect.void

export const from = (history: History, sizes?: ReadonlyArray<number>) => Effect.provide(journalOf(() => history, sizes))

/** What a comparison finds of a view. */
export const differing = (history: History, projection: Projection) =>
  verify(projection, unreported).pipe(
    from(history),
    Effect.map(({ tables }) => tables)
  )

const rebuildAll = Effect.fnUntraced(function* (history: History, sizes?: ReadonlyArray<number>) {
  for (const projection of projections) {
    yield* rebuild(projection, unreported).pipe(from(history, sizes))
    yield* dropOld(projection)
  }
})

/** Every view of so many random histories of orders and of lots: rebuilt beside the live one, and beside an empty one. */
export const rebuiltIsLive = Effect.fnUntraced(function* (numRuns: number) {
  const context = yield* Effect.context<Layer.Success<typeof rebuilding>>()
  const run = Effect.runPromiseWith(context)
  const property = fc.asyncProperty(
    steps(120),
    lotSteps,
    fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
    async (plan, lotPlan, sizes) => {
      for (const { writer } of [new RandomHistory(plan), new LotHistory(lotPlan)]) {
        const live = await run(filled(writer, { sizes }))
        await run(rebuildAll(writer, sizes))
        expect(await run(tables)).toEqual(live)
        await run(startAnew(writer.partitions))
        await run(rebuildAll(writer))
        expect(await run(tables)).toEqual(live)
      }
    }
  )
  yield* Effect.promise(() => fc.assert(property, { numRuns, endOnFailure: true }))
})
