// What a document adds to the sums of an order's operations and moves in or out, whoever holds it: an ERP, the journal. Pure.
// Used by whoever compares the two.
import type { OperationId } from "../../core/plant/identifiers.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import type { Document, DocumentContent, Movement } from "../../core/port/erp.ts"

export type Said = DocumentContent & Pick<Document, "kind">

/** The names of amounts as the view `orders` has them, and as a document does. */
export const amountNames = [
  ["good", "yield"],
  ["scrap", "scrap"],
  ["rework", "rework"],
  ["nonconforming", "nonconforming"],
  ["labor", "laborTime"],
  ["machine", "machineTime"]
] as const

interface AmountSaid {
  readonly operationId: OperationId
  readonly amount: (typeof amountNames)[number][0]
  readonly quantity: Quantity
  readonly sign: 1 | -1
}

const signOf = ({ kind }: Said): 1 | -1 => (kind === "reversal" ? -1 : 1)

/** What it confirms, a line for each amount; negative where it takes back. */
export const amountsSaid = (document: Said): ReadonlyArray<AmountSaid> => {
  const { amounts, operationId, operations = [] } = document
  const own = amounts === undefined || operationId === undefined ? [] : [{ amounts, operationId }]
  return [...own, ...operations].flatMap((total) =>
    amountNames.flatMap(([amount, field]) => {
      const quantity = total.amounts[field]
      const sign = "takenBack" in total ? -1 : signOf(document)
      return quantity === undefined ? [] : [{ operationId: total.operationId, amount, quantity, sign }]
    })
  )
}

/** A group that takes back more than it adds has the line the other way round. */
const usual = ({ direction, type }: Movement, { kind }: Said): Movement["direction"] =>
  kind !== "group" ? direction : type === "goodsIssue" ? "out" : "in"

/** What it moves, each line in the direction that is usual for it; negative where it takes back. */
export const movementsSaid = (document: Said): ReadonlyArray<{ readonly movement: Movement; readonly sign: 1 | -1 }> =>
  (document.movements ?? []).map((movement) => {
    const direction = usual(movement, document)
    return { movement: { ...movement, direction }, sign: direction === movement.direction ? signOf(document) : -1 }
  })

/** Whether a line of it puts something into stock. */
export const intoStock = ({ direction }: Movement, document: Said): 1 | -1 =>
  (direction === "in") === (signOf(document) === 1) ? 1 : -1
