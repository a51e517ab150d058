// A limit: how fast Postgres itself takes the event rows of a run, by `copy … from` into an empty table that is made as
// the journal's is, with the same partitions and indexes. Used by the bench's scenarios.
import { createReadStream, createWriteStream } from "node:fs"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { Effect, Redacted } from "effect"
import { Client } from "pg"
import { from, to } from "pg-copy-streams"
import { clientLayer } from "../../adapters/postgres/client.ts"
import { migrateJournal } from "../../adapters/postgres/database.ts"
import { temporaryDatabase } from "../../test/harness/database.ts"
import { WrongResult } from "../failure.ts"
import { temporaryFolder } from "../temporary-folder.ts"

const columns = `partition, "offset", stream_key, version, type, schema_version, recorded_at, content, hash`
const exportRows = `copy (select ${columns} from event) to stdout`
const importRows = `copy event (${columns}) from stdin`

const connected = (url: Redacted.Redacted) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const client = new Client(Redacted.value(url))
      await client.connect()
      return client
    }),
    (client) => Effect.promise(() => client.end())
  )

/** Rows a second. */
export const copyRate = (journal: Redacted.Redacted, rows: number) =>
  Effect.scoped(
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "rows")
      const source = yield* connected(journal)
      yield* Effect.promise(() => pipeline(source.query(to(exportRows)), createWriteStream(file)))
      const empty = yield* temporaryDatabase
      yield* Effect.provide(migrateJournal(), clientLayer(empty))
      const target = yield* connected(empty)
      const startedAt = performance.now()
      const copy = target.query(from(importRows))
      yield* Effect.promise(() => pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), copy))
      const seconds = (performance.now() - startedAt) / 1_000
      if (copy.rowCount !== rows) {
        return yield* new WrongResult({ what: "copy", reason: `${copy.rowCount} rows of ${rows}` })
      }
      return rows / seconds
    })
  )
