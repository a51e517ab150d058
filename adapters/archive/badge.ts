// Whether a message says a person's badge, as it stands in its bytes. Pure; used where a person is erased.
import { decode } from "../../core/journal/codec.ts"
import type { Badge, PlantId } from "../../core/plant/identifiers.ts"
import { commandsPlant } from "../../core/port/broker.ts"
import type { ArchivedMessage } from "./message.ts"

export interface Holder {
  readonly plant: PlantId
  readonly badge: Badge
}

const utf8 = new TextDecoder("utf-8", { fatal: true })
const lenient = new TextDecoder("latin1")

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

/** As the ingress reads a body: JSON or MessagePack. A text or a number alone is what almost any bytes are in MessagePack. */
const contentOf = (bytes: Uint8Array): object | undefined => {
  for (const read of [() => JSON.parse(utf8.decode(bytes)) as unknown, () => decode<unknown>(bytes)]) {
    try {
      const content = read()
      if (isRecord(content)) return content
    } catch {
      // Not in this form.
    }
  }
  return undefined
}

/** Letters and digits around it would make another word of it. */
const saysWord = (bytes: Uint8Array, badge: string): boolean => {
  const text = lenient.decode(bytes)
  const word = lenient.decode(new TextEncoder().encode(badge))
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const around = `${text[at - 1] ?? ""}${text[at + word.length] ?? ""}`
    if (!/[\p{L}\p{N}]/u.test(around)) return true
  }
  return false
}

/** In a field `badge` at any depth; within bytes that it carries, too, as a corrected message does. */
const says = (content: unknown, badge: string): boolean => {
  if (content instanceof Uint8Array) return bytesSay(content, badge)
  if (!isRecord(content)) return false
  return Object.entries(content).some(
    ([key, value]) => (key === "badge" && String(value) === badge) || says(value, badge)
  )
}

/**
 * A field of that name has it; where the bytes are neither JSON nor MessagePack, it stands there as a word of its own. What
 * a text says of somebody isn't searched: half of all badges are also somebody's order number.
 */
export const bytesSay = (bytes: Uint8Array, badge: string): boolean => {
  const content = contentOf(bytes)
  return content === undefined ? saysWord(bytes, badge) : says(content, badge)
}

/** A badge is its plant's own. A person's command carries a plant's message where it corrects one. */
export const saysBadge = ({ body, envelope }: ArchivedMessage, { badge, plant }: Holder): boolean => {
  if (body === undefined) return false
  if (envelope.plant === plant) return bytesSay(body, badge)
  if (envelope.plant !== commandsPlant) return false
  const content = contentOf(body)
  return isRecord(content) && says(content.replacement, badge)
}
