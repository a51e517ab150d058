// One event as an export holds it: to be read, and with all that its proof needs. Pure. Used by adapters/audit.
import { Schema } from "effect"
import { messageOf } from "../../core/failure.ts"
import { decode } from "../../core/journal/codec.ts"
import type { EventRow } from "../../core/journal/event.ts"
import { eventHash, hex } from "../../core/journal/hash.ts"
import { rootByInclusion } from "../../core/journal/merkle.ts"
import { StreamName } from "../../core/journal/stream.ts"
import type { SignedPartition } from "./checkpoint.ts"

const Hash = Schema.String.pipe(Schema.check(Schema.isPattern(/^[0-9a-f]{64}$/)))

/** As far as a date goes. */
const Millis = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 8.64e15 })))

export const EvidenceLine = Schema.Struct({
  partition: Schema.Int,
  offset: Schema.Int,
  stream: Schema.String,
  version: Schema.Int,
  type: Schema.String,
  schemaVersion: Schema.Int,
  recordedAt: Schema.String,
  /** What the stored bytes say, to be read. */
  content: Schema.Unknown,
  /** The columns as they are hashed, where they aren't above. */
  stored: Schema.Struct({ key: Schema.Int, recordedAt: Millis, content: Schema.String }),
  /** The hash of the event before it in its partition. */
  previous: Hash,
  hash: Hash,
  /** The siblings on the way to the root that the checkpoint signed; absent where the event came after it. */
  proof: Schema.optionalKey(Schema.Array(Hash))
})
export type EvidenceLine = typeof EvidenceLine.Type

/** Bytes as hex and large numbers as text: what JSON can't hold. */
const readable = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return hex(value)
  if (typeof value === "bigint") return String(value)
  if (Array.isArray(value)) return value.map(readable)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, readable(of)]))
}

/** What the bytes say; bytes that say nothing to this version are proven all the same. */
const readContent = (content: Uint8Array): unknown => {
  try {
    return readable(decode(content))
  } catch (cause) {
    return { unreadable: messageOf(cause) }
  }
}

export const evidenceLine = (
  row: EventRow,
  previous: Uint8Array,
  proof: ReadonlyArray<Uint8Array> | undefined
): EvidenceLine => ({
  partition: row.partition,
  offset: row.offset,
  stream: row.stream,
  version: row.version,
  type: row.type,
  schemaVersion: row.schemaVersion,
  recordedAt: new Date(row.recordedAt).toISOString(),
  content: readContent(row.content),
  stored: { key: row.key, recordedAt: row.recordedAt, content: Buffer.from(row.content).toString("base64") },
  previous: hex(previous),
  hash: hex(row.hash),
  ...(proof === undefined ? {} : { proof: proof.map(hex) })
})

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "hex")

/** As JSON holds it, names in order. */
const asText = (value: unknown): string | undefined => JSON.stringify(value)

/** Why a line isn't the event that was signed, or contradicts itself; undefined where it holds. */
export const whyNotProven = (line: EvidenceLine, signed: SignedPartition | undefined): string | undefined => {
  const content = Buffer.from(line.stored.content, "base64")
  const { key, recordedAt } = line.stored
  const row = { ...line, stream: StreamName(line.stream), key, recordedAt, content }
  if (hex(eventHash(bytesOf(line.previous), row)) !== line.hash) return "Its hash isn't that of its columns"
  if (asText(readContent(content)) !== asText(line.content)) return "What is to be read isn't what was stored"
  if (new Date(recordedAt).toISOString() !== line.recordedAt) return "The time to be read isn't the one stored"
  if (signed === undefined) return "The checkpoint has no such partition"
  if (line.offset > signed.size)
    return line.proof === undefined ? undefined : "It came after the checkpoint, but claims to be proven by it"
  if (line.proof === undefined) return "The checkpoint covers it, but its proof is missing"
  const root = rootByInclusion(bytesOf(line.hash), line.offset - 1, signed.size, line.proof.map(bytesOf))
  return root !== undefined && hex(root) === hex(signed.root)
    ? undefined
    : "Its proof doesn't lead to the root that was signed"
}
