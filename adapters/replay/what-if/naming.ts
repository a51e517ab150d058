// Names for what came of a message that two versions agree on, however many events each has recorded before it: by the
// message that it came of, not by offset or version. Pure; used by `outcome.ts`.

import type { RecordedEvent } from "../../../core/journal/event.ts"
import { hex } from "../../../core/journal/hash.ts"
import type { MessageMetadata } from "../../../core/message/metadata.ts"
import { keyPrefix } from "../../../core/port/erp.ts"

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/** A reaction's message is named for what caused it: its own id says at which offset that was. */
export const causeOf = ({ causationId, messageId, queue, source }: MessageMetadata): string =>
  queue === source && causationId !== undefined ? `${source} of ${causationId}` : `${source}/${messageId}`

/** Each event of a stream, from its first, by its cause and type, and its number among those that have both. */
export const eventNames = (events: ReadonlyArray<RecordedEvent>): ReadonlyMap<number, string> => {
  const seen = new Map<string, number>()
  return new Map(
    events.map(({ metadata, type, version }) => {
      const name = `${type} by ${causeOf(metadata)}`
      const count = (seen.get(name) ?? 0) + 1
      seen.set(name, count)
      return [version, count === 1 ? name : `${name} (${count})`]
    })
  )
}

/** A value as JSON whose fields are in order, so that equal ones are equal texts. */
const plain = (value: unknown, replace: (key: string, value: unknown) => unknown, key = ""): Json => {
  const found = replace(key, value)
  if (found instanceof Uint8Array) return hex(found)
  if (Array.isArray(found)) return found.map((each) => plain(each, replace))
  if (typeof found === "object" && found !== null) {
    return Object.fromEntries(
      Object.entries(found)
        .filter(([, inner]) => inner !== undefined)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([name, inner]) => [name, plain(inner, replace, name)])
    )
  }
  if (found === null || typeof found === "boolean" || typeof found === "number") return found
  return String(found)
}

export type Named = (value: unknown) => Json

/** Where content names an event of its own stream by version, or a document by the event that asked for it, its name. */
export const namedIn = (stream: RecordedEvent["stream"], names: ReadonlyMap<number, string>): Named => {
  const prefix = `${keyPrefix(stream)}/`
  const ofDocument = (text: string): string => {
    const [, version, kind] = text.startsWith(prefix)
      ? (/^(\d+)\/([A-Za-z]+)$/.exec(text.slice(prefix.length)) ?? [])
      : []
    const name = names.get(Number(version))
    return name === undefined ? text : `${prefix}[${name}]/${kind}`
  }
  return (content) =>
    plain(content, (key, value) => {
      if (typeof value === "string") return ofDocument(value)
      return key === "version" && typeof value === "number" ? (names.get(value) ?? value) : value
    })
}
