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

/** Whether a lot may be used, as quality people say it: B2MML Disposition Restricted (twice), UnRestricted. */
export const Disposition = Schema.Literals(["held", "released", "rejected"])
export type Disposition = typeof Disposition.Type

export const plantScope = (plant: PlantId): LotScope => LotScope.make(`plant/${plant}`)

/** The one plant of a scope; undefined where the lot may be at any. */
export const plantOfScope = (scope: LotScope): PlantId | undefined =>
  scope.startsWith("plant/") ? PlantId.make(scope.slice("plant/".length)) : undefined

/** A line of an order's material: what has no lot is material without a number. */
export interface MaterialReference {
  readonly itemId: ItemId
  readonly lotId?: LotId
  readonly scope?: LotScope
}

/** The lot that a line of this plant's order names, where it names one. */
export const lotOfLine = ({ itemId, lotId, scope }: MaterialReference, plant: PlantId): LotKey | undefined =>
  lotId === undefined ? undefined : { scope: scope ?? plantScope(plant), itemId, lotId }

/** A part of a lot is of its item and, where it names none, of its scope. */
export const partOf = (
  { itemId, scope }: LotKey,
  part: { readonly lotId: LotId; readonly scope?: LotScope }
): LotKey => ({ scope: part.scope ?? scope, itemId, lotId: part.lotId })

export const lotKey = ({ itemId, lotId, scope }: LotReference, otherwise: LotScope): LotKey => ({
  scope: scope ?? otherwise,
  itemId,
  lotId
})
