// A new record in Tryton. Used by the post*.ts files.
import { Effect, Schema } from "effect"
import { OutcomeUnknown } from "../../../core/port/erp.ts"
import type { Model } from "./records.ts"
import type { Writes } from "./write.ts"

/** A record that a document becomes. */
export interface Made {
  readonly model: Model
  readonly id: number
}

const decodeCreated = Schema.decodeUnknownEffect(Schema.NonEmptyArray(Schema.Int))

export const create = Effect.fnUntraced(function* (model: Model, values: unknown, { write }: Writes) {
  const answer = yield* write(`model.${model}.create`, [[values]])
  const [id] = yield* Effect.mapError(
    decodeCreated(answer),
    (error) => new OutcomeUnknown({ reason: `Tryton's answer can't be read: ${error.message}` })
  )
  const made: Made = { model, id }
  return made
})
