// Branded identifiers of the plant and the message. Anyone may import this file; it imports only Schema.
import { Schema } from "effect"

/**
 * One line of visible text: no control characters, so ids can be joined by them (see `messageKey`), and no lone
 * surrogates, which UTF-8 can't hold: such an id would come back from a database as another one.
 */
const text = (longest: number) =>
  Schema.String.pipe(
    Schema.check(
      Schema.isPattern(new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${longest}}$`, "u"), {
        message: `Expected 1 to ${longest} characters, no control characters and no lone surrogates`
      })
    )
  )

const Text = text(200)

/** The beginning of a text, to make an id of: a cut within a character of two UTF-16 units leaves no half of it. */
export const beginning = (text: string, units: number): string => text.slice(0, units).toWellFormed()

/** Routing keys are `<plant>.<type>`, so a plant's id has no dot; stream names are cut at `/`, so no slash. */
export const PlantId = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(/^[A-Za-z0-9_-]{1,60}$/, {
      message: "Expected 1 to 60 letters, digits, hyphens or underscores"
    })
  ),
  Schema.brand("PlantId")
)
export type PlantId = typeof PlantId.Type

/** B2MML OperationsRequest.ID. */
export const OrderId = Text.pipe(Schema.brand("OrderId"))
export type OrderId = typeof OrderId.Type

/** B2MML SegmentRequirement.ID: a step of one order. */
export const OperationId = Text.pipe(Schema.brand("OperationId"))
export type OperationId = typeof OperationId.Type

/** B2MML MaterialDefinition.ID. */
export const ItemId = Text.pipe(Schema.brand("ItemId"))
export type ItemId = typeof ItemId.Type

/** B2MML MaterialLot.ID: a lot's number, or a serial number (a lot of one). Unique within its scope and item only. */
export const LotId = Text.pipe(Schema.brand("LotId"))
export type LotId = typeof LotId.Type

/** B2MML StorageLocation: where a plant keeps material, by its own code; short, since an index holds it beside a lot. */
export const StorageLocationId = text(60).pipe(Schema.brand("StorageLocationId"))
export type StorageLocationId = typeof StorageLocationId.Type

/** Who supplies or is supplied: a business partner by the ERP's own number. */
export const PartnerId = Text.pipe(Schema.brand("PartnerId"))
export type PartnerId = typeof PartnerId.Type

/** B2MML Equipment.ID at level WorkCenter. */
export const WorkCenterId = Text.pipe(Schema.brand("WorkCenterId"))
export type WorkCenterId = typeof WorkCenterId.Type

/** B2MML OperationsMaterialBill.ID: a list of components. */
export const MaterialBillId = Text.pipe(Schema.brand("MaterialBillId"))
export type MaterialBillId = typeof MaterialBillId.Type

/** B2MML OperationsDefinition.ID: a routing or recipe. */
export const OperationsDefinitionId = Text.pipe(Schema.brand("OperationsDefinitionId"))
export type OperationsDefinitionId = typeof OperationsDefinitionId.Type

/** B2MML WorkCalendar.ID. */
export const WorkCalendarId = Text.pipe(Schema.brand("WorkCalendarId"))
export type WorkCalendarId = typeof WorkCalendarId.Type

/** B2MML Version of a bill or a definition: one approved state of it, which an order's release pins. */
export const DefinitionVersion = text(60).pipe(Schema.brand("DefinitionVersion"))
export type DefinitionVersion = typeof DefinitionVersion.Type

/** A person as the journal knows them: a random UUID. Names and badges live in one erasable table. */
export const PersonId = Schema.String.pipe(Schema.check(Schema.isUUID()), Schema.brand("PersonId"))
export type PersonId = typeof PersonId.Type

/** A person as the plant knows them; replaced by a `PersonId` before anything is recorded. */
export const Badge = Text.pipe(Schema.brand("Badge"))
export type Badge = typeof Badge.Type

/** The first 128 bits of SHA-256(source, messageId, raw hash), in hex. */
export const CaseId = Schema.String.pipe(Schema.check(Schema.isPattern(/^[0-9a-f]{32}$/)), Schema.brand("CaseId"))
export type CaseId = typeof CaseId.Type

/** A recall, or a mock recall, by the time and a few random letters: `R-20261130T0912-k3x9`. */
export const RecallId = text(60).pipe(Schema.brand("RecallId"))
export type RecallId = typeof RecallId.Type

/** Who sends: `<plant>/<exchange>/<app-id>` from the broker, `traveler/<part>` from inside the core. */
export const Source = Text.pipe(Schema.brand("Source"))
export type Source = typeof Source.Type

/**
 * B2MML ApplicationArea.BODID: the sender's id of the message, or `sha256:<digest>` where it gives none. Longer than
 * the rest, since the core's own ids hold a stream's name.
 */
export const MessageId = text(400).pipe(Schema.brand("MessageId"))
export type MessageId = typeof MessageId.Type

/** `<stream>/<version>/<kind>`-derived key of one ERP document; see `core/port/erp.ts`. */
export const PostingKey = text(300).pipe(Schema.brand("PostingKey"))
export type PostingKey = typeof PostingKey.Type
