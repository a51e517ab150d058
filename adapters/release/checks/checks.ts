// The checks before a release, as this core answers them: by the views of master data, orders and equipment, and by the ERP.
// Composed by adapters/cli.
import { Effect, Layer } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { TechnicalFailure } from "../../../core/failure.ts"
import type { Erp } from "../../../core/port/erp.ts"
import {
  type NoAnswer,
  type ReleaseAnswering,
  ReleaseChecks,
  type ReleaseQuestion,
  type ReleaseRefusal
} from "../../../core/port/release-check.ts"
import { materialAvailable } from "./material-available.ts"
import { revisionValid } from "./revision-valid.ts"
import { workCenterReady } from "./work-center-ready.ts"

const unanswered = ({ message }: SqlError.SqlError) =>
  new TechnicalFailure({
    field: "views",
    value: "",
    reason: message,
    nextStep: "See that Postgres answers; it is asked again"
  })

type Asking = (
  question: ReleaseQuestion
) => Effect.Effect<void, ReleaseRefusal | NoAnswer | TechnicalFailure | SqlError.SqlError, SqlClient.SqlClient | Erp>

export const releaseChecksLayer = Layer.effect(
  ReleaseChecks,
  Effect.gen(function* () {
    const context = yield* Effect.context<SqlClient.SqlClient | Erp>()
    const answering =
      (check: Asking): ReleaseAnswering =>
      (question) =>
        check(question).pipe(
          Effect.catchTag("SqlError", (error) => Effect.fail(unanswered(error))),
          Effect.provide(context)
        )
    return {
      materialAvailable: answering(materialAvailable),
      revisionValid: answering(revisionValid),
      workCenterReady: answering(workCenterReady)
    }
  })
)
