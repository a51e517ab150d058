// What a simulated plant is compared by: five books of cells, each a name in plain words and a value as text. The truth
// fills them from what was made up, the check from what Traveler and the ERP hold; nothing else is shared by the two.
import { Schema } from "effect"

/** Name → value; what is nothing (a sum of zero, a lot of which nobody has said anything) has no cell. */
const Cells = Schema.Record(Schema.String, Schema.String)
export type Cells = typeof Cells.Type

export const bookNames = ["orders", "lots", "edges", "documents", "stock"] as const
export type BookName = (typeof bookNames)[number]

export const Books = Schema.Struct({ orders: Cells, lots: Cells, edges: Cells, documents: Cells, stock: Cells })
export type Books = typeof Books.Type

export interface LotName {
  readonly scope: string
  readonly itemId: string
  readonly lotId: string
}

export const lotName = ({ itemId, lotId, scope }: LotName): string => `lot ${scope}/${itemId}/${lotId}`
export const orderName = (plant: string, orderId: string): string => `order ${plant}/${orderId}`

export const amounts = ["good", "scrap", "rework", "nonconforming", "labor", "machine"] as const
export type Amount = (typeof amounts)[number]

/** In the orders' book, and in the documents' for what is posted of it. */
export const amountCell = (order: string, operationId: string, amount: Amount, unit: string): string =>
  `${order}, ${operationId}: ${amount} ${unit}`

export const plannedCell = (order: string): string => `${order}: planned`
/** Of the ruling revision. */
export const plannedText = (value: string, unit: string, revision: number): string =>
  `${value} ${unit} by revision ${revision}`

export const flows = ["consumed", "returned", "produced", "coProduced", "byProduced"] as const
export type Flow = (typeof flows)[number]

/** What went into an order or came out of it, in all and by each operation that a report names. */
export const materialCell = (
  order: string,
  operationId: string | undefined,
  flow: Flow,
  itemId: string,
  unit: string
): string => `${order}${operationId === undefined ? "" : `, ${operationId}`}: ${flow} ${itemId} ${unit}`

export const balanceCell = (lot: string, unit: string): string => `${lot}: ${unit}`
export const statusCell = (lot: string): string => `${lot}: status`
export const expiryCell = (lot: string): string => `${lot}: expired`

export interface EdgeName {
  /** Lots and orders by their names here. */
  readonly from: string
  readonly to: string
  readonly through: string
  readonly certainty: string
  readonly quantity: string
  readonly unit: string
  /** Whose report says so. */
  readonly by: string
}

/** Its value is how many edges are exactly alike: each consumption is its own. */
export const edgeCell = ({ by, certainty, from, quantity, through, to, unit }: EdgeName): string =>
  `${from} → ${to}: ${quantity} ${unit}, ${through}, ${certainty}, by ${by}`

export interface MovementName {
  readonly plant: string
  /** The order whose report moves it, by its name here; absent where a lot's own does. */
  readonly order?: string | undefined
  readonly type: string
  readonly direction: "in" | "out"
  /** A lot by its name here; an item where it has no number. */
  readonly of: string
  readonly storageLocation?: string | undefined
  readonly unit: string
}

export const movementCell = ({ direction, of, order, plant, storageLocation, type, unit }: MovementName): string =>
  `${plant}, ${of}: ${type} ${direction} at ${storageLocation ?? "(nobody said)"} ${unit}${order === undefined ? "" : `, of ${order}`}`

export const stockCell = (plant: string, of: string, unit: string): string => `${plant}, ${of}: ${unit}`

export const itemName = (itemId: string): string => `item ${itemId}`
