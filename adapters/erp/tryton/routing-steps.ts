// The steps of Tryton's routings as planned operations. Used by the changed-*.ts files.
import { Effect, Schema } from "effect"
import type { Search } from "./ask.ts"
import { operationOfStep } from "./operations.ts"
import { stampNames, stamps } from "./written.ts"

const Step = Schema.Struct({
  id: Schema.Int,
  ...stamps,
  routing: Schema.Int,
  sequence: Schema.NullOr(Schema.Int),
  "operation.": Schema.Struct({ name: Schema.String })
})

/** In their order, each with its routing and its stamps. */
export const stepsOf = (search: Search, routings: ReadonlyArray<number>) =>
  routings.length === 0
    ? Effect.succeed([])
    : search(
        Step,
        "production.routing.step",
        [["routing", "in", routings]],
        [...stampNames, "routing", "sequence", "operation.name"]
      ).pipe(
        Effect.map((steps) =>
          steps
            .toSorted((left, right) => (left.sequence ?? 0) - (right.sequence ?? 0))
            .map((step) => ({
              ...step,
              operation: {
                operationId: operationOfStep(step.sequence, step["operation."].name),
                description: step["operation."].name
              }
            }))
        )
      )

export type PlannedStep = Effect.Success<ReturnType<typeof stepsOf>>[number]
