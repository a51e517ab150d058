// Questions to Tryton, which change nothing, and their answers by schema. Used inside adapters/erp/tryton.
import { Effect, Schedule, Schema } from "effect"
import { TechnicalFailure } from "../../../core/failure.ts"
import type { Call, RpcFailure } from "./rpc.ts"

/** Nothing is changed by a question: whatever becomes of it, it may be asked again. */
export const technical = (reason: string): TechnicalFailure =>
  new TechnicalFailure({
    field: "erp/tryton",
    value: "",
    reason,
    nextStep: "See whether Tryton runs and lets Traveler in; it is asked again"
  })

const inQuestion = (failure: RpcFailure): TechnicalFailure =>
  technical(failure._tag === "Refused" ? failure.text : failure.reason)

export type Ask = <A>(
  schema: Schema.Decoder<A>,
  method: string,
  parameters: ReadonlyArray<unknown>,
  context?: Readonly<Record<string, unknown>>
) => Effect.Effect<A, TechnicalFailure>

/** How often a question is asked more than once: a post has a dozen, and one lost answer would have all of it made again. */
export const asksAgain = 2

/** Not where it took long to fail: then Tryton is down, and others wait for this one's place. */
const soonMillis = 2_000

/** A question, and its answer by its schema. */
export const asking =
  (call: Call): Ask =>
  (schema, method, parameters, context = {}) =>
    Effect.suspend(() => {
      const until = performance.now() + soonMillis
      return Effect.retry(call(method, parameters, { context }), {
        while: () => performance.now() < until,
        times: asksAgain,
        schedule: Schedule.spaced("100 millis")
      })
    }).pipe(
      Effect.mapError(inQuestion),
      Effect.flatMap((answer) =>
        Effect.mapError(Schema.decodeUnknownEffect(schema)(answer), (error) =>
          technical(`The answer to ${method} can't be read: ${error.message}`)
        )
      )
    )

export type Search = <A>(
  schema: Schema.Decoder<A>,
  model: string,
  domain: ReadonlyArray<unknown>,
  names: ReadonlyArray<string>,
  context?: Readonly<Record<string, unknown>>
) => Effect.Effect<ReadonlyArray<A>, TechnicalFailure>

/** All that match, the oldest first, with the fields of these names. */
export const searching =
  (ask: Ask): Search =>
  (schema, model, domain, names, context) =>
    ask(Schema.Array(schema), `model.${model}.search_read`, [domain, 0, null, [["id", "ASC"]], names], context)
