// Questions to SAP, which change nothing, and their answers by schema. Used inside adapters/erp/sap.
import { Effect, Option, Schema } from "effect"
import { TechnicalFailure } from "../../../core/failure.ts"
import type { SapFailure, Session } from "./session.ts"

/** Nothing is changed by a question: whatever becomes of it, it may be asked again. */
export const technical = (reason: string): TechnicalFailure =>
  new TechnicalFailure({
    field: "erp/sap",
    value: "",
    reason,
    nextStep: "See whether SAP runs and lets Traveler in; it is asked again"
  })

export const reasonOf = (failure: SapFailure): string =>
  failure._tag === "Refused" ? (failure.messages[0]?.text ?? `SAP answered ${failure.status}`) : failure.reason

/** `/Entity(key)`: of a list, 404 says that the service isn't there, and not that nothing is. */
const isOfOne = (path: string): boolean => path.split("?", 1)[0]?.endsWith(")") === true

/** None where SAP itself says that there is no such entity: a proxy's 404 is not in its words. */
export type Ask = <A>(schema: Schema.Decoder<A>, path: string) => Effect.Effect<Option.Option<A>, TechnicalFailure>

export const asking =
  ({ get }: Session): Ask =>
  (schema, path) =>
    get(path).pipe(
      Effect.matchEffect({
        onFailure: (failure) =>
          failure._tag === "Refused" && failure.status === 404 && failure.messages.length > 0 && isOfOne(path)
            ? Effect.succeed(Option.none())
            : Effect.fail(technical(reasonOf(failure))),
        onSuccess: ({ body }) =>
          Schema.decodeUnknownEffect(schema)(body).pipe(
            Effect.map(Option.some),
            Effect.mapError((error) => technical(`The answer to ${path} can't be read: ${error.message}`))
          )
      })
    )
