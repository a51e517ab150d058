// A partner's events as publications of canonical messages, each checked by its schema; with them goes the event as it was
// written, which the raw archive keeps. Pure; used by `traveler epcis import`.
import { Result, Schema, SchemaIssue } from "effect"
import type { DataQualityIssue } from "../../core/failure.ts"
import { type MessageSchema, plantMessages, schemaVersion } from "../../core/message/catalogue.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { exchanges, type Publication } from "../../core/port/broker.ts"
import { type Json, type JsonObject, writeJson } from "./json.ts"
import { objectMeaning } from "./lot-messages.ts"
import { type Meaning, type Meant, notUnderstood, type Unsaid, withoutGaps } from "./materials.ts"
import { transformationMeaning } from "./order-messages.ts"
import type { ReadEvent } from "./read.ts"

/** What became of one event. */
export interface Imported {
  readonly field: string
  readonly type: string
  readonly hash: string
  readonly publications: ReadonlyArray<Publication>
  readonly unsaid: ReadonlyArray<Unsaid>
}

/** Who sends, for the source of what is imported. */
export const appId = "epcis"

/** The member of a body that no message has: the event itself. */
export const carried = "epcis"

const meaningOf = (read: ReadEvent): Meaning => {
  switch (read.said.type) {
    case "ObjectEvent":
    case "AggregationEvent":
      return objectMeaning(read)
    case "TransformationEvent":
      return transformationMeaning(read)
    case "TransactionEvent":
    case "AssociationEvent":
      return { messages: [], unsaid: [{ what: read.said.type, why: "Traveler has no word for it" }] }
  }
}

/** A declaration of an error takes back each of the messages that the event was. */
const reversed = (read: ReadEvent, { body, type }: Meant, id: string): ReadonlyArray<Meant> => {
  const { errorDeclaration } = read.said
  if (errorDeclaration === undefined) return []
  const { orderId, ...lot } = body
  const what = {
    occurredAt: errorDeclaration.declarationTime,
    reverses: { messageId: id },
    reason: errorDeclaration["traveler:reason"] ?? errorDeclaration.reason ?? "errorDeclaration"
  }
  return type.startsWith("Material")
    ? [{ type: "ReportReversed", body: withoutGaps({ orderId, ...what }) }]
    : [
        {
          type: "LotReportReversed",
          body: withoutGaps({ itemId: lot.itemId, lotId: lot.lotId, scope: lot.scope, ...what })
        }
      ]
}

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()
const encoder = new TextEncoder()

const checked = (read: ReadEvent, { body, type }: Meant): DataQualityIssue | undefined => {
  const schema: MessageSchema = plantMessages[type]
  return Result.match(Schema.decodeUnknownResult(schema)(body), {
    onSuccess: () => undefined,
    onFailure: (error) => {
      const [issue] = formatIssue(error.issue).issues
      const path = (issue?.path ?? []).map((step) => String(typeof step === "object" ? step.key : step))
      return notUnderstood(`${read.field} as ${type}`, path.join("."), issue?.message ?? "Not a valid message")
    }
  })
}

/** What a repository says of the event, or somebody said later, is no part of it: sent again, it is the same message. */
const bare = ({ event }: ReadEvent): JsonObject => {
  const { errorDeclaration: _declared, recordTime: _recorded, ...said } = event
  return said
}

const publication = (plant: PlantId, { body, type }: Meant, messageId: string, original: Json): Publication => ({
  exchange: exchanges.mesEvents,
  routingKey: `${plant}.${type}`,
  type,
  contentType: "application/json",
  body: encoder.encode(writeJson({ ...body, [carried]: original })),
  messageId,
  appId,
  schemaVersion
})

/** All of the events, or the first that can't be said as it stands. */
export const imported = (
  plant: PlantId,
  events: ReadonlyArray<ReadEvent>
): Result.Result<ReadonlyArray<Imported>, DataQualityIssue> =>
  Result.all(
    events.map((read): Result.Result<Imported, DataQualityIssue> => {
      const { context, event, field, hash, said } = read
      const { messages, unsaid } = meaningOf(read)
      const sent = messages.flatMap((meant, place) => {
        const id = `${hash}/${place}`
        return [
          { meant, publication: publication(plant, meant, id, { context, event: bare(read) }) },
          ...reversed(read, meant, id).map((back) => ({
            meant: back,
            publication: publication(plant, back, `${id}/reversed`, { context, event })
          }))
        ]
      })
      const fault = sent.map(({ meant }) => checked(read, meant)).find((found) => found !== undefined)
      return fault === undefined
        ? Result.succeed({
            field,
            type: said.type,
            hash,
            publications: sent.map(({ publication }) => publication),
            unsaid
          })
        : Result.fail(fault)
    })
  )
