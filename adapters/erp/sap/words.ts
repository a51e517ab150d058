// What of a document SAP has words for. Pure; used by the client and by whoever holds SAP's books against reports.
//
// Left out, because SAP has no place for it: what awaits a decision (`nonconforming`); a reason of scrap that is no code of
// SAP's; of a goods movement its operation; where a lot's number is unique (SAP has one level for all); and all but 160 bits
// of a key's hash. An amount of nothing is none. Identifiers and units are as SAP writes them; a line without a storage
// location has the plant's own; of a transfer the line that goes in follows the one that goes out.
import { zero } from "../../../core/plant/decimal.ts"
import type { Quantity } from "../../../core/plant/quantity.ts"
import type { Document, Movement } from "../../../core/port/erp.ts"
import { cancellationInWords, fingerprint, keyInWords, reversedInWords } from "./key.ts"
import { isTransfer, movementFor } from "./movement-types.ts"
import { itemOf, operationOf, orderOf, storageLocationOf } from "./numbers.ts"
import type { Plants, SapPlant } from "./options.ts"
import { asHeld } from "./units.ts"

type Amounts = NonNullable<Document["amounts"]>

const code = /^[A-Z0-9]{1,4}$/

const coded = (reason: string, reasons: SapPlant["reasons"] = {}): string =>
  (Object.hasOwn(reasons, reason) ? reasons[reason] : undefined) ?? reason

/** Undefined where SAP can't say it. */
export const reasonCode = (reason: string | undefined, plant: SapPlant | undefined): string | undefined => {
  const sap = reason === undefined ? undefined : coded(reason, plant?.reasons)
  return sap !== undefined && code.test(sap) ? sap : undefined
}

const quantityInWords = ({ unit, value }: Quantity): Quantity => ({ value, unit: asHeld(unit) })

const amountsInWords = (amounts: Amounts, plant: SapPlant | undefined): Amounts => {
  const reason = reasonCode(amounts.scrapReason, plant)
  const said = (name: "yield" | "scrap" | "rework" | "laborTime" | "machineTime") => {
    const quantity = amounts[name]
    return quantity === undefined || quantity.value === zero ? {} : { [name]: quantityInWords(quantity) }
  }
  return {
    ...said("yield"),
    ...said("scrap"),
    ...said("rework"),
    ...said("laborTime"),
    ...said("machineTime"),
    ...(reason === undefined ? {} : { scrapReason: reason })
  }
}

const movementInWords =
  (plant: SapPlant | undefined) =>
  ({ direction, itemId, lotId, quantity, storageLocation, type }: Movement): Movement => {
    const location = storageLocation ?? plant?.storageLocation
    return {
      type,
      direction,
      itemId: itemOf(itemId),
      ...(lotId === undefined ? {} : { lotId }),
      ...(location === undefined ? {} : { storageLocation: storageLocationOf(location) }),
      quantity: quantityInWords(quantity)
    }
  }

export interface Pair {
  readonly out: Movement
  readonly into: Movement | undefined
}

/** The first that goes out belongs to the first that comes in, and so on. */
export const pairs = (movements: ReadonlyArray<Movement>): ReadonlyArray<Pair> => {
  const into = movements.filter(({ direction }) => direction === "in")
  return movements.filter(({ direction }) => direction === "out").map((out, index) => ({ out, into: into[index] }))
}

export const isTransferOf = (movements: ReadonlyArray<Movement>): boolean =>
  movements.length > 0 && movements.every(({ type }) => isTransfer(type))

const textOf = ({ direction, itemId, lotId, quantity, storageLocation, type }: Movement): string =>
  JSON.stringify([type, direction, itemId, lotId, storageLocation, quantity.value, quantity.unit])

/** A confirmation's goods have no order there: what waited in COGI is booked last. */
export const inAnyOrder = (movements: ReadonlyArray<Movement>): ReadonlyArray<Movement> =>
  movements.toSorted((left, right) => (textOf(left) < textOf(right) ? -1 : 1))

const arranged = (movements: ReadonlyArray<Movement>): ReadonlyArray<Movement> =>
  isTransferOf(movements)
    ? pairs(movements).flatMap(({ into, out }) => (into === undefined ? [out] : [out, into]))
    : movements

/** A line of stock that belongs to no order has no order's number in SAP. */
const namesOrder = ({ amounts, kind, movements = [] }: Document): boolean =>
  kind === "confirmation" || amounts !== undefined || movements.some((line) => movementFor(line)?.ofOrder === true)

export const wording =
  (plants: Plants) =>
  (document: Document): Document => {
    const {
      amounts = document.kind === "confirmation" ? {} : undefined,
      final = false,
      key,
      kind,
      movements = [],
      operationId,
      orderId,
      plant,
      postingDate,
      reverses
    } = document
    const sap = plants.of(plant)
    const reversed = reverses === undefined ? undefined : fingerprint(reverses)
    const worded = arranged(movements).map(movementInWords(sap))
    const lines = amounts === undefined ? worded : inAnyOrder(worded)
    const isCancellation = reversed !== undefined && amounts === undefined
    return {
      key: isCancellation ? cancellationInWords(reversed) : keyInWords(fingerprint(key)),
      kind,
      plant,
      ...(orderId === undefined || !namesOrder(document) ? {} : { orderId: orderOf(orderId) }),
      ...(amounts === undefined
        ? {}
        : {
            ...(operationId === undefined ? {} : { operationId: operationOf(operationId) }),
            amounts: amountsInWords(amounts, sap),
            final
          }),
      ...(lines.length === 0 ? {} : { movements: lines }),
      ...(reversed === undefined ? {} : { reverses: reversedInWords(reversed) }),
      postingDate
    }
  }
