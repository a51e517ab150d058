// Quantities as SAP's (13,3): text with three places, and no more than ten digits before them. One becomes the other
// exactly, or not at all. Pure; used inside adapters/erp/sap.
import { Effect } from "effect"
import { DataQualityIssue } from "../../../core/failure.ts"
import type { Decimal } from "../../../core/plant/decimal.ts"

const places = 3
const held = /^\d{1,10}(\.\d{1,3})?$/

export const sapQuantity = (field: string, value: Decimal): Effect.Effect<string, DataQualityIssue> => {
  if (!held.test(value)) {
    return Effect.fail(
      new DataQualityIssue({
        field,
        value,
        reason: "SAP holds up to ten digits before the point and three after it, and nothing below zero",
        nextStep: "Report it in another unit, or correct the quantity; it is never rounded"
      })
    )
  }
  const [whole = "0", fraction = ""] = value.split(".")
  return Effect.succeed(`${whole}.${fraction.padEnd(places, "0")}`)
}
