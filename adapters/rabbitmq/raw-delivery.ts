// The two frames that come before a delivery's body, decoded: AMQP 0-9-1 `basic.deliver` and its content header. For
// adapters/rabbitmq only. A tenth of what the client's own decoder costs, which is made of an object a field.
import { fieldTable, type Headers } from "./field-table.ts"
import { knownText } from "./known-texts.ts"

export interface RawDelivery extends DeliverMethod {
  readonly properties: RawProperties
  /** As sent, byte for byte. */
  readonly body: Uint8Array
}

export interface DeliverMethod {
  readonly redelivered: boolean
  readonly exchange: string
  readonly routingKey: string
}

/** Those of the content header's properties that contract v1 knows. */
export interface RawProperties {
  readonly type?: string | undefined
  readonly contentType?: string | undefined
  readonly messageId?: string | undefined
  readonly appId?: string | undefined
  readonly correlationId?: string | undefined
  readonly headers?: Headers | undefined
}

/** The payload of a method frame, which begins at `from`. No view is made of it: three a message would be most of the cost. */
export const deliverMethod = (bytes: Buffer, from: number): DeliverMethod => {
  const tagAt = from + 5 + (bytes[from + 4] ?? 0)
  const exchangeAt = tagAt + 9
  const routingKeyAt = exchangeAt + 1 + (bytes[exchangeAt] ?? 0)
  return {
    redelivered: ((bytes[tagAt + 8] ?? 0) & 1) === 1,
    exchange: knownShortText(bytes, exchangeAt),
    routingKey: knownShortText(bytes, routingKeyAt)
  }
}

const shortTextEnd = (bytes: Buffer, at: number): number => at + 1 + (bytes[at] ?? 0)
const shortText = (bytes: Buffer, at: number): string => bytes.toString("utf8", at + 1, shortTextEnd(bytes, at))
const knownShortText = (bytes: Buffer, at: number): string => knownText(bytes, at + 1, shortTextEnd(bytes, at))

/** The payload of a content header frame, which begins at `from`. Throws where it's too short to say. */
export const bodySize = (bytes: Buffer, from: number): number =>
  bytes.readUInt32BE(from + 4) * 0x1_0000_0000 + bytes.readUInt32BE(from + 8)

/** The properties in the order in which they stand, each there if its bit is set in the flags. */
const layout = [
  [0x8000, "contentType"],
  [0x4000, "contentEncoding"],
  [0x2000, "headers"],
  [0x1000, "deliveryMode"],
  [0x0800, "priority"],
  [0x0400, "correlationId"],
  [0x0200, "replyTo"],
  [0x0100, "expiration"],
  [0x0080, "messageId"],
  [0x0040, "timestamp"],
  [0x0020, "type"],
  [0x0010, "userId"],
  [0x0008, "appId"]
] as const

/** Of the content header whose payload stands between `from` and `end`; none where they are cut off. */
export const properties = (bytes: Buffer, from: number, end: number): RawProperties => {
  try {
    return readProperties(bytes, from, end)
  } catch {
    // No broker sends such a header; should one come, its message is judged by its body alone, and becomes a case.
    return {}
  }
}

const readProperties = (bytes: Buffer, from: number, end: number): RawProperties => {
  const found: { -readonly [Name in keyof RawProperties]: RawProperties[Name] } = {}
  const flags = bytes.readUInt16BE(from + 12)
  let at = from + 14
  for (const [bit, name] of layout) {
    if ((flags & bit) === 0) continue
    switch (name) {
      case "headers":
        found.headers = fieldTable(bytes, at, end)
        at += 4 + bytes.readUInt32BE(at)
        break
      case "deliveryMode":
      case "priority":
        at += 1
        break
      case "timestamp":
        at += 8
        break
      case "contentType":
      case "type":
      case "appId":
        found[name] = knownShortText(bytes, at)
        at = shortTextEnd(bytes, at)
        break
      case "correlationId":
      case "messageId":
        found[name] = shortText(bytes, at)
        at = shortTextEnd(bytes, at)
        break
      default:
        at = shortTextEnd(bytes, at)
    }
  }
  if (at > end) throw new RangeError("The properties are longer than their frame")
  return found
}
