// What documents do to the sandbox ERP's stock. Pure; used by `judge.ts` and `ledger.ts`.
import * as Decimal from "../../../core/plant/decimal.ts"
import type { Document } from "../../../core/port/erp.ts"
import { confirmedBy } from "./confirmed.ts"
import type { OrderPlan } from "./contract.ts"
import type { StockOfLot } from "./statements.ts"

export const stockKey = ({ item, lot, plant, scope, unit }: StockOfLot): string =>
  [plant, item, scope, lot, unit].join("\n")

/** Into the stock of a lot; out of it where `quantity` is negative. */
export interface StockChange extends StockOfLot {
  readonly quantity: Decimal.Decimal
}

export const changesOf = ({ kind, movements = [], plant }: Document): ReadonlyArray<StockChange> =>
  movements.map(({ direction, itemId, lotId = "", quantity: { unit, value }, scope = "" }) => ({
    ...{ plant, item: itemId, scope, lot: lotId, unit },
    quantity: (direction === "in") === (kind !== "reversal") ? value : Decimal.negate(value)
  }))

/** What is taken by itself for what is confirmed; put back where that is taken back. */
export const backflushed = (document: Document, plan: OrderPlan | undefined): ReadonlyArray<StockChange> => {
  const { backflush: components = [] } = plan ?? {}
  if (components.length === 0) return []
  return confirmedBy(document).flatMap(({ amounts, operationId, takenBack }) => {
    const made = amounts.yield?.value ?? Decimal.zero
    return components
      .filter((component) => component.operationId === operationId)
      .map(({ itemId, lotId = "", quantity: { unit, value }, scope = "" }) => {
        const taken = Decimal.multiply(made, value)
        return {
          ...{ plant: document.plant, item: itemId, scope, lot: lotId, unit },
          quantity: takenBack === true ? taken : Decimal.negate(taken)
        }
      })
  })
}
