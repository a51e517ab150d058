// What a case says of a message that came by the broker. Used by whatever parks one.
import { legible } from "../core/failure.ts"
import type { CaseSubject } from "../core/message/exception.ts"
import { identity, type MessageMetadata } from "../core/message/metadata.ts"
import type { Delivery } from "../core/port/broker.ts"

export type MessageSubject = Extract<CaseSubject, { readonly kind: "message" }>

/** Of a repaired twin it is the message whose place it takes. */
export const messageSubject = (delivery: Delivery, metadata: MessageMetadata): MessageSubject => {
  const { source, messageId } = identity(metadata)
  return {
    kind: "message",
    message: { source, messageId },
    digest: metadata.digest,
    delivery: {
      queue: delivery.queue,
      plant: delivery.plant,
      exchange: legible(delivery.exchange),
      type: legible(delivery.type ?? ""),
      contentType: legible(delivery.contentType ?? ""),
      schemaVersion: legible(delivery.schemaVersion ?? ""),
      ...(metadata.sequence === undefined ? {} : { sequence: metadata.sequence })
    }
  }
}
