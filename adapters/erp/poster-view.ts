// The poster's queue on the view `postings`. Composed by adapters/cli with `poster.ts`; most tests use a fake instead.
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { StreamName } from "../../core/journal/stream.ts"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import {
  documentOf,
  lanesFrom,
  type PostingRow,
  postingsByKey,
  waitsOfStreams
} from "../../projections/postings/queries.ts"
import { waitsForLots } from "../../projections/postings/tables.ts"
import { type Posted, type Posting, PostingQueue } from "./poster-queue.ts"

const posting = (row: PostingRow): Posting => ({
  key: row.key,
  stream: row.stream,
  attempts: row.attempts,
  document: documentOf(row),
  ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
  recordedAt: row.requestedAt
})

/**
 * The first postings of lanes, the oldest first. What is claimed already is left out, however far the view is behind:
 * else the oldest rows of a late view would be offered again and again, and nothing new would be sent until it catches
 * up. The two keys have different collations; without a word about it the claim's index would serve for no key.
 */
export const unclaimed = (sql: SqlClient.SqlClient, erp: string, limit: number) => sql<{
  readonly key: PostingKey
  readonly stream: StreamName
}>`
  select key, stream from postings.posting
  where ready and not ${sql.literal(waitsForLots("posting"))} and not exists (
    select from posting_attempt claim
    where claim.erp = ${erp} and claim.key = posting.key collate "default" and claim.attempt = posting.attempts + 1)
  order by requested_at, key limit ${limit}`

/**
 * The same among those that may go on, now that these streams' documents and these lots' receipts are in the ERP. They
 * are found first (`materialized`): else Postgres would ask of all that are ready whether they wait.
 */
export const unclaimedAfter = (sql: SqlClient.SqlClient, erp: string, { lots, streams }: Posted, limit: number) => sql<{
  readonly key: PostingKey
  readonly stream: StreamName
}>`
  with posting as materialized (
    select posting.* from (
      select unnest(${streams}::text[]) collate "C" as stream
      union
      select line.stream from postings.posting_line as line
      where line.lot = any(${lots}::text[]) and line.direction = 'out' and line.stream is not null
    ) as freed join postings.posting on posting.stream = freed.stream and posting.ready)
  select key, stream from posting
  where not ${sql.literal(waitsForLots("posting"))} and (
    select claim.key from posting_attempt claim
    where claim.erp = ${erp} and claim.key = posting.key collate "default" and claim.attempt = posting.attempts + 1) is null
  order by requested_at, key limit ${limit}`

export const postingQueue = (erp: string): Layer.Layer<PostingQueue, never, SqlClient.SqlClient> =>
  Layer.effect(
    PostingQueue,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const lanesOf = Effect.fnUntraced(function* (
        rows: ReadonlyArray<{ readonly key: PostingKey; readonly stream: StreamName }>,
        limit: number,
        inHand: ReadonlySet<StreamName>
      ) {
        const heads = rows.filter(({ stream }) => !inHand.has(stream)).slice(0, limit)
        if (heads.length === 0) return []
        const lanes = yield* Effect.provideService(lanesFrom(heads.map(({ key }) => key)), SqlClient.SqlClient, sql)
        return lanes.map((lane) => lane.map(posting))
      })
      return {
        ready: (limit, inHand) =>
          Effect.flatMap(unclaimed(sql, erp, limit + inHand.size), (rows) => lanesOf(rows, limit, inHand)),
        following: (posted, limit, inHand) =>
          Effect.flatMap(unclaimedAfter(sql, erp, posted, limit + inHand.size), (rows) => lanesOf(rows, limit, inHand)),
        waits: Effect.provideService(waitsOfStreams, SqlClient.SqlClient, sql),
        find: (keys) =>
          postingsByKey(keys).pipe(
            Effect.map((rows) => rows.map(posting)),
            Effect.provideService(SqlClient.SqlClient, sql)
          )
      }
    })
  )
