// The poster's queue on the view `postings`. Composed by adapters/cli with `poster.ts`; most tests use a fake instead.
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { StreamName } from "../../core/journal/stream.ts"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import type { OrderPostings } from "../../core/port/erp.ts"
import { dueOrders, isAlone, isOfOrder, mayGo } from "../../projections/postings/due.ts"
import { isPosted, posted, waitsStill } from "../../projections/postings/just-posted.ts"
import {
  documentOf,
  lanesFrom,
  type PostingRow,
  postingsByKey,
  postingsLeft,
  takenNumbers,
  waitsOfStreams
} from "../../projections/postings/queries.ts"
import { inLane, isOpen, waitsForLots } from "../../projections/postings/tables.ts"
import { type Due, type PostedLately, type Posting, PostingQueue } from "./poster-queue.ts"
import { groupedOutcome } from "./posting-attempt.ts"

const posting = (row: PostingRow): Posting => ({
  key: row.key,
  stream: row.stream,
  attempts: row.attempts,
  document: documentOf(row),
  ...(row.movedFrom === null ? {} : { movedFrom: row.movedFrom }),
  mode: row.mode,
  wasRefused: row.refused,
  isGrouped: row.group !== null,
  ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
  recordedAt: row.requestedAt
})

/** Which ERP asks, and how it takes what orders report. */
export interface Asking {
  readonly name: string
  readonly orders: OrderPostings
}

/** More of an order go into one event later, which a document and its reversal may then not share. */
const largestGroup = 20_000

/** The documents of orders that are due. */
const dueDocuments = (
  sql: SqlClient.SqlClient,
  { name, orders }: Asking,
  limit: number,
  inHand: ReadonlySet<StreamName>
) => sql<{ readonly stream: StreamName } & Due["documents"][number]>`
  select posting.stream, posting.key, posting.version, posting.kind, posting.attempts
  from (
      select stream from (${dueOrders(sql, orders)}) as due
      where stream <> all(${[...inHand]}::text[]) and not exists (
        select from postings.posting as one cross join lateral (
          select claim.outcome from posting_attempt as claim
          where claim.erp = ${name} and claim.key = one.key collate "default" and claim.attempt = one.attempts + 1
          offset 0
        ) as claim
        where one.stream = due.stream and ${sql.literal(isOpen("one"))} and ${sql.literal(isAlone("one"))}
          and claim.outcome is distinct from ${groupedOutcome})
      limit ${limit}
    ) as due cross join lateral (
      select * from postings.posting as one
      where one.stream = due.stream and ${sql.literal(isOpen("one"))} and ${sql.literal(isAlone("one"))}
      order by ${sql.literal(inLane("one"))} limit ${largestGroup}
    ) as posting`

/** As an open claim it is asked for, isn't there, and goes with the next attempt. */
const releaseGrouped = (sql: SqlClient.SqlClient, erp: string) => sql`
  update posting_attempt claim set outcome = null, ask_after = now() + interval '5 minutes'
  from postings.posting
  where ${sql.literal(isOpen("posting"))} and ${sql.literal(isAlone("posting"))} and ${sql.literal(isOfOrder("posting"))}
    and claim.erp = ${erp} and claim.key = posting.key collate "default" and claim.attempt = posting.attempts + 1
    and claim.outcome = ${groupedOutcome}`

/**
 * The first postings of lanes, the oldest first. What is claimed already is left out, however far the view is behind:
 * else the oldest rows of a late view would be offered again and again, and nothing new would be sent until it catches
 * up. The two keys have different collations; without a word about it the claim's index would serve for no key.
 */
export const unclaimed = (sql: SqlClient.SqlClient, { name, orders }: Asking, limit: number) => sql<{
  readonly key: PostingKey
  readonly stream: StreamName
}>`
  select key, stream from postings.posting
  where ready and ${sql.literal(mayGo("posting", orders))} and not ${sql.literal(waitsForLots("posting"))} and not exists (
    select from posting_attempt claim
    where claim.erp = ${name} and claim.key = posting.key collate "default" and claim.attempt = posting.attempts + 1)
  order by requested_at, key limit ${limit}`

