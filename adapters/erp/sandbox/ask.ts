// Questions to the sandbox ERP, which change nothing, and their answers by schema. Used by its client and `books.ts`.
import { Effect, type Schema } from "effect"
import { TechnicalFailure } from "../../../core/failure.ts"
import { OutcomeUnknown } from "../../../core/port/erp.ts"
import type { Answer, NotSent, Wire, WireRequest } from "../wire.ts"

export const technical = (reason: string) =>
  new TechnicalFailure({
    field: "erp/sandbox",
    value: "",
    reason,
    nextStep: "See whether the sandbox ERP runs; it is asked again"
  })

/** An answer that isn't the ERP's own (a proxy's page, a 500 of unknown origin) says nothing of the document. */
export const unknown = (answer: Answer) =>
  new OutcomeUnknown({ reason: `Answer ${answer.status}: ${answer.body.slice(0, 200)}` })

export const asking =
  (send: Wire) =>
  (request: WireRequest): Effect.Effect<Answer, TechnicalFailure> =>
    Effect.mapError(send(request), (failure: NotSent | OutcomeUnknown) => technical(failure.reason))

export type Ask = ReturnType<typeof asking>

export const understood = <A>(decoded: Effect.Effect<A, Schema.SchemaError>) =>
  Effect.mapError(decoded, (error) => technical(`The answer can't be read: ${error.message}`))

/** One whose address alone says what is asked. */
export const reading = (ask: Ask) => {
  return <A>(path: string, decode: (body: string) => Effect.Effect<A, Schema.SchemaError>) =>
    Effect.flatMap(ask({ method: "GET", path }), (answer) =>
      answer.status === 200 ? understood(decode(answer.body)) : Effect.fail(technical(unknown(answer).reason))
    )
}
