// Whether somebody edited the archive: its blocks against the digests that were written beside them.
import { describe, expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { alteredBlocks } from "../../../adapters/archive/altered.ts"
import { pack, unpack } from "../../../adapters/archive/block.ts"
import { redacted } from "../../../adapters/archive/message.ts"
import { redact } from "../../../adapters/archive/redact.ts"
import { archive } from "../../../adapters/archive/write.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { temporaryTables } from "../../harness/database.ts"
import { arrivalOf, emptied } from "./archiving.ts"

const arrivals = Array.from({ length: 3_000 }, (_, offset) => arrivalOf(offset))

type Entries = Effect.Success<ReturnType<typeof unpack>>

/** Of the second block, as a database administrator could. */
const edited = (edit: (entries: Entries) => Entries) =>
  Effect.gen(function* () {
    yield* emptied
    yield* archive(undefined, 1, arrivals, 1_000)
    const sql = yield* SqlClient.SqlClient
    const [, second] = yield* sql<{ readonly first_offset: bigint; readonly content: Uint8Array }>`
      select first_offset, content from archive_block order by first_offset`
    if (second === undefined) return yield* Effect.die("one block holds all of them")
    const { content } = yield* pack(edit(yield* unpack("second", second.content)))
    yield* sql`update archive_block set content = ${content} where first_offset = ${second.first_offset}`
    return `archive_block 1/${second.first_offset}`
  })

describe("The archive", () => {
  layer(temporaryTables({ partitions: 1 }), { excludeTestServices: true })((it) => {
    it.effect("is found whole as it was written, and where a message was redacted", () =>
      Effect.gen(function* () {
        yield* edited((entries) => entries)
        yield* redact([sha256(arrivalOf(7).delivery.body)], { reason: "asked for", by: null, at: 2_000 })
        expect(yield* alteredBlocks).toEqual([])
      })
    )
    it.effect("is found altered where a message is called redacted, and nobody redacted it", () =>
      Effect.gen(function* () {
        const place = yield* edited((entries) => entries.map((entry, index) => (index === 7 ? redacted(entry) : entry)))
        expect(yield* alteredBlocks).toEqual([place])
      })
    )
    it.effect("is found altered where one byte of one message was edited", () =>
      Effect.gen(function* () {
        const place = yield* edited((entries) =>
          entries.map((entry, index) =>
            index === 7 && entry.content._tag === "Kept"
              ? {
                  ...entry,
                  content: { ...entry.content, body: entry.content.body.map((byte, at) => byte ^ (at === 3 ? 1 : 0)) }
                }
              : entry
          )
        )
        expect(yield* alteredBlocks).toEqual([place])
      })
    )
    it.effect("is found altered where a message was taken out", () =>
      Effect.gen(function* () {
        const place = yield* edited((entries) => entries.filter((_, index) => index !== 7))
        expect(yield* alteredBlocks).toEqual([place])
      })
    )
    it.effect("is found altered where a block can't be read any more", () =>
      Effect.gen(function* () {
        const place = yield* edited((entries) => entries)
        const sql = yield* SqlClient.SqlClient
        yield* sql`update archive_block set content = 'nothing' where ${place} = 'archive_block 1/' || first_offset`
        expect(yield* alteredBlocks).toEqual([place])
      })
    )
  })
})
