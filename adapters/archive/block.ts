// Blocks of the archive: messages in a row, packed and compressed together. Pure but for the compression, which is done
// by Node's own threads. Used in adapters/archive, and by adapters/postgres to find a raw message.
import { promisify } from "node:util"
import { zstdCompress, zstdDecompress } from "node:zlib"
import { Effect, Schema } from "effect"
import { SchemaJITCompiler } from "effect/schema"
import { messageOf, TechnicalFailure } from "../../core/failure.ts"
import { decode, encode } from "../../core/journal/codec.ts"
import { digestOf, Entry } from "./message.ts"

/** Measured on the simulator's messages of 470 packed bytes: 48 bytes each in blocks of 200, 43 of 500, 40 of 2,000. */
export const fullBlock = 256 * 1024

export interface PackedBlock {
  readonly content: Uint8Array
  /** Before it was compressed. */
  readonly size: number
}

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** The number by which a digest is found: its first 8 bytes. Who finds it looks at the whole digest, too. */
export const digestKey = (digest: Uint8Array): bigint =>
  new DataView(digest.buffer, digest.byteOffset, digest.byteLength).getBigInt64(0)

export const digestKeys = (entries: ReadonlyArray<Entry>): ReadonlyArray<bigint> =>
  entries.map((entry) => digestKey(digestOf(entry)))

const Entries = Schema.Array(Entry)
SchemaJITCompiler.enable(Entries.ast)
const decodeEntries = Schema.decodeUnknownEffect(Entries)

const damaged = (field: string, cause: unknown) =>
  new TechnicalFailure({
    field,
    value: messageOf(cause),
    reason: "A block of the archive can't be read",
    nextStep: "Restore this row of archive_block from a backup; the journal doesn't need it"
  })

export const pack = (entries: ReadonlyArray<Entry>): Effect.Effect<PackedBlock, TechnicalFailure> =>
  Effect.suspend(() => {
    const packed = encode(entries)
    return Effect.tryPromise({
      try: async () => ({ content: await compress(packed), size: packed.length }),
      catch: (cause) => damaged("block that is written", cause)
    })
  })

/** `name` is how the block is called where it can't be read. */
export const unpack = (name: string, content: Uint8Array): Effect.Effect<ReadonlyArray<Entry>, TechnicalFailure> =>
  Effect.tryPromise({
    try: async () => decode<unknown>(await decompress(content)),
    catch: (cause) => damaged(name, cause)
  }).pipe(
    Effect.flatMap(decodeEntries),
    Effect.catchTag("SchemaError", (error) => Effect.fail(damaged(name, error)))
  )

/** Entries in blocks of at most so much; every entry is in one, however large it is. */
export const inBlocks = (entries: ReadonlyArray<Entry>): ReadonlyArray<ReadonlyArray<Entry>> => {
  const blocks: Array<Array<Entry>> = []
  let room = 0
  for (const entry of entries) {
    const size = sizeOf(entry)
    const block = blocks.at(-1)
    if (block === undefined || size > room) {
      blocks.push([entry])
      room = fullBlock - size
    } else {
      block.push(entry)
      room -= size
    }
  }
  return blocks
}

/** What an envelope takes besides the body, about. */
const envelopeSize = 250

const sizeOf = ({ content }: Entry): number => envelopeSize + (content._tag === "Kept" ? content.body.length : 32)
