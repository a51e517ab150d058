// A line of a goods movement as SAP's item says it, whether it goes with a confirmation or in a document of its own. Used
// inside adapters/erp/sap.
import { Effect } from "effect"
import { DataQualityIssue } from "../../../core/failure.ts"
import { compare } from "../../../core/plant/decimal.ts"
import { plantScope } from "../../../core/plant/lot.ts"
import type { Document, Movement } from "../../../core/port/erp.ts"
import { movementFor, type SapMovement } from "./movement-types.ts"
import { batchNumber, materialNumber, storageLocationNumber } from "./numbers.ts"
import type { SapPlant } from "./options.ts"
import { sapQuantity } from "./quantities.ts"
import { sapUnit } from "./units.ts"
import { isTransferOf, type Pair, pairs } from "./words.ts"

export interface Line extends Pair {
  readonly movement: SapMovement
}

const issue = (field: string, value: string, reason: string, nextStep: string) =>
  new DataQualityIssue({ field, value, reason, nextStep })

const single = (line: Movement): Pair => ({ out: line, into: undefined })

const isWhole = ({ into, out }: Pair): boolean =>
  into !== undefined &&
  into.type === out.type &&
  into.quantity.unit === out.quantity.unit &&
  compare(into.quantity.value, out.quantity.value) === 0

/** In the order of SAP's items. */
export const linesOf = ({ movements = [] }: Document): Effect.Effect<ReadonlyArray<Line>, DataQualityIssue> => {
  const isTransfer = isTransferOf(movements)
  const all = isTransfer ? pairs(movements) : movements.map(single)
  const isComplete = !isTransfer || (all.every(isWhole) && all.length * 2 === movements.length)
  if (!isComplete) {
    return Effect.fail(
      issue(
        "movements",
        "",
        "What goes out isn't what comes in: SAP transfers the same quantity in one line",
        "Correct the quantities of the message, or book the difference as an adjustment"
      )
    )
  }
  return Effect.forEach(all, (pair) => {
    const movement = movementFor(pair.out)
    return movement === undefined
      ? Effect.fail(
          issue(
            "movements",
            `${pair.out.type} ${pair.out.direction}`,
            "SAP has no movement type for it",
            "Correct the message, or book it by hand and waive"
          )
        )
      : Effect.succeed({ ...pair, movement })
  })
}

/** SAP has one level for all its batches: a supplier's own number, or another plant's, may be another batch there. */
const batchOf = Effect.fnUntraced(function* ({ lotId, scope }: Movement, { plant }: Document) {
  if (lotId === undefined) return undefined
  if (scope !== undefined && scope !== "enterprise" && scope !== plantScope(plant)) {
    return yield* issue(
      "scope",
      scope,
      `Lot ${lotId} isn't numbered by this plant, so batch ${lotId} of SAP may be another one`,
      "Give it a number of the plant's own on receipt, and report that"
    )
  }
  return yield* batchNumber(lotId)
})

/** Of either sort of item; what only one of them has is added there. */
export const goodsItem = Effect.fnUntraced(function* (
  { into, movement, out }: Line,
  document: Document,
  plant: SapPlant
) {
  const batch = yield* batchOf(out, document)
  const target = into === undefined ? undefined : yield* batchOf(into, document)
  return {
    Material: yield* materialNumber(out.itemId),
    Plant: plant.plant,
    StorageLocation: yield* storageLocationNumber(out.storageLocation ?? plant.storageLocation),
    ...(batch === undefined ? {} : { Batch: batch }),
    GoodsMovementType: movement.sap,
    EntryUnit: yield* sapUnit(out.quantity.unit),
    QuantityInEntryUnit: yield* sapQuantity("quantity", out.quantity.value),
    ...(into === undefined
      ? {}
      : {
          IssgOrRcvgMaterial: yield* materialNumber(into.itemId),
          IssuingOrReceivingPlant: plant.plant,
          IssuingOrReceivingStorageLoc: yield* storageLocationNumber(into.storageLocation ?? plant.storageLocation),
          ...(target === undefined ? {} : { IssgOrRcvgBatch: target })
        })
  }
})
