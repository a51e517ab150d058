// SAP's numbers: what is all digits has leading zeros there, up to the field's length, and none in Traveler. Pure; used
// inside adapters/erp/sap.
import { Effect } from "effect"
import { DataQualityIssue } from "../../../core/failure.ts"
import { ItemId, LotId, OperationId, OrderId, StorageLocationId } from "../../../core/plant/identifiers.ts"

const lengths = { orderId: 12, itemId: 40, operationId: 4, lotId: 10, storageLocation: 4 } as const

/** A material's number that is all digits has 18 of them, whatever the field's length. */
const materialDigits = 18

const isDigits = (text: string): boolean => /^\d+$/.test(text)
/** For what is told, whether it makes sense or not. */
export const withoutZeros = (text: string): string => (isDigits(text) ? text.replace(/^0+(?=.)/, "") : text)
const withZeros = (text: string, length: number): string => (isDigits(text) ? text.padStart(length, "0") : text)

/** In capitals, as SAP keeps what is a key there; what is longer than the field would be cut off without a word. */
const fits = (text: string, longest: number): boolean =>
  text.length <= longest && text === text.toUpperCase() && text === text.trim()

const checked = (field: keyof typeof lengths, value: string, sap: string, longest: number = lengths[field]) =>
  fits(sap, longest)
    ? Effect.succeed(sap)
    : Effect.fail(
        new DataQualityIssue({
          field,
          value,
          reason: `SAP has up to ${longest} characters for it, none of them a small letter`,
          nextStep: "Correct what was reported, or the mapping of the sender, to SAP's own number"
        })
      )

export const orderNumber = (id: OrderId) => checked("orderId", id, withZeros(withoutZeros(id), lengths.orderId))
export const materialNumber = (id: ItemId) =>
  checked("itemId", id, withZeros(withoutZeros(id), materialDigits), isDigits(id) ? materialDigits : lengths.itemId)
export const operationNumber = (id: OperationId) =>
  checked("operationId", id, withZeros(withoutZeros(id), lengths.operationId))
/** Its zeros are its own. */
export const batchNumber = (id: LotId) => checked("lotId", id, id)
export const storageLocationNumber = (id: string) => checked("storageLocation", id, id)

export const orderOf = (number: string): OrderId => OrderId.make(withoutZeros(number))
export const itemOf = (number: string): ItemId => ItemId.make(withoutZeros(number))
/** `0010` in Traveler too. */
export const operationOf = (number: string): OperationId =>
  OperationId.make(withZeros(withoutZeros(number), lengths.operationId))
export const lotOf = (number: string): LotId => LotId.make(number)
export const storageLocationOf = (number: string): StorageLocationId => StorageLocationId.make(number)

/** As a key or a reference has it, whether or not SAP shows its zeros. */
export const padded = {
  order: (number: string): string => withZeros(number, lengths.orderId),
  material: (number: string): string => withZeros(number, materialDigits),
  orderItem: (number: string): string => withZeros(number, 4),
  reservation: (number: string): string => withZeros(number, 10),
  reservationItem: (number: string): string => withZeros(number, 4)
} as const
