// Whether the archive's blocks are what was written: each message's digest is kept beside its block. Used by the audit.
import { Effect, Option, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { technicalFailure } from "../postgres/failure.ts"
import { digestKeys, unpack } from "./block.ts"
import { type BlockToVerify, blocksAfter, nameOf } from "./statements.ts"

const failed = Effect.mapError(technicalFailure("archive"))

/** So many blocks are read at once: about a megabyte. */
const page = 16

/** One that can't be read isn't what was written either. */
const isAltered = (block: BlockToVerify) =>
  Effect.match(unpack(nameOf(block), block.content), {
    onFailure: () => true,
    onSuccess: (entries) => digestKeys(entries).join() !== block.digests.join()
  })

/** Names of blocks of which a message has other bytes than it came with; what was redacted has its digest alone. */
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
