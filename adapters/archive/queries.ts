// What the archive is asked: a message by its hash, messages in the order in which they came, and how it stands. Used by
// commands, by replay, and by adapters/postgres for the journal's raw messages.
import { Effect, Option, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { hex } from "../../core/journal/hash.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { digestKey, unpack } from "./block.ts"
import { type ArchivedMessage, archivedMessage } from "./message.ts"
import { type BlockColumns, blocksBetween, blocksWith, gaps, nameOf, redactedAmong, sums } from "./statements.ts"

const failed = Effect.mapError(technicalFailure("archive"))

/** From then to then, the end excluded, by when the archive received it; of one plant alone, or of all and of people. */
export interface Range {
  readonly from: Date
  readonly to: Date
  readonly plant?: PlantId
}

const messagesOf = (block: BlockColumns) =>
  Effect.map(unpack(nameOf(block), block.content), (entries) =>
    entries.map((entry) => archivedMessage(block.incarnation, entry))
  )

/** So many blocks are read at once: about a megabyte. */
const page = 16

/** In the order in which they came. Read block by block: however long the time is, memory is bounded. */
export const archivedMessages = (range: Range) => {
  const between = { from: range.from.getTime(), to: range.to.getTime() }
  const isAsked = ({ envelope, receivedAt }: ArchivedMessage): boolean =>
    receivedAt >= between.from &&
    receivedAt < between.to &&
    (range.plant === undefined || envelope.plant === range.plant)
  return Stream.paginate({ incarnation: 0, offset: -1 }, (after) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const blocks = yield* failed(blocksBetween(sql, between, after, page))
      const messages = (yield* Effect.forEach(blocks, messagesOf)).flat().filter(isAsked)
      const last = blocks.at(-1)
      const next = last === undefined || blocks.length < page ? Option.none() : Option.some(last)
      return [
        messages,
        Option.map(next, ({ first_offset, incarnation }) => ({ incarnation, offset: Number(first_offset) }))
      ] as const
    })
  )
}

/** Each time that these bytes came, in order. */
export const archivedByDigest = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, digest: Uint8Array) {
  const blocks = yield* failed(blocksWith(sql, [digestKey(digest)]))
  const messages = (yield* Effect.forEach(blocks, messagesOf)).flat()
  return messages.filter((message) => hex(message.digest) === hex(digest))
})

/** Digests a query; a page of blocks is in memory with the messages that are asked for. */
const wanted = 500

/** The bytes of many messages, by their digests in hex: a query for five hundred. What was redacted isn't there. */
export const archivedBodies = Effect.fnUntraced(function* (digests: ReadonlyArray<Uint8Array>) {
  const sql = yield* SqlClient.SqlClient
  const bodies = new Map<string, Uint8Array>()
  for (let from = 0; from < digests.length; from += wanted) {
    const part = digests.slice(from, from + wanted)
    const names = new Set(part.map(hex))
    for (const block of yield* failed(blocksWith(sql, part.map(digestKey)))) {
      for (const { body, digest } of yield* messagesOf(block)) {
        const name = hex(digest)
        if (body !== undefined && names.has(name)) bodies.set(name, body)
      }
    }
    for (const { hash } of yield* failed(redactedAmong(sql, part))) bodies.delete(hex(hash))
  }
  return bodies
})

export const archiveStatus = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [sum] = yield* failed(sums(sql))
  const missing = yield* failed(gaps(sql))
  const time = (millis: bigint | null | undefined) =>
    millis === null || millis === undefined ? null : new Date(Number(millis))
  return {
    messages: Number(sum?.messages ?? 0),
    blocks: Number(sum?.blocks ?? 0),
    /** Of all blocks before and after they were compressed, in bytes. */
    size: Number(sum?.size ?? 0),
    stored: Number(sum?.stored ?? 0),
    firstReceivedAt: time(sum?.first_received_at),
    lastReceivedAt: time(sum?.last_received_at),
    gaps: missing.map(({ first_offset, incarnation, last_offset, noticed_at }) => ({
      incarnation,
      firstOffset: Number(first_offset),
      /** None where the stream was made anew. */
      lastOffset: last_offset === null ? null : Number(last_offset),
      noticedAt: new Date(Number(noticed_at))
    }))
  }
})
export type ArchiveStatus = Effect.Success<typeof archiveStatus>
