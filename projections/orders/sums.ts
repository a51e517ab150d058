// What a batch adds to the sums of an order's operations, kept apart by unit. Used by `changes.ts` alone.
import type { Amounts } from "../../core/message/order.ts"
import * as Decimal from "../../core/plant/decimal.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import type { Report } from "./report.ts"
import type { OrderKey } from "./tables.ts"

export interface SumRow extends OrderKey {
  readonly operation_id: string
  readonly unit: string
  good: Decimal.Decimal
  scrap: Decimal.Decimal
  rework: Decimal.Decimal
  nonconforming: Decimal.Decimal
  labor: Decimal.Decimal
  machine: Decimal.Decimal
}

const quantityOf = {
  good: (amounts: Amounts) => amounts.yield,
  scrap: (amounts: Amounts) => amounts.scrap,
  rework: (amounts: Amounts) => amounts.rework,
  nonconforming: (amounts: Amounts) => amounts.nonconforming,
  labor: (amounts: Amounts) => amounts.laborTime,
  machine: (amounts: Amounts) => amounts.machineTime
} satisfies { readonly [column: string]: (amounts: Amounts) => Quantity | undefined }

const columns = ["good", "scrap", "rework", "nonconforming", "labor", "machine"] as const

const noSums = {
  good: Decimal.zero,
  scrap: Decimal.zero,
  rework: Decimal.zero,
  nonconforming: Decimal.zero,
  labor: Decimal.zero,
  machine: Decimal.zero
}

/** Adds a report to the sums of its order's operations, or takes it out. */
export const addTo = (sums: Map<string, SumRow>, report: Report, sign: 1 | -1): void => {
  const { plant, order_id, operation_id, amounts } = report
  for (const column of columns) {
    const quantity = quantityOf[column](amounts)
    if (quantity === undefined) continue
    const { unit, value } = quantity
    const key = `${operation_id}\n${unit}`
    let row = sums.get(key)
    if (row === undefined) {
      row = { plant, order_id, operation_id, unit, ...noSums }
      sums.set(key, row)
    }
    row[column] = sign === 1 ? Decimal.add(row[column], value) : Decimal.subtract(row[column], value)
  }
}
