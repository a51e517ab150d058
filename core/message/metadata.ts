// What every message carries besides its content, and every event keeps. Anyone may import this file.
import { Schema } from "effect"
import { MessageId, PersonId, PlantId, Source } from "../plant/identifiers.ts"
import { OccurredAt } from "../plant/time.ts"

/** What identifies a message: its sender's name and the sender's id for it. */
export const MessageReference = Schema.Struct({ source: Source, messageId: MessageId })
export type MessageReference = typeof MessageReference.Type

/** SHA-256 of the body as received; for a reaction or a timer, the hash of the event that caused it. */
export const Digest = Schema.Uint8Array
export type Digest = Uint8Array

/**
 * The envelope of one message. It is stored with each event that the message caused, so it can't be changed later.
 * `queue` is the broker queue it came by, or the part of the core that sent it.
 */
export const MessageMetadata = Schema.Struct({
  ...MessageReference.fields,
  digest: Digest,
  queue: Schema.String,
  occurredAt: OccurredAt,
  /** The sender's own count of messages for this order, from 1; a hole in it is a known gap. */
  sequence: Schema.optionalKey(Schema.Int.pipe(Schema.check(Schema.isGreaterThan(0)))),
  correlationId: Schema.optionalKey(Schema.String),
  causationId: Schema.optionalKey(Schema.String),
  /** W3C trace context of the span that handled the message. */
  traceparent: Schema.optionalKey(Schema.String),
  by: Schema.optionalKey(PersonId),
  /** Version of the plant's mapping that translated the message; absent where it came in canonical form. */
  mappingVersion: Schema.optionalKey(Schema.Int),
  /** The message that this one replaces after repair: it takes that message's place and rank. */
  corrects: Schema.optionalKey(MessageReference)
})
export type MessageMetadata = typeof MessageMetadata.Type

let lastReference: MessageReference | undefined
let lastKey = ""

/**
 * One text for a reference: identifiers hold no control characters, so the line feed can't be mistaken. A message is
 * asked for its key several times in a row, by every map that holds it: they get one text, hashed once.
 */
export const messageKey = (reference: MessageReference): string => {
  if (reference !== lastReference) {
    lastReference = reference
    lastKey = `${reference.source}\n${reference.messageId}`
  }
  return lastKey
}

/** The reference whose place a message takes: the corrected one's for a repaired twin, else its own. */
export const identity = (metadata: MessageMetadata): MessageReference => metadata.corrects ?? metadata

/** The plant of a source `<plant>/<exchange>/<app-id>`, and whether its ERP speaks. For what came by the broker. */
export const senderOf = (metadata: MessageMetadata): { readonly plantId: PlantId; readonly isErp: boolean } => {
  const [plant = "", exchange] = identity(metadata).source.split("/", 2)
  return { plantId: PlantId.make(plant), isErp: exchange === "erp.events" }
}
