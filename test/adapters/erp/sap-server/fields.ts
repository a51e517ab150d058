// The fields that the stand-in of SAP takes, in their form and length, and nothing else; sources in `server.ts`. Used inside
// test/adapters/erp/sap-server.
import { malformed } from "./refusal.ts"

type Form =
  | { readonly is: "text"; readonly longest: number }
  /** All its digits, with zeros before them. */
  | { readonly is: "digits"; readonly length: number }
  /** Zeros before it where it is all digits. */
  | { readonly is: "number"; readonly length: number; readonly digits: number }
  | { readonly is: "decimal" }
  | { readonly is: "boolean" }
  | { readonly is: "day" }
  | { readonly is: "guid" }

type Fields = Readonly<Record<string, Form>>

const text = (longest: number): Form => ({ is: "text", longest })
const digits = (length: number): Form => ({ is: "digits", length })
const number = (length: number, digits = length): Form => ({ is: "number", length, digits })
const decimal: Form = { is: "decimal" }
const boolean: Form = { is: "boolean" }
const day: Form = { is: "day" }

const slots = [1, 2, 3, 4, 5, 6]

const goods: Fields = {
  Material: number(40, 18),
  Plant: text(4),
  StorageLocation: text(4),
  Batch: text(10),
  GoodsMovementType: digits(3),
  GoodsMovementRefDocType: text(1),
  Reservation: digits(10),
  ReservationItem: digits(4),
  EntryUnit: text(3),
  QuantityInEntryUnit: decimal,
  InventoryUsabilityCode: text(1),
  ShelfLifeExpirationDate: day,
  ManufactureDate: day
}

export const forms = {
  confirmation: {
    OrderID: number(12),
    Sequence: text(6),
    OrderOperation: digits(4),
    FinalConfirmationType: text(1),
    IsFinalConfirmation: boolean,
    OpenReservationsIsCleared: boolean,
    PostingDate: day,
    ConfirmationText: text(40),
    ConfirmationUnit: text(3),
    ConfirmationYieldQuantity: decimal,
    ConfirmationScrapQuantity: decimal,
    ConfirmationReworkQuantity: decimal,
    VarianceReasonCode: text(4),
    ...Object.fromEntries(slots.map((slot) => [`OpConfirmedWorkQuantity${slot}`, decimal])),
    ...Object.fromEntries(slots.map((slot) => [`OpWorkQuantityUnit${slot}`, text(3)])),
    Personnel: digits(8),
    WorkCenter: text(8),
    Plant: text(4),
    ExternalSystemConfirmation: { is: "guid" },
    APIConfHasNoGoodsMovements: boolean
  },
  confirmationItem: {
    ...goods,
    OrderID: number(12),
    OrderItem: digits(4),
    ReservationIsFinallyIssued: boolean,
    IsCompletelyDelivered: boolean,
    StorageType: text(3),
    StorageBin: text(10)
  },
  header: {
    DocumentDate: day,
    PostingDate: day,
    ReferenceDocument: text(16),
    MaterialDocumentHeaderText: text(25),
    GoodsMovementCode: digits(2)
  },
  headerItem: {
    ...goods,
    GoodsMovementReasonCode: text(4),
    MaterialDocumentPostingType: text(1),
    ManufacturingOrder: number(12),
    ManufacturingOrderItem: digits(4),
    IssgOrRcvgMaterial: number(40, 18),
    IssgOrRcvgBatch: text(10),
    IssuingOrReceivingPlant: text(4),
    IssuingOrReceivingStorageLoc: text(4),
    InventoryStockType: text(2)
  }
} satisfies Readonly<Record<string, Fields>>

const dayPattern = /^\/Date\((\d+)\)\/$/
const quantityPattern = /^\d{1,10}(\.\d{1,3})?$/
const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const wrong = (form: Form, value: unknown): string | undefined => {
  if (form.is === "boolean") return typeof value === "boolean" ? undefined : "is no Edm.Boolean"
  if (typeof value !== "string") return `is no text: ${JSON.stringify(value)}`
  switch (form.is) {
    case "text":
      return value.length > form.longest ? `is too long for ${form.longest} characters` : undefined
    case "digits":
      return /^\d+$/.test(value) && value.length === form.length ? undefined : `isn't ${form.length} digits`
    case "number":
      if (value.length > form.length || value.trim() !== value || value === "") return "has an invalid value"
      if (value !== value.toUpperCase()) return "has small letters"
      return /^\d+$/.test(value) && value.length !== form.digits ? `isn't ${form.digits} digits` : undefined
    case "decimal":
      return quantityPattern.test(value) ? undefined : "is no Edm.Decimal(13,3)"
    case "day": {
      const millis = dayPattern.exec(value)?.[1]
      return millis !== undefined && Number(millis) % 86_400_000 === 0 ? undefined : "is no day as /Date(ms)/"
    }
    case "guid":
      return guidPattern.test(value) ? undefined : "is no Edm.Guid"
  }
}

export type Given = Readonly<Record<string, unknown>>

export const isGiven = (value: unknown): value is Given =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A body with the fields that it may have, each in its form; what is mandatory, too. */
export const checkFields = (sort: keyof typeof forms, given: Given, mandatory: ReadonlyArray<string>): void => {
  const fields: Fields = forms[sort]
  for (const [name, value] of Object.entries(given)) {
    const form = fields[name]
    if (form === undefined) throw malformed(`Property ${name} is invalid`, name)
    const reason = wrong(form, value)
    if (reason !== undefined) throw malformed(`Property ${name} ${reason}: invalid value`, name)
  }
  for (const name of mandatory) if (!(name in given)) throw malformed(`Property ${name} is missing: invalid`, name)
}

/** `{ results: [...] }` of a deep insert. */
export const itemsIn = (value: unknown): ReadonlyArray<Given> => {
  if (!isGiven(value) || !Array.isArray(value.results)) throw malformed("A deep insert has { results: [...] }")
  return value.results.map((item: unknown) => {
    if (!isGiven(item)) throw malformed("An item is an object")
    return item
  })
}

export const textOf = (given: Given, name: string): string => {
  const value = given[name]
  return typeof value === "string" ? value : ""
}

export const flagOf = (given: Given, name: string): boolean => given[name] === true

/** What a line of goods says in either service. */
export const goodsOf = (given: Given) => ({
  plant: textOf(given, "Plant"),
  material: textOf(given, "Material"),
  batch: textOf(given, "Batch"),
  storageLocation: textOf(given, "StorageLocation"),
  unit: textOf(given, "EntryUnit"),
  quantity: textOf(given, "QuantityInEntryUnit"),
  reservation: textOf(given, "Reservation"),
  reservationItem: textOf(given, "ReservationItem"),
  automatic: false
})
