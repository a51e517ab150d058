// A message as the archive keeps it: how the broker delivered it, and its bytes as sent, unless they were redacted.
// Used in adapters/archive, and by whoever reads the archive.
import { Schema, Struct } from "effect"
import { sha256 } from "../../core/journal/hash.ts"
import { Digest } from "../../core/message/metadata.ts"
import { Delivery } from "../../core/port/broker.ts"
import { type Arrival, inboxOf } from "../../core/port/inbound-stream.ts"

/** Plant and queue follow from exchange and routing key; whether it was delivered before says nothing here. */
const { body, ...envelope } = Struct.omit(Delivery.fields, ["plant", "queue", "redelivered"])

/** What stands in a block of one message. */
export const Entry = Schema.Struct({
  offset: Schema.Int,
  /** Milliseconds since 1970. */
  receivedAt: Schema.Int,
  ...envelope,
  content: Schema.Union([
    Schema.Struct({ _tag: Schema.Literal("Kept"), body }),
    Schema.Struct({ _tag: Schema.Literal("Redacted"), digest: Digest })
  ])
})
export type Entry = typeof Entry.Type

export const entryOf = ({ delivery, offset }: Arrival, receivedAt: number): Entry => {
  const { body, plant: _plant, queue: _queue, redelivered: _redelivered, ...envelope } = delivery
  return { offset, receivedAt, ...envelope, content: { _tag: "Kept", body } }
}

/** Found anew from the bytes each time: so it proves that they are those that came in. */
export const digestOf = ({ content }: Entry): Uint8Array =>
  content._tag === "Kept" ? sha256(content.body) : content.digest

/** What a sender may have put a person's name into goes with the bytes: only what the journal has, too, stays. */
export const redacted = (entry: Entry): Entry => {
  const { appId, exchange, messageId, offset, receivedAt, routingKey, type } = entry
  return {
    offset,
    receivedAt,
    exchange,
    routingKey,
    ...(type === undefined ? {} : { type }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(appId === undefined ? {} : { appId }),
    content: { _tag: "Redacted", digest: digestOf(entry) }
  }
}

export interface ArchivedMessage {
  readonly incarnation: number
  readonly offset: number
  /** When the archive took it from the stream, milliseconds since 1970. */
  readonly receivedAt: number
  readonly digest: Uint8Array
  /** As the ingress had it, byte for byte; of a redacted one only what its case or event says, too. */
  readonly envelope: Omit<Delivery, "body" | "redelivered">
  /** Absent where it was redacted. */
  readonly body?: Uint8Array
}

export const archivedMessage = (incarnation: number, entry: Entry): ArchivedMessage => {
  const { content, offset, receivedAt, ...envelope } = entry
  return {
    incarnation,
    offset,
    receivedAt,
    digest: digestOf(entry),
    envelope: { ...inboxOf(entry.exchange, entry.routingKey), ...envelope },
    ...(content._tag === "Kept" ? { body: content.body } : {})
  }
}

/** What the ingress is given to decide it once more; none where there are no bytes any more. */
export const deliveryOf = ({ body, envelope }: ArchivedMessage): Delivery | undefined =>
  body === undefined ? undefined : { ...envelope, redelivered: false, body }
