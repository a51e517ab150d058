// What a batch adds to the material of an order, by item and unit. Pure; used by `changes.ts` alone.
import type { OrderEvent } from "../../core/event/order.ts"
import * as Decimal from "../../core/plant/decimal.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import type { Report } from "./report.ts"
import type { OrderKey } from "./tables.ts"

/** One line of a report, as far as the order's sums go. */
export interface MaterialLine {
  readonly column: keyof typeof noSums
  readonly item: string
  readonly quantity: Quantity
}

export interface MaterialRow extends OrderKey {
  readonly item: string
  readonly unit: string
  consumed: Decimal.Decimal
  returned: Decimal.Decimal
  produced: Decimal.Decimal
  co_produced: Decimal.Decimal
  by_produced: Decimal.Decimal
}

const noSums = {
  consumed: Decimal.zero,
  returned: Decimal.zero,
  produced: Decimal.zero,
  co_produced: Decimal.zero,
  by_produced: Decimal.zero
}

type MaterialEvent = Extract<
  OrderEvent,
  { readonly type: "MaterialConsumed" | "MaterialReturned" | "MaterialProduced" | "MaterialTakenOver" }
>

const columnOf = {
  Consumed: "consumed",
  "Material Produced": "produced",
  "Co-product Produced": "co_produced",
  "By-product Produced": "by_produced"
} as const

export const linesOf = (event: MaterialEvent): ReadonlyArray<MaterialLine> => {
  switch (event.type) {
    case "MaterialConsumed":
      return event.data.materials.map(({ itemId, quantity }) => ({ column: "consumed", item: itemId, quantity }))
    case "MaterialReturned":
      return event.data.materials.map(({ itemId, quantity }) => ({ column: "returned", item: itemId, quantity }))
    case "MaterialTakenOver":
      return event.data.materials.map(({ itemId, quantity, use }) => ({
        column: columnOf[use],
        item: itemId,
        quantity
      }))
    case "MaterialProduced":
      return event.data.materials.map(({ itemId, quantity, use = "Material Produced" }) => ({
        column: columnOf[use],
        item: itemId,
        quantity
      }))
  }
}

/** Adds a report's lines to the sums of its order, or takes them out. */
export const addMaterial = (
  sums: Map<string, MaterialRow>,
  { order_id, plant }: Report,
  lines: ReadonlyArray<MaterialLine>,
  sign: 1 | -1
): void => {
  for (const { column, item, quantity } of lines) {
    const { unit, value } = quantity
    const key = `${item}\n${unit}`
    let row = sums.get(key)
    if (row === undefined) {
      row = { plant, order_id, item, unit, ...noSums }
      sums.set(key, row)
    }
    row[column] = sign === 1 ? Decimal.add(row[column], value) : Decimal.subtract(row[column], value)
  }
}
