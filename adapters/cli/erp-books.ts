// What the ERP holds of a simulated plant and what is still to come there, as books. Used by `simulate --check`.
import { Effect } from "effect"
import * as Decimal from "../../core/plant/decimal.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { type LotScope, plantScope } from "../../core/plant/lot.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import type { Document } from "../../core/port/erp.ts"
import { documentOf, postingsToCome } from "../../projections/postings/queries.ts"
import { amountsSaid, intoStock, movementsSaid } from "../erp/document-sums.ts"
import type { SandboxAdmin } from "../erp/sandbox/admin.ts"
import {
  amountCell,
  type Cells,
  itemName,
  lotName,
  movementCell,
  orderName,
  statusCell,
  stockCell
} from "../simulator/books.ts"

/** Sums that end as cells. */
class Sums {
  readonly #sums = new Map<string, Decimal.Decimal>()
  add(cell: string, { value }: Pick<Quantity, "value">, sign: 1 | -1): void {
    const signed = sign === 1 ? value : Decimal.negate(value)
    this.#sums.set(cell, Decimal.add(this.#sums.get(cell) ?? Decimal.zero, signed))
  }
  get cells(): Cells {
    return Object.fromEntries([...this.#sums].filter(([, sum]) => sum !== Decimal.zero))
  }
}

interface Material {
  readonly itemId: string
  readonly lotId?: string
  readonly scope?: LotScope
}

const nameOf = (plant: PlantId, { itemId, lotId, scope }: Material): string =>
  lotId === undefined ? itemName(itemId) : lotName({ itemId, lotId, scope: scope ?? plantScope(plant) })

const addAmounts = (sums: Sums, document: Document): void => {
  const { orderId, plant } = document
  if (orderId === undefined) return
  for (const { amount, operationId, quantity, sign } of amountsSaid(document)) {
    sums.add(amountCell(orderName(plant, orderId), operationId, amount, quantity.unit), quantity, sign)
  }
}

const addMovements = (sums: Sums, document: Document): void => {
  const { orderId, plant } = document
  const order = orderId === undefined ? undefined : orderName(plant, orderId)
  for (const { movement, sign } of movementsSaid(document)) {
    const { direction, quantity, storageLocation, type, ...material } = movement
    const of = nameOf(plant, material)
    sums.add(movementCell({ plant, order, type, direction, of, storageLocation, unit: quantity.unit }), quantity, sign)
  }
}

/** What documents say, less what was reversed. */
export const documentCells = (documents: ReadonlyArray<Document>): Cells => {
  const sums = new Sums()
  for (const document of documents) {
    addAmounts(sums, document)
    addMovements(sums, document)
  }
  return sums.cells
}

/**
 * By documents, in the ERP or still to come: a key that is in both is one. And by stock: what the ERP says that it has,
 * with what the documents will do to it that aren't there yet.
 */
export const erpBooks = Effect.fnUntraced(function* (plant: PlantId, erp: SandboxAdmin) {
  const coming = Array.from(yield* postingsToCome(plant), documentOf)
  const posted = (yield* erp.documents(plant)).map(({ content }) => content)
  const keys = new Set(posted.map(({ key }) => key))
  const missing = coming.filter(({ key }) => !keys.has(key))

  const stock = new Sums()
  for (const { quantity: value, unit, ...material } of yield* erp.stock(plant)) {
    stock.add(stockCell(plant, nameOf(plant, material), unit), { value }, 1)
  }
  for (const document of missing) {
    for (const movement of document.movements ?? []) {
      const { quantity } = movement
      stock.add(stockCell(plant, nameOf(plant, movement), quantity.unit), quantity, intoStock(movement, document))
    }
  }
  const statuses = [...(yield* erp.statuses(plant)), ...missing.flatMap(({ status }) => status ?? [])].map(
    ({ disposition, ...lot }) => [statusCell(lotName(lot)), disposition] as const
  )
  return {
    documents: { ...documentCells([...posted, ...missing]), ...Object.fromEntries(statuses) },
    stock: stock.cells,
    toCome: coming.length
  }
})
