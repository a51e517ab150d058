// What the number of a record that Traveler made says: which order it goes on with, or what it takes back. Tryton has no
// other place for it. Pure; used inside adapters/erp/tryton.
import type { OrderId, PostingKey } from "../../../core/plant/identifiers.ts"

const reverses = "reverses "

/** Of what takes back the document of this number; one document has one such record. */
export const reversalNumber = (original: string): string => `${reverses}${original}`

/** The number of the document that it takes back. */
export const reversedIn = (number: string): string | undefined =>
  number.startsWith(reverses) ? number.slice(reverses.length) : undefined

/** Of a production that goes on with an order which is done already, or isn't known to Tryton. */
export const continuationNumber = (orderId: OrderId, key: PostingKey): string =>
  `${orderId} +${key.split("/").at(-2) ?? ""}`

/** A continuation has no product; an order has its own number and a product. */
export const orderOfNumber = (number: string, product: number | null): string =>
  product === null ? number.slice(0, Math.max(0, number.lastIndexOf(" +"))) : number
