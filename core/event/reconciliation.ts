// Events of what the reconciliation found at a plant, version 1: a stream a month. Anyone may import this file.
import { Schema, Struct } from "effect"
import { Difference, DifferenceAccepted, PlantReconciled } from "../message/reconciliation.ts"
import { content } from "./content.ts"

export const reconciliationEvents = {
  /** It is new, or says other quantities than before. */
  DifferenceFound: Difference,
  /** The last run didn't find it any more. */
  DifferenceGone: Schema.Struct({ id: Schema.String }),
  DifferenceAccepted: Schema.Struct(content(DifferenceAccepted.fields)),
  /** After what it found: how many differences it found in all. */
  PlantReconciled: Schema.Struct({
    ...Struct.omit(PlantReconciled.fields, ["occurredAt", "differences"]),
    differences: Schema.Int
  })
} as const

export type ReconciliationEvent = {
  [Type in keyof typeof reconciliationEvents]: {
    readonly type: Type
    readonly data: (typeof reconciliationEvents)[Type]["Type"]
  }
}[keyof typeof reconciliationEvents]
