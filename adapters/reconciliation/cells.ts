// Sums by what is measured, as the reconciliation compares them: of an order `10: good EA` and `consumed STEEL-7 KGM`, of
// stock a lot's name and unit. Pure; used by this folder alone.
import type { StreamName } from "../../core/journal/stream.ts"
import * as Decimal from "../../core/plant/decimal.ts"
import type { ItemId, PlantId } from "../../core/plant/identifiers.ts"
import type { MovementType } from "../../core/port/erp.ts"
import { lotOfMovement } from "../../projections/postings/movements.ts"
import { amountsSaid, intoStock, movementsSaid, type Said } from "../erp/document-sums.ts"

/** What is nothing isn't there. */
export type Cells = ReadonlyMap<string, Decimal.Decimal>

export const none: Cells = new Map()

/** For a cell of which only that it is there matters. */
export const one = Decimal.fromText("1")

export const of = (cells: Cells, cell: string): Decimal.Decimal => cells.get(cell) ?? Decimal.zero

export const sum = (entries: Iterable<readonly [cell: string, value: Decimal.Decimal]>): Cells => {
  const sums = new Map<string, Decimal.Decimal>()
  for (const [cell, value] of entries) sums.set(cell, Decimal.add(sums.get(cell) ?? Decimal.zero, value))
  for (const [cell, value] of sums) if (value === Decimal.zero) sums.delete(cell)
  return sums
}

export const plus = (...all: ReadonlyArray<Cells>): Cells => sum(all.flatMap((cells) => [...cells]))

export const minus = (cells: Cells, ...others: ReadonlyArray<Cells>): Cells =>
  sum([
    ...cells,
    ...others.flatMap((other) => Array.from(other, ([cell, value]) => [cell, Decimal.negate(value)] as const))
  ])

const signed = (value: Decimal.Decimal, sign: 1 | -1) => (sign === 1 ? value : Decimal.negate(value))

export type Flow = "consumed" | "returned" | "produced" | "coProduced" | "byProduced"

export const amountCell = (operationId: string, amount: string, unit: string): string =>
  `${operationId}: ${amount} ${unit}`
export const materialCell = (flow: Flow, item: string, unit: string): string => `${flow} ${item} ${unit}`
export const stockCell = (lot: StreamName, unit: string): string => `${lot}\n${unit}`

const flows: { readonly [Type in MovementType]?: Flow } = {
  goodsIssue: "consumed",
  goodsReturn: "returned",
  productReceipt: "produced",
  coProductReceipt: "coProduced",
  byProductReceipt: "byProduced"
}

/** What a document adds to its order. */
export const orderCells = (document: Said): Cells =>
  sum([
    ...amountsSaid(document).map(
      ({ amount, operationId, quantity, sign }) =>
        [amountCell(operationId, amount, quantity.unit), signed(quantity.value, sign)] as const
    ),
    ...movementsSaid(document).flatMap(({ movement: { itemId, quantity, type }, sign }) => {
      const flow = flows[type]
      return flow === undefined
        ? []
        : [[materialCell(flow, itemId, quantity.unit), signed(quantity.value, sign)] as const]
    })
  ])

/** What it puts into the stock of lots. */
export const stockCells = (document: Said, plant: PlantId): Cells =>
  sum(
    (document.movements ?? []).flatMap((movement) => {
      const lot = lotOfMovement(movement, plant)
      const { unit, value } = movement.quantity
      return lot === undefined ? [] : [[stockCell(lot, unit), signed(value, intoStock(movement, document))] as const]
    })
  )

/** So much of an item, for its value: what went out counts like what came in. */
export interface ItemQuantity {
  readonly itemId: ItemId
  readonly unit: string
  readonly value: Decimal.Decimal
}

const magnitude = (value: Decimal.Decimal): Decimal.Decimal =>
  Decimal.compare(value, Decimal.zero) < 0 ? Decimal.negate(value) : value

export const itemsMoved = ({ movements = [] }: Said): ReadonlyArray<ItemQuantity> =>
  movements.map(({ itemId, quantity }) => ({ itemId, unit: quantity.unit, value: magnitude(quantity.value) }))
