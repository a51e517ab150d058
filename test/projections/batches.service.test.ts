// However a history is cut into batches, from zero or by two runners at once, the views hold the same rows.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import fc from "fast-check"
import { describe, expect } from "vitest"
import { quantitiesOfPlant } from "../../projections/orders/queries.ts"
import { temporaryClient } from "../harness/database.ts"
import { plant } from "./events.ts"
import { filled } from "./follow.ts"
import { RandomHistory, steps } from "./random-history.ts"

const columns = ["good", "scrap", "rework", "nonconforming", "labor", "machine"] as const

const storedSums = Effect.gen(function* () {
  const sums = new Map<string, number>()
  for (const row of yield* quantitiesOfPlant(plant)) {
    for (const column of columns) {
      const tenths = Math.round(Number(row[column]) * 10)
      if (tenths !== 0) sums.set(`${row.orderId}/${row.operationId}/${row.unit}/${column}`, tenths)
    }
  }
  return sums
})

describe("any history", () => {
  it.live(
    "gives the same rows in any batches, and the sums of the reports that count",
    () =>
      Effect.gen(function* () {
        const context = yield* Effect.context<Effect.Services<typeof storedSums>>()
        const run = Effect.runPromiseWith(context)
        const property = fc.asyncProperty(
          steps(150),
          fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
          async (plan, sizes) => {
            const history = new RandomHistory(plan)
            const inBatches = (options: Parameters<typeof filled>[1]) => run(filled(history.writer, options))
            const whole = await inBatches({})
            expect(await run(storedSums)).toEqual(history.sums())
            expect(await inBatches({ sizes })).toEqual(whole)
            expect(await inBatches({ sizes, runners: 2 })).toEqual(whole)
          }
        )
        yield* Effect.promise(() => fc.assert(property, { numRuns: 5, endOnFailure: true }))
      }).pipe(Effect.provide(temporaryClient)),
    60_000
  )
})
