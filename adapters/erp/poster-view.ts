// The poster's queue on the view `postings`. Composed by adapters/cli with `poster.ts`; most tests use a fake instead.
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import { documentOf, type PostingRow, postingsByKey } from "../../projections/postings/queries.ts"
import { type Posting, PostingQueue } from "./poster-queue.ts"

const posting = (row: PostingRow): Posting => ({
  key: row.key,
  stream: row.stream,
  attempts: row.attempts,
  document: documentOf(row),
  ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
  recordedAt: row.requestedAt
})

/**
 * The view knows the lanes (`ready`). What is claimed already is left out, however far the view is behind: else the
 * oldest rows of a late view would be offered again and again, and nothing new would be sent until it catches up.
 */
const readyKeys = (sql: SqlClient.SqlClient, erp: string, limit: number) => sql<{ key: PostingKey }>`
  select key from postings.posting
  where ready and not exists (
    select from posting_attempt claim
    where claim.erp = ${erp} and claim.key = posting.key and claim.attempt = posting.attempts + 1)
  order by requested_at, key limit ${limit}`

export const postingQueue = (erp: string): Layer.Layer<PostingQueue, never, SqlClient.SqlClient> =>
  Layer.effect(
    PostingQueue,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const find = (keys: ReadonlyArray<PostingKey>) =>
        postingsByKey(keys).pipe(
          Effect.map((rows) => rows.map(posting)),
          Effect.provideService(SqlClient.SqlClient, sql)
        )
      return {
        ready: (limit) =>
          Effect.flatMap(readyKeys(sql, erp, limit), (rows) =>
            rows.length === 0 ? Effect.succeed([]) : find(rows.map(({ key }) => key))
          ),
        find
      }
    })
  )
