// Whether the archive's blocks are what was written: each message's digest is kept beside its block. Used by the audit.
import { Effect, Option, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { hex } from "../../core/journal/hash.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { digestKeys, unpack } from "./block.ts"
import { digestOf, type Entry } from "./message.ts"
import { type BlockToVerify, blocksAfter, nameOf, redactedAmong } from "./statements.ts"

const failed = Effect.mapError(technicalFailure("archive"))

/** So many blocks are read at once: about a megabyte. */
const page = 16

/** Whether all that have their digest alone were redacted: that leaves a mark beside the journal, too. */
const areMarked = Effect.fnUntraced(function* (entries: ReadonlyArray<Entry>) {
  const gone = new Map(
    entries.flatMap((entry) => (entry.content._tag === "Redacted" ? [[hex(digestOf(entry)), digestOf(entry)]] : []))
  )
  if (gone.size === 0) return true
  const sql = yield* SqlClient.SqlClient
  return (yield* redactedAmong(sql, [...gone.values()])).length === gone.size
})

/** One that can't be read isn't what was written either. */
const isAltered = (block: BlockToVerify) =>
  unpack(nameOf(block), block.content).pipe(
    Effect.matchEffect({
      onFailure: () => Effect.succeed(true),
      onSuccess: (entries) =>
        digestKeys(entries).join() === block.digests.join()
          ? Effect.map(failed(areMarked(entries)), (are) => !are)
          : Effect.succeed(true)
    })
  )

/** Names of blocks of which a message has other bytes than it came with, or none though it wasn't redacted. */
export const alteredBlocks = Stream.paginate({ incarnation: -1, offset: -1 }, (after) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const blocks = yield* failed(blocksAfter(sql, after, page))
    const altered = yield* Effect.filter(blocks, isAltered)
    const last = blocks.at(-1)
    return [
      altered.map(nameOf),
      last === undefined || blocks.length < page
        ? Option.none()
        : Option.some({ incarnation: last.incarnation, offset: Number(last.first_offset) })
    ] as const
  })
).pipe(
  Stream.runCollect,
  Effect.map((names) => Array.from(names))
)
