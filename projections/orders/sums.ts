// What a batch adds to the sums of each operation, kept apart by unit. Pure but for its own state; used by `apply.ts`.
import type { Amounts } from "../../core/message/order.ts"
import * as Decimal from "../../core/plant/decimal.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import type { Change } from "./report.ts"

export interface SumRow {
  readonly plant: string
  readonly order_id: string
  readonly operation_id: string
  readonly unit: string
  good: Decimal.Decimal
  scrap: Decimal.Decimal
  rework: Decimal.Decimal
  nonconforming: Decimal.Decimal
  labor: Decimal.Decimal
  machine: Decimal.Decimal
}

type Column = "good" | "scrap" | "rework" | "nonconforming" | "labor" | "machine"

const quantities = ({ yield: good, scrap, rework, nonconforming, laborTime, machineTime }: Amounts) =>
  [
    ["good", good],
    ["scrap", scrap],
    ["rework", rework],
    ["nonconforming", nonconforming],
    ["labor", laborTime],
    ["machine", machineTime]
  ] as const satisfies ReadonlyArray<readonly [Column, Quantity | undefined]>

export const sumKey = (row: Pick<SumRow, "plant" | "order_id" | "operation_id" | "unit">): string =>
  `${row.plant}\n${row.order_id}\n${row.operation_id}\n${row.unit}`

/** Adds a change to the sums by `sumKey`. */
export const addTo = (sums: Map<string, SumRow>, { report, sign }: Change): void => {
  for (const [column, quantity] of quantities(report.amounts)) {
    if (quantity === undefined) continue
    const { plant, order_id, operation_id } = report
    const place = { plant, order_id, operation_id, unit: quantity.unit }
    const key = sumKey(place)
    const { zero } = Decimal
    const row = sums.get(key) ?? {
      ...place,
      good: zero,
      scrap: zero,
      rework: zero,
      nonconforming: zero,
      labor: zero,
      machine: zero
    }
    row[column] = sign === 1 ? Decimal.add(row[column], quantity.value) : Decimal.subtract(row[column], quantity.value)
    sums.set(key, row)
  }
}
