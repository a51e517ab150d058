// Items of SAP as the movements that they are. Pure; used by the held-*.ts files.
import { Schema } from "effect"
import type { Movement } from "../../../core/port/erp.ts"
import { SapDecimal } from "./answer.ts"
import { movementOf } from "./movement-types.ts"
import { itemOf, lotOf, storageLocationOf } from "./numbers.ts"
import { unitOf } from "./units.ts"

/** Of either sort of item. */
export const heldItem = {
  Material: Schema.String,
  Plant: Schema.String,
  StorageLocation: Schema.String,
  Batch: Schema.String,
  GoodsMovementType: Schema.String,
  EntryUnit: Schema.String,
  QuantityInEntryUnit: SapDecimal
}

type Item = { readonly [Field in keyof typeof heldItem]: (typeof heldItem)[Field]["Type"] }

/** Where a transfer goes to; empty for all others. */
export interface Target {
  readonly material: string
  readonly storageLocation: string
  readonly batch: string
}

const place = (material: string, storageLocation: string, batch: string) => ({
  itemId: itemOf(material),
  ...(batch === "" ? {} : { lotId: lotOf(batch) }),
  storageLocation: storageLocationOf(storageLocation)
})

/** Undefined for a movement type that Traveler never sends. */
export const movementsOfItem = (
  item: Item,
  orderItem: string,
  isReversal: boolean,
  target?: Target
): ReadonlyArray<Movement> | undefined => {
  const movement = movementOf(item.GoodsMovementType, orderItem, isReversal)
  if (movement === undefined) return undefined
  const { direction, isTransfer, type } = movement
  const quantity = { value: item.QuantityInEntryUnit, unit: unitOf(item.EntryUnit) }
  const line: Movement = {
    type,
    direction,
    ...place(item.Material, item.StorageLocation, item.Batch),
    quantity
  }
  if (!isTransfer || target === undefined) return [line]
  const { batch, material, storageLocation } = target
  return [line, { type, direction: "in", ...place(material || item.Material, storageLocation, batch), quantity }]
}

/** Items of one document that stands. What has no word here is told as SAP has it. */
export const linesOf = (
  items: ReadonlyArray<Item & { readonly orderItem: string; readonly target?: Target }>
): { readonly movements: ReadonlyArray<Movement>; readonly unsaid: { readonly unsaid?: string } } => {
  const all = items.map((item) => ({ item, lines: movementsOfItem(item, item.orderItem, false, item.target) }))
  const others = all.flatMap(({ item, lines }) =>
    lines === undefined
      ? [[item.GoodsMovementType, item.Material, item.Batch, item.QuantityInEntryUnit, item.EntryUnit].join(" ")]
      : []
  )
  return {
    movements: all.flatMap(({ lines }) => lines ?? []),
    unsaid: others.length === 0 ? {} : { unsaid: others.join("; ") }
  }
}
