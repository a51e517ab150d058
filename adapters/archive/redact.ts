// Takes bytes away wherever they are kept, and leaves their hashes, with who wanted it and why. Used by the commands that
// people decide this with, once the journal has their decision.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { hex } from "../../core/journal/hash.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { byteas } from "../postgres/statements/parameters.ts"
import { digestKey, unpack } from "./block.ts"
import { digestOf, redacted } from "./message.ts"
import { blocksWith, lockArchive, nameOf, upsertBlock } from "./statements.ts"
import { blockRow } from "./write.ts"

export interface Redaction {
  readonly reason: string
  /** The `PersonId` of whoever decided it. */
  readonly by: string | null
  /** Milliseconds since 1970. */
  readonly at: number
}

/** A mark that outlasts the bytes: what comes again, or is archived only later, has none either. The first one stays. */
const markRedacted = (
  sql: SqlClient.SqlClient,
  digests: ReadonlyArray<Uint8Array>,
  { at, by, reason }: Redaction
) => sql`
  insert into raw (hash, bytes, reason, redacted_by, redacted_at)
  select hash, null, ${reason}, ${by}, ${at}::int8 from unnest(${byteas(digests)}) as given (hash) order by hash
  on conflict (hash) do update set bytes = null, reason = excluded.reason, redacted_by = excluded.redacted_by,
    redacted_at = excluded.redacted_at
  where raw.bytes is not null`

/** So many at once: about as many blocks may be written anew by one transaction. */
const together = 200

const redactSome = Effect.fnUntraced(
  function* (digests: ReadonlyArray<Uint8Array>, redaction: Redaction) {
    const sql = yield* SqlClient.SqlClient
    yield* lockArchive(sql)
    yield* markRedacted(sql, digests, redaction)
    const wanted = new Set(digests.map(hex))
    for (const block of yield* blocksWith(sql, digests.map(digestKey))) {
      const entries = yield* unpack(nameOf(block), block.content)
      const without = entries.map((entry) => (wanted.has(hex(digestOf(entry))) ? redacted(entry) : entry))
      yield* upsertBlock(sql, yield* blockRow(block.incarnation, without))
    }
  },
  (transaction) =>
    Effect.flatMap(SqlClient.SqlClient, (sql) =>
      sql
        .withTransaction(transaction)
        .pipe(Effect.catchTag("SqlError", (error) => Effect.fail(technicalFailure("archive")(error))))
    )
)

/** Safe to repeat: what is redacted stays as it is. */
export const redact = Effect.fnUntraced(function* (digests: ReadonlyArray<Uint8Array>, redaction: Redaction) {
  const distinct = [...new Map(digests.map((digest) => [hex(digest), digest])).values()]
  for (let from = 0; from < distinct.length; from += together) {
    yield* redactSome(distinct.slice(from, from + together), redaction)
  }
  return distinct.length
})

/** Who had these bytes taken away, why and when; undefined where nobody had. */
export const redactionOf = Effect.fnUntraced(function* (digest: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{
    readonly reason: string | null
    readonly redacted_by: string | null
    readonly redacted_at: bigint | null
  }>`select reason, redacted_by, redacted_at from raw where hash = ${digest} and bytes is null`.pipe(
    Effect.mapError(technicalFailure("raw messages"))
  )
  if (row === undefined) return undefined
  return { reason: row.reason ?? "", by: row.redacted_by, at: Number(row.redacted_at ?? 0) } satisfies Redaction
})
