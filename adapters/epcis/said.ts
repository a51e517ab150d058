// Pieces of an EPCIS event: what happened to which quantities, where, with whom, by which document. Pure; used by
// `lot-events.ts` and `order-events.ts`.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { senderOf } from "../../core/message/metadata.ts"
import { type Decimal, negate } from "../../core/plant/decimal.ts"
import type { PlantId, StorageLocationId } from "../../core/plant/identifiers.ts"
import { type LotKey, plantOfScope } from "../../core/plant/lot.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import { isOnePiece, locationUri, plantUri } from "./identifiers.ts"
import { type Json, type JsonObject, NumberText } from "./json.ts"

/** Only what there is: EPCIS says nothing by leaving a field out. */
export const given = (fields: { readonly [name: string]: Json | undefined }): JsonObject => {
  const said: { [name: string]: Json } = {}
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) said[name] = value
  return said
}

/** So much of a class; all of it where it says no quantity. */
export interface Amount {
  readonly uri: string
  readonly quantity?: Quantity
}

/** EPCIS knows UN/ECE Recommendation 20 alone, and counts pieces where no unit is said. */
const pieces = "EA"
const isRec20 = (unit: string): boolean => /^[A-Z0-9]{2,3}$/.test(unit)

const isPiece = ({ quantity, uri }: Amount): boolean =>
  isOnePiece(uri) && (quantity === undefined || (quantity.value === "1" && quantity.unit === pieces))

export const number = (value: Decimal): NumberText => new NumberText(value)

const element = ({ quantity, uri }: Amount): JsonObject => {
  if (quantity === undefined || !isRec20(quantity.unit)) return { epcClass: uri }
  const counted = { epcClass: uri, quantity: number(quantity.value) }
  return quantity.unit === pieces ? counted : { ...counted, uom: quantity.unit }
}

/** A quantity in a unit that EPCIS has no word for is said beside the list, in our own. */
const inOwnUnits = (name: string, amounts: ReadonlyArray<Amount>): JsonObject => {
  const own = amounts.flatMap(({ quantity, uri }) =>
    quantity === undefined || isRec20(quantity.unit)
      ? []
      : [{ "traveler:epcClass": uri, "traveler:quantity": quantity.value, "traveler:unit": quantity.unit }]
  )
  return own.length === 0 ? {} : { [name]: own }
}

const lists = (epcs: string, quantities: string, own: string, amounts: ReadonlyArray<Amount>): JsonObject => {
  const [classes, ofPieces] = [amounts.filter((amount) => !isPiece(amount)), amounts.filter(isPiece)]
  return given({
    [epcs]: ofPieces.length === 0 ? undefined : ofPieces.map(({ uri }) => uri),
    [quantities]: classes.length === 0 ? undefined : classes.map(element),
    ...inOwnUnits(own, amounts)
  })
}

export const objects = (...amounts: ReadonlyArray<Amount>): JsonObject =>
  lists("epcList", "quantityList", "traveler:quantities", amounts)

export const transformed = (inputs: ReadonlyArray<Amount>, outputs: ReadonlyArray<Amount>): JsonObject => ({
  ...lists("inputEPCList", "inputQuantityList", "traveler:inputQuantities", inputs),
  ...lists("outputEPCList", "outputQuantityList", "traveler:outputQuantities", outputs)
})

/** A difference as the quantity that came or went. */
export const size = ({ unit, value }: Quantity): Quantity => ({
  unit,
  value: value.startsWith("-") ? negate(value) : value
})

/** The plant where it happened; of a lot of the whole enterprise its sender's, which the core itself isn't. */
export const plantOfLot = (key: LotKey, { metadata }: RecordedEvent): PlantId | undefined =>
  plantOfScope(key.scope) ?? (metadata.source.startsWith("traveler/") ? undefined : senderOf(metadata).plantId)

const place = (plant: PlantId | undefined, location: StorageLocationId | undefined): JsonObject | undefined =>
  plant === undefined ? undefined : { id: location === undefined ? plantUri(plant) : locationUri(plant, location) }

/** Where it was seen; afterwards it is elsewhere, or nowhere. */
export const seenAt = (plant: PlantId | undefined, location?: StorageLocationId): JsonObject =>
  given({ readPoint: place(plant, location) })

/** Where it was seen and, where somebody said so, where it has been since. */
export const keptAt = (plant: PlantId | undefined, location: StorageLocationId | undefined): JsonObject =>
  given({
    readPoint: place(plant, undefined),
    bizLocation: location === undefined ? undefined : place(plant, location)
  })

export const documents = (...list: ReadonlyArray<{ readonly type: string; readonly uri: string }>): JsonObject =>
  list.length === 0 ? {} : { bizTransactionList: list.map(({ type, uri }) => ({ type, bizTransaction: uri })) }

/** What EPCIS has no field for, in our namespace. */
export const besides = (fields: { readonly [name: string]: Json | undefined }): JsonObject =>
  given(Object.fromEntries(Object.entries(fields).map(([name, value]) => [`traveler:${name}`, value])))
