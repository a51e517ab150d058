// Which lot is meant: its number, the item that it is of, and where that number is unique. Anyone may import this file.
import { Schema } from "effect"
import { ItemId, LotId, PlantId } from "./identifiers.ts"

/**
 * Where a lot's number is unique, set per item: in the whole enterprise, at one plant, or at one supplier. Equal numbers
 * of different scopes are different lots.
 */
export const LotScope = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(/^(enterprise|plant\/[A-Za-z0-9_-]{1,60}|supplier\/[^\p{Cc}\p{Cs}/]{1,60})$/u, {
      message: "Expected enterprise, plant/<plant> or supplier/<supplier>"
    })
  ),
  Schema.brand("LotScope")
)
export type LotScope = typeof LotScope.Type

/** As a message names a lot: without a scope it is of the sender's plant, or of the scope of the lot that names it. */
export const LotReference = Schema.Struct({ itemId: ItemId, lotId: LotId, scope: Schema.optionalKey(LotScope) })
export type LotReference = typeof LotReference.Type

/** One lot, wherever it is spoken of. */
export const LotKey = Schema.Struct({ scope: LotScope, itemId: ItemId, lotId: LotId })
export type LotKey = typeof LotKey.Type

/**
 * How sure it is that this became that: scanned or said, allocated by a rule (backflush, first in first out), mixed in a
 * vessel, or on shared equipment before it was cleaned.
 */
export const Certainty = Schema.Literals(["exact", "allocated", "commingled", "window"])
export type Certainty = typeof Certainty.Type

export const plantScope = (plant: PlantId): LotScope => LotScope.make(`plant/${plant}`)

/** The one plant of a scope; undefined where the lot may be at any. */
export const plantOfScope = (scope: LotScope): PlantId | undefined =>
  scope.startsWith("plant/") ? PlantId.make(scope.slice("plant/".length)) : undefined

export const lotKey = ({ itemId, lotId, scope }: LotReference, otherwise: LotScope): LotKey => ({
  scope: scope ?? otherwise,
  itemId,
  lotId
})
