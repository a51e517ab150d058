// A small journal on a temporary Postgres, and checkpoints of it in a folder. For service tests of the audit.
import { join } from "node:path"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { newSigningKey } from "../../../adapters/audit/keys.ts"
import { makeCheckpoint } from "../../../adapters/audit/make-checkpoint.ts"
import { type Place, placeOf } from "../../../adapters/audit/place.ts"
import { proveJournal } from "../../../adapters/audit/prove-journal.ts"
import { evidenceOf, readPublished } from "../../../adapters/audit/published.ts"
import { createAuditTables } from "../../../adapters/audit/tables.ts"
import { lastSent, verdict } from "../../../adapters/audit/verdict.ts"
import { toRow } from "../../../adapters/postgres/statements/columns.ts"
import { lastOffsets, rowsAfter } from "../../../adapters/postgres/statements/read.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { temporaryJournal } from "../../harness/database.ts"
import { metadataOf, streamIn, takeOver } from "../../journal/owner.ts"

export const partitions = 3
export const key = newSigningKey("example.com/test")

/** With the audit's tables. */
export const auditedJournal = Layer.effectDiscard(createAuditTables).pipe(
  Layer.provideMerge(temporaryJournal({ partitions }))
)

const bytesOf = (messageId: string) => new TextEncoder().encode(messageId)

/** So many more events of each partition on three streams; the first three have raw messages. */
export const record = Effect.fnUntraced(function* (count: number) {
  const journal = yield* Journal
  for (let partition = 0; partition < partitions; partition++) {
    const streams = [0, 1, 2].map((nth) => streamIn(partition, partitions, nth))
    const owner = yield* takeOver(partition, streams)
    const events = Array.from({ length: count }, (_, index) => ({
      stream: streamIn(partition, partitions, index % 3),
      messageId: `${partition}-${owner.offset + index}`
    }))
    const raw = events
      .slice(0, 3)
      .map(({ messageId }) => ({ digest: metadataOf(messageId).digest, bytes: bytesOf(messageId) }))
    yield* journal.append(owner.plan(events, raw))
  }
})

export const sign = (place: Place | undefined) => makeCheckpoint({ key, next: key }, place)

/** Twelve events a partition in the first checkpoint, thirty in the second, and six after it. */
export const signedJournal = Effect.fnUntraced(function* (folder: string) {
  const place = placeOf(join(folder, "published"))
  yield* record(12)
  yield* sign(place)
  yield* record(18)
  yield* sign(place)
  yield* record(6)
  return place.name
})

/** Reads of the transaction at hand, as the journal's own are of connections of its own. */
export const journalHere = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return Journal.of({
    ...(yield* Journal),
    heads: lastOffsets(sql, partitions).pipe(
      Effect.map((rows) => new Map(rows.map(({ offset, partition }) => [partition, Number(offset ?? 0)]))),
      Effect.orDie
    ),
    rows: (partition, after, limit) =>
      rowsAfter(sql, partition, after, limit).pipe(
        Effect.map((rows) => rows.map((columns) => ({ ...toRow(columns, columns.name), key: columns.stream_key }))),
        Effect.orDie
      )
  })
})

export const judged = Effect.fnUntraced(function* (folder: string) {
  const sent = yield* lastSent
  const published = yield* readPublished(folder, key)
  return yield* verdict(sent, published, yield* proveJournal(evidenceOf(folder, published.checkpoints)))
})

/** What is found after somebody with all rights did something, all of which is undone afterwards. */
export const judgedAfter = Effect.fnUntraced(function* (
  folder: string,
  tamper: (sql: SqlClient.SqlClient) => Effect.Effect<unknown, unknown>
) {
  const sql = yield* SqlClient.SqlClient
  return yield* Effect.gen(function* () {
    // No trigger fires for a superuser who says so.
    yield* Effect.orDie(sql`set local session_replication_role = replica`)
    yield* Effect.orDie(tamper(sql))
    const found = yield* Effect.orDie(Effect.provideServiceEffect(judged(folder), Journal, journalHere))
    return yield* Effect.fail({ _tag: "Undone" as const, found })
  }).pipe(
    sql.withTransaction,
    Effect.catchTag("Undone", ({ found }) => Effect.succeed(found)),
    Effect.orDie
  )
})
