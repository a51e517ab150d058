// Names for what came of a message that two versions agree on, however many events each has recorded before it: by the
// message that it came of, not by offset or version. Pure; used by `outcome.ts`.
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { hex } from "../../../core/journal/hash.ts"
import type { StreamName } from "../../../core/journal/stream.ts"
import type { MessageMetadata, MessageReference } from "../../../core/message/metadata.ts"
import { keyPrefix } from "../../../core/port/erp.ts"

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/** A reaction's message is named for what caused it: its own id says at which offset that was. */
export const causeOf = ({ causationId, messageId, queue, source }: MessageMetadata): string =>
  queue === source && causationId !== undefined ? `${source} of ${causationId}` : `${source}/${messageId}`

/** How the events of one stream are called, and the messages that they came of. */
export interface Names {
  readonly stream: StreamName
  /** By version: type and cause, and its number among those that have both. */
  readonly events: ReadonlyMap<number, string>
  /** By source and id. */
  readonly causes: ReadonlyMap<string, string>
}

const idOf = ({ messageId, source }: MessageReference): string => `${source}\n${messageId}`

/** Of a stream's whole history, from its first event. */
export const namesOf = (stream: StreamName, history: ReadonlyArray<RecordedEvent>): Names => {
  const seen = new Map<string, number>()
  const events = new Map<number, string>()
  const causes = new Map<string, string>()
  for (const { metadata, type, version } of history) {
    const cause = causeOf(metadata)
    const name = `${type} by ${cause}`
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    events.set(version, count === 1 ? name : `${name} (${count})`)
    causes.set(idOf(metadata), cause)
  }
  return { stream, events, causes }
}

const isReference = (value: object): value is MessageReference =>
  "source" in value && "messageId" in value && Object.keys(value).length === 2

/** Fields in which an event names others of its stream by version. */
const versionFields = new Set(["version", "versions", "since"])

/**
 * Content as JSON with its fields in order, so that what is equal is equal as text; and with names where it names events
 * by version, messages by id, and documents by the event that asked for them.
 */
export const named = ({ causes, events, stream }: Names, content: unknown): Json => {
  const prefix = `${keyPrefix(stream)}/`
  const ofText = (text: string): string => {
    const key = text.startsWith(prefix) ? /^(\d+)\/([A-Za-z]+)$/.exec(text.slice(prefix.length)) : null
    const name = events.get(Number(key?.[1]))
    return name === undefined ? text : `${prefix}[${name}]/${key?.[2]}`
  }
  const plain = (value: unknown, field: string): Json => {
    if (typeof value === "string") return ofText(value)
    if (typeof value === "number") return versionFields.has(field) ? (events.get(value) ?? value) : value
    if (value instanceof Uint8Array) return hex(value)
    if (Array.isArray(value)) return value.map((each) => plain(each, field))
    if (typeof value !== "object" || value === null) return typeof value === "boolean" ? value : null
    const cause = isReference(value) ? causes.get(idOf(value)) : undefined
    if (cause !== undefined) return cause
    const fields = Object.entries(value).filter(([, inner]) => inner !== undefined)
    return Object.fromEntries(
      fields.sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, inner]) => [name, plain(inner, name)])
    )
  }
  return plain(content, "")
}
