// What a simulation is held against, in a file of its own so that a later command can do so. Used by `simulate`.
import { Schema } from "effect"
import { PlantId } from "../../core/plant/identifiers.ts"
import { Books } from "./books.ts"

/** A body as its bytes' text. */
const Mended = { messageId: Schema.String, body: Schema.String }

export const PlantLedger = Schema.Struct({
  plant: PlantId,
  /** With duplicates. */
  published: Schema.Int,
  /** Without. */
  distinct: Schema.Int,
  /** Messages that can't be understood, with the bodies that they should have had. */
  bad: Schema.Array(Schema.Struct(Mended)),
  /** What takes back the reports that were sent twice under two ids. */
  mendings: Schema.Array(Schema.Struct({ ...Mended, type: Schema.String }))
})
export type PlantLedger = typeof PlantLedger.Type

export const Ledger = Schema.Struct({
  mix: Schema.Struct({
    seed: Schema.Int,
    messages: Schema.Int,
    duplicates: Schema.Finite,
    reorder: Schema.Finite,
    late: Schema.Finite,
    bad: Schema.Finite,
    doubleReports: Schema.Finite
  }),
  plants: Schema.Array(PlantLedger),
  /** What the books come to while the bad messages wait, and once all is mended. */
  predicted: Schema.Struct({ before: Books, after: Books })
})
export type Ledger = typeof Ledger.Type
