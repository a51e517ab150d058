// Canonical messages of master data, version 1: what an ERP publishes, by B2MML's verb SYNC, and alone may change. Anyone
// may import this file.
import { Schema } from "effect"
import {
  DefinitionVersion,
  ItemId,
  MaterialBillId,
  OperationId,
  OperationsDefinitionId,
  WorkCalendarId,
  WorkCenterId
} from "../plant/identifiers.ts"
import type { MasterDataKey } from "../plant/master-data.ts"
import { DecimalFromText, PositiveQuantity, Unit } from "../plant/quantity.ts"
import { OccurredAt } from "../plant/time.ts"
import { PlannedOperation } from "./order.ts"

const about = {
  /** When the ERP changed it: of two, the later one holds, in whichever order they come. */
  occurredAt: OccurredAt,
  /** B2MML ActionCode; `Delete` takes it back, and says once more what it was. */
  actionCode: Schema.optionalKey(Schema.Literals(["Add", "Change", "Delete"])),
  description: Schema.optionalKey(Schema.String)
}

/** From when until when it may be used. A version without either may be used at all times. */
const validity = { validFrom: Schema.optionalKey(OccurredAt), validTo: Schema.optionalKey(OccurredAt) }

const PositiveDecimal = PositiveQuantity.fields.value

/**
 * `denominator` of the one unit (1 where absent) are `numerator` of the other: a ratio, since a twelfth has no exact
 * decimal.
 */
const ratio = { numerator: PositiveDecimal, denominator: Schema.optionalKey(PositiveDecimal) }

/** B2MML MaterialDefinition: an item. */
export const MaterialDefinitionPublished = Schema.Struct({
  ...about,
  itemId: ItemId,
  /** In which its stock is kept. */
  unit: Unit,
  /** Of other units into the item's own, for this item alone. */
  conversions: Schema.optionalKey(Schema.Array(Schema.Struct({ unit: Unit, ...ratio }))),
  /** Where its lots' numbers are unique; absent where it has no lots. */
  lotScope: Schema.optionalKey(Schema.Literals(["enterprise", "plant", "supplier"])),
  /** What `per` of its unit (1 where absent) are worth in the ERP's books. */
  standardPrice: Schema.optionalKey(
    Schema.Struct({
      value: DecimalFromText,
      currency: Schema.String.pipe(
        Schema.check(Schema.isPattern(/^[A-Z]{3}$/, { message: "Expected a currency of ISO 4217, like EUR" }))
      ),
      per: Schema.optionalKey(PositiveDecimal)
    })
  )
})

/** UN/ECE Recommendation 20: a unit, and how it converts whatever the item. */
export const UnitOfMeasurePublished = Schema.Struct({
  ...about,
  unit: Unit,
  base: Schema.optionalKey(Schema.Struct({ unit: Unit, ...ratio }))
})

/** B2MML OperationsMaterialBill: what so much of an item is made of. */
export const MaterialBillPublished = Schema.Struct({
  ...about,
  ...validity,
  materialBillId: MaterialBillId,
  version: DefinitionVersion,
  itemId: ItemId,
  quantity: PositiveQuantity,
  components: Schema.Array(
    Schema.Struct({
      /** The line's own, where the ERP gives it one. */
      id: Schema.optionalKey(Schema.NonEmptyString),
      itemId: ItemId,
      quantity: PositiveQuantity,
      /** B2MML MaterialUse; `Consumed` where absent. */
      use: Schema.optionalKey(Schema.Literals(["Consumed", "Co-product Produced", "By-product Produced"])),
      operationId: Schema.optionalKey(OperationId),
      /** In percent of the quantity. */
      scrapPercent: Schema.optionalKey(DecimalFromText),
      /** The ERP itself takes it out of stock when its operation is confirmed. */
      backflush: Schema.optionalKey(Schema.Boolean)
    })
  )
})

/** B2MML OperationsDefinition: a routing or recipe. */
export const OperationsDefinitionPublished = Schema.Struct({
  ...about,
  ...validity,
  operationsDefinitionId: OperationsDefinitionId,
  version: DefinitionVersion,
  itemId: Schema.optionalKey(ItemId),
  materialBill: Schema.optionalKey(Schema.Struct({ id: MaterialBillId, version: DefinitionVersion })),
  operations: Schema.Array(PlannedOperation)
})

/** B2MML WorkCalendar: when is worked and when isn't, at one work center or wherever it is used. */
export const WorkCalendarPublished = Schema.Struct({
  ...about,
  workCalendarId: WorkCalendarId,
  workCenterId: Schema.optionalKey(WorkCenterId),
  entries: Schema.Array(
    Schema.Struct({
      id: Schema.optionalKey(Schema.NonEmptyString),
      isWorking: Schema.Boolean,
      /** As the plant calls it: a shift, maintenance, a holiday. */
      type: Schema.optionalKey(Schema.NonEmptyString),
      startsAt: OccurredAt,
      endsAt: OccurredAt
    })
  )
})

/** Type name → schema of the body, for `catalogue.ts`. */
export const masterDataMessages = {
  MaterialDefinitionPublished,
  UnitOfMeasurePublished,
  MaterialBillPublished,
  OperationsDefinitionPublished,
  WorkCalendarPublished
} as const

export type MasterDataMessageType = keyof typeof masterDataMessages
export type MasterDataMessage = {
  [Type in MasterDataMessageType]: { readonly type: Type; readonly body: (typeof masterDataMessages)[Type]["Type"] }
}[MasterDataMessageType]

type Said = {
  [Type in MasterDataMessageType]: Omit<(typeof masterDataMessages)[Type]["Type"], "occurredAt">
}[MasterDataMessageType]

/** Which record a message, or its event, is about. */
export const masterDataKey = (said: Said): MasterDataKey => {
  if ("materialBillId" in said) return { kind: "MaterialBill", id: said.materialBillId, version: said.version }
  if ("operationsDefinitionId" in said) {
    return { kind: "OperationsDefinition", id: said.operationsDefinitionId, version: said.version }
  }
  if ("workCalendarId" in said) return { kind: "WorkCalendar", id: said.workCalendarId }
  return "itemId" in said ? { kind: "MaterialDefinition", id: said.itemId } : { kind: "UnitOfMeasure", id: said.unit }
}

export const isMasterData = <Message extends { readonly type: string }>(
  message: Message
): message is Extract<Message, MasterDataMessage> => Object.hasOwn(masterDataMessages, message.type)