/**
 * The same among those that may go on, now that these are in the ERP: the next of their streams, and who takes from the
 * lots that they put into stock. The view needn't have heard of it; else each link of a long chain of lots would wait
 * for it. They are found first (`materialized`): else Postgres would ask of all that are ready whether they wait. A
 * reversal of what was posted long ago is left to the view.
 */
export const unclaimedAfter = (
  sql: SqlClient.SqlClient,
  { name, orders }: Asking,
  { all, news }: PostedLately,
  limit: number
) => sql<{
  readonly key: PostingKey
  readonly stream: StreamName
}>`
  with ${posted(sql, all)}, news as materialized (
    select stream, partition, "offset" from postings.posting where key = any(${news}::text[])
    union all
    select stream, partition, "offset" from postings.posting where "group" = any(${news}::text[])
  ), freed as materialized (
    select stream from news
    union
    select taker.stream from news
      join postings.posting_line as receipt
        on receipt.partition = news.partition and receipt."offset" = news."offset" and receipt.direction = 'in'
      join postings.posting_line as taker
        on taker.lot = receipt.lot and taker.direction = 'out' and taker.stream is not null
  ), head as materialized (
    select head.* from freed cross join lateral (
      select * from postings.posting as one
      where one.stream = freed.stream and ${sql.literal(isOpen("one"))} and not ${sql.literal(isPosted("one"))}
        and ${sql.literal(mayGo("one", orders))}
      order by ${sql.literal(inLane("one"))} limit 1
    ) as head
    where head.state = 'Requested' and (head.ready or head.reverses is null or head.reverses in (select key from posted)))
  select key, stream from head
  where not ${sql.literal(waitsStill("head"))} and (
    select claim.key from posting_attempt claim
    where claim.erp = ${name} and claim.key = head.key collate "default" and claim.attempt = head.attempts + 1) is null
  order by requested_at, key limit ${limit}`

export const postingQueue = (erp: Asking): Layer.Layer<PostingQueue, never, SqlClient.SqlClient> =>
  Layer.effect(
    PostingQueue,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const lanesOf = Effect.fnUntraced(function* (
        rows: ReadonlyArray<{ readonly key: PostingKey; readonly stream: StreamName }>,
        limit: number,
        inHand: ReadonlySet<StreamName>,
        justPosted: ReadonlyArray<PostingKey>
      ) {
        const heads = rows.filter(({ stream }) => !inHand.has(stream)).slice(0, limit)
        if (heads.length === 0) return []
        const lanes = yield* Effect.provideService(
          lanesFrom(
            heads.map(({ key }) => key),
            justPosted,
            erp.orders
          ),
          SqlClient.SqlClient,
          sql
        )
        return lanes.map((lane) => lane.map(posting))
      })
      return {
        ready: (limit, inHand) =>
          Effect.flatMap(unclaimed(sql, erp, limit + inHand.size), (rows) => lanesOf(rows, limit, inHand, [])),
        following: (lately, limit, inHand) =>
          Effect.flatMap(unclaimedAfter(sql, erp, lately, limit + inHand.size), (rows) =>
            lanesOf(rows, limit, inHand, lately.all)
          ),
        due: (limit, inHand) =>
          erp.orders === "each"
            ? Effect.succeed([])
            : Effect.map(dueDocuments(sql, erp, limit, inHand), (rows) =>
                Array.from(
                  Map.groupBy(rows, ({ stream }) => stream),
                  ([stream, documents]) => ({ stream, documents })
                )
              ),
        releaseGrouped: erp.orders === "each" ? releaseGrouped(sql, erp.name) : Effect.void,
        ofPeople: (after, limit) =>
          Effect.map(Effect.provideService(postingsLeft(after, limit), SqlClient.SqlClient, sql), (rows) =>
            Array.from(
              Map.groupBy(rows, ({ stream }) => stream),
              ([stream, found]) => ({ stream, postings: found.map(posting) })
            )
          ),
        taken: (streams) => Effect.provideService(takenNumbers(streams), SqlClient.SqlClient, sql),
        waits: Effect.provideService(waitsOfStreams(erp.orders), SqlClient.SqlClient, sql),
        find: (keys) =>
          postingsByKey(keys).pipe(
            Effect.map((rows) => rows.map(posting)),
            Effect.provideService(SqlClient.SqlClient, sql)
          )
      }
    })
  )
