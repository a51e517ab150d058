// What Traveler's views and the ERP hold of a simulated plant, as books. Used by `simulate --check`.
import { Effect } from "effect"
import { category, lotOf, orderOf, plantOf, type StreamName } from "../../core/journal/stream.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { edgesOfPlant } from "../../projections/genealogy/queries.ts"
import { lotsOfPlant } from "../../projections/lots/queries.ts"
import {
  materialsByOperation,
  materialsOfPlant,
  plansOfPlant,
  quantitiesOfPlant
} from "../../projections/orders/queries.ts"
import {
  amountCell,
  amounts,
  balanceCell,
  type Cells,
  edgeCell,
  expiryCell,
  flows,
  lotName,
  materialCell,
  orderName,
  plannedCell,
  plannedText,
  statusCell
} from "../simulator/books.ts"
import { numbersElsewhere } from "../simulator/receiving.ts"

type Cell = readonly [cell: string, value: string]

const cells = (all: ReadonlyArray<Cell>): Cells => Object.fromEntries(all.filter(([, value]) => value !== "0"))

export const ordersBook = Effect.fnUntraced(function* (plant: PlantId) {
  const quantities = (yield* quantitiesOfPlant(plant)).flatMap((row) => {
    const order = orderName(plant, row.orderId)
    return amounts.map((amount): Cell => [amountCell(order, row.operationId, amount, row.unit), row[amount]])
  })
  const materials = (yield* materialsOfPlant(plant)).flatMap((row) => {
    const order = orderName(plant, row.orderId)
    return flows.map((flow): Cell => [materialCell(order, undefined, flow, row.item, row.unit), row[flow]])
  })
  const byOperation = (yield* materialsByOperation(plant)).map(
    ({ flow, item, operationId, orderId, sum, unit }): Cell => [
      materialCell(orderName(plant, orderId), operationId, flow, item, unit),
      sum
    ]
  )
  const plans = (yield* plansOfPlant(plant)).map(
    ({ orderId, quantity, revision, unit }): Cell => [
      plannedCell(orderName(plant, orderId)),
      plannedText(quantity, unit, revision)
    ]
  )
  return cells([...quantities, ...materials, ...byOperation, ...plans])
})

export const lotsBook = Effect.fnUntraced(function* (plant: PlantId) {
  const rows = yield* lotsOfPlant(plant, numbersElsewhere(plant))
  return cells(
    rows.flatMap((row): ReadonlyArray<Cell> => {
      const lot = lotName(row)
      return [
        ...(row.unit === null ? [] : [[balanceCell(lot, row.unit), row.onHand ?? "0"] as const]),
        ...(row.disposition === null ? [] : [[statusCell(lot), row.disposition] as const]),
        ...(row.expired ? [[expiryCell(lot), "yes"] as const] : [])
      ]
    })
  )
})

const nameOf = (stream: StreamName): string =>
  category(stream) === "lot" ? lotName(lotOf(stream)) : orderName(plantOf(stream), orderOf(stream))

export const edgesBook = Effect.fnUntraced(function* (plant: PlantId) {
  const edges = yield* edgesOfPlant(plant, numbersElsewhere(plant))
  const alike = new Map<string, number>()
  for (const { by, certainty, quantity, source, target, through, unit } of edges) {
    const ends = { from: nameOf(source), to: nameOf(target), by: nameOf(by) }
    const cell = edgeCell({ ...ends, through, certainty, quantity, unit })
    alike.set(cell, (alike.get(cell) ?? 0) + 1)
  }
  return cells(Array.from(alike, ([cell, count]) => [cell, String(count)]))
})
