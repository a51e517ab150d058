// Questions to the view `postings`. Used by the poster, the command line and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { orderStream, StreamName } from "../../core/journal/stream.ts"
import { Amounts } from "../../core/message/order.ts"
import { OperationId, OrderId, PlantId, PostingKey } from "../../core/plant/identifiers.ts"
import { type Document, PostingKind } from "../../core/port/erp.ts"
import { laneOf } from "./lane.ts"
import { isOpen } from "./tables.ts"

const PostingState = Schema.Literals([
  "Requested",
  "Withheld",
  "Accepted",
  "Verified",
  "Deferred",
  "InDoubt",
  "Failed",
  "Waived",
  "Withdrawn"
])

/** A posting as the view has it. */
export const PostingRow = Schema.Struct({
  key: PostingKey,
  plant: PlantId,
  orderId: OrderId,
  operationId: OperationId,
  kind: PostingKind,
  stream: Schema.String.pipe(Schema.fromBrand("StreamName", StreamName)),
  version: Schema.Int,
  state: PostingState,
  amounts: Amounts,
  final: Schema.Boolean,
  reverses: Schema.NullOr(PostingKey),
  reversed: Schema.Boolean,
  postingDate: Schema.String,
  /** The highest attempt that was verified, deferred or failed; 0 for none. The next one is one more. */
  attempts: Schema.Int,
  document: Schema.NullOr(Schema.String),
  class: Schema.NullOr(Schema.String),
  code: Schema.NullOr(Schema.String),
  reason: Schema.NullOr(Schema.String),
  /** Milliseconds since 1970, like the next one. */
  until: Schema.NullOr(Schema.Number),
  requestedAt: Schema.Number,
  traceparent: Schema.NullOr(Schema.String)
})
export type PostingRow = typeof PostingRow.Type

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(PostingRow))

/** What the ERP is asked to post. */
export const documentOf = (row: PostingRow): Document => ({
  key: row.key,
  kind: row.kind,
  plant: row.plant,
  orderId: row.orderId,
  operationId: row.operationId,
  amounts: row.amounts,
  final: row.final,
  ...(row.reverses === null ? {} : { reverses: row.reverses }),
  postingDate: row.postingDate
})

const columns = (sql: SqlClient.SqlClient) =>
  sql.literal(`
  posting.key, posting.plant, posting.order_id as "orderId", posting.operation_id as "operationId", posting.kind,
  posting.stream, posting.version, posting.state, posting.amounts, posting.final, posting.reverses,
  posting.reversed, posting.posting_date as "postingDate", posting.attempts, posting.document, posting.class,
  posting.code, posting.reason, posting.until, posting.requested_at as "requestedAt", posting.traceparent`)

/**
 * At most `limit` postings that may be sent now, at most one of an order: the first of its lane, if it is requested;
 * oldest request first. A reversal comes once what it reverses is in the ERP. `except` are the keys that the caller has in hand; the view may lag behind it.
 */
export const nextPostings = Effect.fnUntraced(function* (limit: number, except: ReadonlyArray<PostingKey> = []) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${columns(sql)} from postings.posting
    where ready and not key = any(${except}::text[])
    order by requested_at, key limit ${limit}`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

/** As many of an order are posted in one go. More would only make others wait. */
const laneLength = 16

/** The lanes of which these are the first: each with those of its order that may follow it. */
export const lanesFrom = Effect.fnUntraced(function* (heads: ReadonlyArray<PostingKey>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${columns(sql)} from postings.posting as head cross join lateral (
      select * from postings.posting as one
      where one.plant = head.plant and one.order_id = head.order_id and ${sql.literal(isOpen)}
      order by one.version, one.kind desc limit ${laneLength}
    ) as posting
    where head.key = any(${heads}::text[]) and head.ready
    order by posting.stream, posting.version, posting.kind desc`
  const open = Map.groupBy(yield* decodeRows(rows).pipe(Effect.orDie), ({ stream }) => stream)
  return Array.from(open.values(), laneOf)
})

export const postingsByKey = Effect.fnUntraced(function* (keys: ReadonlyArray<PostingKey>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select ${columns(sql)} from postings.posting where key = any(${keys}::text[])`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

/** All documents of one order, in the order of its lane. Keys begin with the stream's name, so this is a range. */
export const postingsOfOrder = Effect.fnUntraced(function* (plant: PlantId, order: OrderId) {
  const sql = yield* SqlClient.SqlClient
  const stream = orderStream(plant, order)
  const rows = yield* sql`
    select ${columns(sql)} from postings.posting
    where key >= ${`${stream}/`} and key < ${`${stream}0`} and stream = ${stream}
    order by version, kind desc`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

export type PostingCounts = { readonly [State in typeof PostingState.Type]: number } & {
  readonly reversed: number
  /** Of the requested ones, those behind a failed one of their order: they wait for a person. */
  readonly held: number
}

const none: PostingCounts = {
  Requested: 0,
  Withheld: 0,
  Accepted: 0,
  Verified: 0,
  Deferred: 0,
  InDoubt: 0,
  Failed: 0,
  Waived: 0,
  Withdrawn: 0,
  reversed: 0,
  held: 0
}

/** How many documents of each plant are in each state; `reversed` ones count by their own last outcome too. */
export const postingCounts = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{
    plant: PlantId
    state: typeof PostingState.Type
    count: number
    reversed: number
    held: number
  }>`
    select plant, state, count(*)::integer as count, count(*) filter (where reversed)::integer as reversed,
      count(*) filter (where state = 'Requested' and exists (
        select from postings.posting as failed
        where failed.plant = posting.plant and failed.order_id = posting.order_id and failed.state = 'Failed'
          and (failed.version, failed.kind = 'confirmation') < (posting.version, posting.kind = 'confirmation')
      ))::integer as held
    from postings.posting group by plant, state`
  const counts = new Map<PlantId, PostingCounts>()
  for (const { plant, state, count, reversed, held } of rows) {
    const before = counts.get(plant) ?? none
    counts.set(plant, { ...before, [state]: count, reversed: before.reversed + reversed, held: before.held + held })
  }
  return counts as ReadonlyMap<PlantId, PostingCounts>
})
