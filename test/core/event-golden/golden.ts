// A golden file: one event as it was written in some version, its bytes in hex and what they hold. Used by `write.ts`
// and by the test that reads them with today's code.
import { Schema } from "effect"
import { hex } from "../../../core/journal/hash.ts"

export const Golden = Schema.Struct({
  type: Schema.String,
  schemaVersion: Schema.Int,
  /** The row's content: MessagePack of metadata, part and data. */
  bytes: Schema.String,
  /** The same, decoded. Bytes are `{"hex": "…"}`. */
  content: Schema.Unknown
})
export type Golden = typeof Golden.Type

/** Anything that MessagePack holds, as JSON. */
export const asJson = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return { hex: hex(value) }
  if (Array.isArray(value)) return value.map(asJson)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, asJson(held)]))
}

export const folder = new URL("./events/", import.meta.url)
