// How far the archive has come. Used by the archiver, and by whoever compares it with the broker's stream.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { technicalFailure } from "../postgres/failure.ts"
import { unpack } from "./block.ts"
import type { Entry } from "./message.ts"
import { lastBlock, nameOf } from "./statements.ts"
import type { Position } from "./write.ts"

export interface Archived extends Position {
  readonly entry: Entry
}

/** The last message that is in the archive. */
export const lastArchived = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [block] = yield* Effect.mapError(lastBlock(sql), technicalFailure("archive"))
  if (block === undefined) return undefined
  const entry = (yield* unpack(nameOf(block), block.content)).at(-1)
  if (entry === undefined) return undefined
  return { incarnation: block.incarnation, offset: entry.offset, entry } satisfies Archived
})
