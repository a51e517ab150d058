// Why stock changes, as SAP's movement types, the types that reverse them, and the code of the document that they go in.
// Pure; used inside adapters/erp/sap.
import type { Movement, MovementType } from "../../../core/port/erp.ts"

export interface SapMovement {
  readonly type: MovementType
  readonly direction: Movement["direction"]
  readonly sap: string
  readonly reversal: string
  /** GoodsMovementCode: of all lines of a document the same. */
  readonly code: "02" | "03" | "04" | "05" | "06"
  /** Of an order: its number is on the line. */
  readonly ofOrder: boolean
  /** One line of SAP's is two of Traveler's, one out and one in. */
  readonly isTransfer: boolean
}

const row = (
  type: MovementType,
  direction: Movement["direction"],
  sap: string,
  reversal: string,
  code: SapMovement["code"],
  what: "of an order" | "transfer" | "of stock" = "of stock"
): SapMovement => ({
  type,
  direction,
  sap,
  reversal,
  code,
  ofOrder: what === "of an order",
  isTransfer: what === "transfer"
})

const table: ReadonlyArray<SapMovement> = [
  row("goodsIssue", "out", "261", "262", "03", "of an order"),
  // KBA 3027233: code 06, and a posting type that gives the quantity back to the reservation.
  row("goodsReturn", "in", "262", "261", "06", "of an order"),
  row("productReceipt", "in", "101", "102", "02", "of an order"),
  row("coProductReceipt", "in", "101", "102", "02", "of an order"),
  row("byProductReceipt", "in", "531", "532", "05", "of an order"),
  // Receipt without a purchase order: 101 needs its number and item, which no document has.
  row("supplierReceipt", "in", "501", "502", "05"),
  row("shipment", "out", "601", "602", "03"),
  row("customerReturn", "in", "651", "652", "05"),
  row("scrapping", "out", "551", "552", "03"),
  // Out of unrestricted stock; 331 is out of stock in quality inspection, which no document says.
  row("sampling", "out", "333", "334", "03"),
  row("adjustment", "in", "701", "702", "05"),
  row("adjustment", "out", "702", "701", "03"),
  row("lotTransfer", "out", "309", "310", "04", "transfer"),
  row("locationTransfer", "out", "311", "312", "04", "transfer")
]

/** Of a transfer's line that goes in there is none: it is on the one that goes out. */
export const movementFor = ({ direction, type }: Pick<Movement, "type" | "direction">): SapMovement | undefined =>
  table.find((one) => one.type === type && one.direction === direction)

export const isTransfer = (type: MovementType): boolean => table.some((one) => one.type === type && one.isTransfer)

export const mainItem = "0001"

/** Of 101 the item of the order says which product it is. */
export const movementOf = (sap: string, orderItem: string, isReversal: boolean): SapMovement | undefined => {
  const all = table.filter((one) => (isReversal ? one.reversal : one.sap) === sap)
  const isMain = Number(orderItem) <= Number(mainItem)
  return all.find(({ type }) => type !== (isMain ? "coProductReceipt" : "productReceipt"))
}
