// Questions to the view `postings`. Used by the poster, the command line and tests.
import { Effect, Schema, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { lotStream, orderStream, StreamName } from "../../core/journal/stream.ts"
import { type OrderId, PlantId, PostingKey } from "../../core/plant/identifiers.ts"
import type { LotKey } from "../../core/plant/lot.ts"
import { PostingMode } from "../../core/plant/posting-mode.ts"
import {
  type Document,
  DocumentContent,
  keyPrefix,
  type OrderPostings,
  OrdersArePosted,
  PostingKind
} from "../../core/port/erp.ts"
import { modeOf } from "../plants/modes.ts"
import { dueOrders, isOfOrder, mayGo } from "./due.ts"
import { isPosted, posted, waitsStill } from "./just-posted.ts"
import { laneOf } from "./lane.ts"
import { PostingState } from "./posting.ts"
import { inLane, isOpen, waitsForLots } from "./tables.ts"

/** A posting as the view has it. */
export const PostingRow = Schema.Struct({
  key: PostingKey,
  plant: PlantId,
  kind: PostingKind,
  stream: Schema.String.pipe(Schema.fromBrand("StreamName", StreamName)),
  version: Schema.Int,
  state: PostingState,
  /** It may be sent once the lots that it takes from let it. */
  waitsForLots: Schema.Boolean,
  content: DocumentContent,
  reverses: Schema.NullOr(PostingKey),
  reversed: Schema.Boolean,
  /** A person posted it. */
  adopted: Schema.Boolean,
  /** The ERP refused it once: a person may have posted it since. */
  refused: Schema.Boolean,
  /** What its plant does with documents of its kind about what happened when it did. */
  mode: PostingMode,
  /** The document that it is posted in, with others. */
  group: Schema.NullOr(PostingKey),
  postingDate: Schema.String,
  /** What that was before a closed period moved it. */
  movedFrom: Schema.NullOr(Schema.String),
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

const decodeRow = Schema.decodeUnknownEffect(PostingRow)
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(PostingRow))

/** What the ERP is asked to post. */
export const documentOf = (row: PostingRow): Document => ({
  key: row.key,
  kind: row.kind,
  plant: row.plant,
  ...row.content,
  ...(row.reverses === null ? {} : { reverses: row.reverses }),
  postingDate: row.postingDate
})

const columns = (sql: SqlClient.SqlClient, waits = waitsForLots) =>
  sql.literal(`
  posting.key, posting.plant, posting.kind, posting.stream, posting.version, posting.state, posting.content,
  ${waits("posting")} as "waitsForLots", posting.reverses, posting.reversed, posting.adopted, posting.refused, ${modeOf("posting")} as mode, posting."group", posting.posting_date as "postingDate", posting.moved_from as "movedFrom", posting.attempts, posting.document, posting.class,
  posting.code, posting.reason, posting.until, posting.requested_at as "requestedAt", posting.traceparent`)

/**
 * At most `limit` postings that may be sent now, at most one of a stream: the first of its lane, if it is requested;
 * oldest request first. A reversal comes once what it reverses is in the ERP, a movement once its lots let it. `except`
 * are the keys that the caller has in hand; the view may lag behind it.
 */
export const nextPostings = Effect.fnUntraced(function* (limit: number, except: ReadonlyArray<PostingKey> = []) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${columns(sql)} from postings.posting
    where ready and not key = any(${except}::text[]) and not ${sql.literal(waitsForLots("posting"))}
    order by requested_at, key limit ${limit}`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

/** As many of a stream are posted in one go. More would only make others wait. */
const laneLength = 16

/**
 * The lanes of which these are the first: each with those of its stream that may follow it. `justPosted` are in the ERP,
 * whether the view has heard of it or not. What is on its way is looked for stream by stream: as a join Postgres, which
 * hasn't looked at the table yet, would read all that is open for each.
 */
export const lanesFrom = Effect.fnUntraced(function* (
  heads: ReadonlyArray<PostingKey>,
  justPosted: ReadonlyArray<PostingKey> = [],
  orders: OrderPostings = "each"
) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    with ${posted(sql, justPosted)}
    select ${columns(sql, waitsStill)} from postings.posting as head cross join lateral (
      select * from postings.posting as one
      where one.stream = head.stream and ${sql.literal(isOpen("one"))} and not ${sql.literal(isPosted("one"))}
        and (one.kind = 'group') = (head.kind = 'group') and ${sql.literal(mayGo("one", orders))}
      order by ${sql.literal(inLane("one"))} limit ${laneLength}
    ) as posting
    where head.key = any(${heads}::text[]) and (
      select sent.key from postings.posting as sent where sent.stream = head.stream and sent.state in ('Accepted', 'InDoubt')
        and sent."group" is null and not ${sql.literal(isPosted("sent"))} limit 1) is null
    order by posting.stream, ${sql.literal(inLane("posting"))}`
  // Groups have a lane of their own.
  const laneName = ({ kind, stream }: PostingRow) => `${kind === "group"} ${stream}`
  const open = Map.groupBy(yield* decodeRows(rows).pipe(Effect.orDie), laneName)
  const first = new Set(heads)
  // What is no longer the first of its lane isn't sent, nor while a later one is known to be on its way.
  return Array.from(open.values(), laneOf).filter(([head]) => head !== undefined && first.has(head.key))
})

export const postingsByKey = Effect.fnUntraced(function* (keys: ReadonlyArray<PostingKey>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select ${columns(sql)} from postings.posting where key = any(${keys}::text[])`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

/** All documents of one stream, in the order of its lane. Keys begin with its name: this is a range. */
const postingsOf = Effect.fnUntraced(function* (stream: StreamName) {
  const sql = yield* SqlClient.SqlClient
  const prefix = keyPrefix(stream)
  const rows = yield* sql`
    select ${columns(sql)} from postings.posting
    where key >= ${`${prefix}/`} and key < ${`${prefix}0`} and stream = ${stream}
    order by ${sql.literal(inLane("posting"))}`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

export const postingsOfOrder = (plant: PlantId, order: OrderId) => postingsOf(orderStream(plant, order))
export const postingsOfLot = (lot: LotKey) => postingsOf(lotStream(lot))

/** What people post of at most so many orders, those that follow `after`, and wasn't found in the ERP yet. */
export const postingsLeft = Effect.fnUntraced(function* (after: StreamName | undefined, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${columns(sql)} from (
        select distinct stream from postings.posting as one
        where one.state = 'Shadowed' and ${sql.literal(isOfOrder("one"))} and one.stream > ${after ?? ""}
        order by stream limit ${limit}
      ) as lane join postings.posting on posting.stream = lane.stream and posting.state = 'Shadowed'
    order by posting.stream, ${sql.literal(inLane("posting"))}`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

/** The ERP's numbers of documents of these orders that can't be what a person posted for another report. */
export const takenNumbers = Effect.fnUntraced(function* (streams: ReadonlyArray<StreamName>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly stream: StreamName; readonly document: string }>`
    select stream, document from postings.posting
    where stream = any(${streams}::text[]) and adopted and document is not null
    union all
    select stream, document from postings.booked_before where stream = any(${streams}::text[])`
  const numbers = new Map<StreamName, Set<string>>()
  for (const { document, stream } of rows) numbers.set(stream, (numbers.get(stream) ?? new Set()).add(document))
  return numbers as ReadonlyMap<StreamName, ReadonlySet<string>>
})

/** Every document of a plant that is still to come: on its way, withheld, or waiting for a person. Of a group, the group. */
export const postingsToCome = Effect.fnUntraced(function* (plant: PlantId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${columns(sql)} from postings.posting
    where plant = ${plant} and state not in ('Verified', 'Omitted', 'Shadowed', 'Waived', 'Withdrawn') and "group" is null
    order by stream, version, kind desc`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

/**
 * Every document of a plant that was asked for from `from` and before `to` (milliseconds since 1970), oldest first, as a
 * stream: they may be millions.
 */
export const postingsAskedFor = (plant: PlantId, from: number, to: number) =>
  Stream.unwrap(
    Effect.map(
      SqlClient.SqlClient,
      (sql) =>
        sql`
          select ${columns(sql)} from postings.posting
          where plant = ${plant} and requested_at >= ${from} and requested_at < ${to}
          order by requested_at, key`.stream
    )
  ).pipe(Stream.mapEffect((row) => decodeRow(row).pipe(Effect.orDie)))

/**
 * Documents that move material and aren't in the ERP, of these plants, a page by key: those on their way, withheld or with a
 * person, and those that ended without a document, as long as an order's report counts, which is that of the document in
 * whose place one was posted again. Of a group its members.
 */
export const movementsOutside = Effect.fnUntraced(function* (
  plants: ReadonlyArray<PlantId>,
  after: string,
  limit: number
) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${columns(sql)} from postings.posting
    where key > ${after} and plant = any(${plants}::text[]) and kind <> 'group' and repeated is null
      and state not in ('Verified', 'Withdrawn') and (state <> 'Waived' or document is null)
      and content -> 'movements' is not null
      and (state not in ('Waived', 'Omitted', 'Shadowed') or reverses is not null or not ${sql.literal(isOfOrder("posting"))} or exists (
        select from postings.posting as taking
        where taking.key > posting.stream || '/' and taking.key < posting.stream || '0' and taking.reverses = posting.key
      ) or exists (
        select from orders.order_report as report
        where report.plant = posting.plant and report.order_id = posting.content ->> 'orderId'
          and report.counts and report.version = (
            with recursive document as (
              select posting.key, posting.version
              union all
              select gone.key, gone.version from document join postings.posting as gone
                on gone.key > posting.stream || '/' and gone.key < posting.stream || '0' and gone.repeated = document.key
            )
            select min(version) from document)))
    order by key limit ${limit}`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

/**
 * Streams whose first document waits for a lot that another stream's document puts into stock: which waits for which.
 * Where they wait for each other, none would ever be posted.
 */
export const waitsOfStreams = Effect.fnUntraced(function* (orders: OrderPostings) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{ readonly key: PostingKey; readonly stream: StreamName; readonly waitsFor: StreamName }>`
    with first as (
      select key, stream, partition, "offset" from postings.posting
      where ready and kind = 'goodsMovement' and attempts = 0 and ${sql.literal(mayGo("posting", orders))}
      union all
      select posting.key, posting.stream, member.partition, member."offset"
      from postings.posting join postings.posting as member on member."group" = posting.key
      where posting.ready and posting.kind = 'group' and posting.attempts = 0 and member.kind = 'goodsMovement'
    )
    select distinct first.key, first.stream, receipt.stream as "waitsFor"
    from first
      join postings.posting_line as line
        on line.partition = first.partition and line."offset" = first."offset" and line.direction = 'out' and not line.netted
      join postings.posting_line as receipt
        on receipt.lot = line.lot and receipt.open and not receipt.netted and receipt.stream is distinct from first.stream and receipt.at <= line.at
    where receipt.stream is not null
    limit 20000`
})

/** Why a document waits for a lot that it takes from; nothing in any of them where that lot lets it. */
export interface LotWait {
  readonly key: PostingKey
  readonly lot: StreamName
  /** The lot has heard of it. */
  readonly heard: boolean
  /** The lot's breaches, and the `messageKey`s of its parked messages. */
  readonly blocks: ReadonlyArray<string>
  /** Documents that put the lot into stock and aren't in the ERP. */
  readonly receipts: ReadonlyArray<PostingKey>
}

/** For each of these documents, the lots that it takes from. The conditions are those of `waitsForLots`. */
export const lotWaits = Effect.fnUntraced(function* (keys: ReadonlyArray<PostingKey>) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<LotWait>`
    select posting.key, line.lot, bool_and(line.lot = posting.stream or line.told is not null) as heard,
      array(select distinct block.block from postings.lot_block as block
        where block.lot = line.lot and line.lot <> posting.stream and block.since <= max(line.told)) as blocks,
      array(select distinct other.key from postings.posting_line as receipt
          join postings.posting as other using (partition, "offset")
        where receipt.lot = line.lot and receipt.open and not receipt.netted and receipt.stream is distinct from posting.stream and receipt.at <= max(line.at))
        as receipts
    from (
        select key, stream, partition, "offset" from postings.posting where key = any(${keys}::text[]) and kind <> 'group'
        union all
        select "group", stream, partition, "offset" from postings.posting where "group" = any(${keys}::text[])
      ) as posting join postings.posting_line as line
      on line.partition = posting.partition and line."offset" = posting."offset" and line.direction = 'out' and not line.netted
    group by posting.key, posting.stream, line.lot order by posting.key, line.lot`
})

export type PostingCounts = { readonly [State in PostingState]: number } & {
  readonly reversed: number
  /**
   * Of the requested ones, those that wait for lots, or behind such a one or a failed one of their stream, or until their
   * order is complete.
   */
  readonly held: number
}

/** Those that the poster has, or will have in a moment; what waits for its window or its order isn't among them. */
export const onTheirWay = ({ Accepted, InDoubt, Requested, held }: PostingCounts): number =>
  Requested - held + Accepted + InDoubt

const none: PostingCounts = {
  Requested: 0,
  Withheld: 0,
  Accepted: 0,
  Verified: 0,
  Deferred: 0,
  InDoubt: 0,
  Failed: 0,
  Omitted: 0,
  Shadowed: 0,
  Waived: 0,
  Withdrawn: 0,
  reversed: 0,
  held: 0
}

/**
 * How many documents of each plant are in each state; `reversed` ones count by their own last outcome too, those of a
 * group each, and not the group.
 */
export const postingCounts = Effect.gen(function* () {
  const orders = yield* OrdersArePosted
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{
    plant: PlantId
    state: PostingState
    count: number
    reversed: number
    held: number
  }>`
    with stuck as materialized (
      select distinct on (stream) stream, place, version, kind <> 'reversal' as later from postings.posting
      where kind <> 'group' and "group" is null and (state = 'Failed' or (ready and ${sql.literal(waitsForLots("posting"))}))
      order by stream, place, version, later
    ), stuck_group as materialized (
      select key from postings.posting where kind = 'group' and ready and ${sql.literal(waitsForLots("posting"))}
    ), due as materialized (
      ${dueOrders(sql, orders)}
    )
    select plant, state, count(*)::integer as count, count(*) filter (where reversed)::integer as reversed,
      count(*) filter (where state = 'Requested' and case
        when "group" is not null then "group" in (select key from stuck_group)
        when ${orders !== "each"} and ${sql.literal(isOfOrder("posting"))}
          then posting.stream not in (select stream from due)
        else (stuck.place, stuck.version, stuck.later) <= (posting.place, posting.version, posting.kind <> 'reversal')
      end)::integer as held
    from postings.posting left join stuck on stuck.stream = posting.stream
    where kind <> 'group' group by plant, state`
  const counts = new Map<PlantId, PostingCounts>()
  for (const { plant, state, count, reversed, held } of rows) {
    const before = counts.get(plant) ?? none
    counts.set(plant, { ...before, [state]: count, reversed: before.reversed + reversed, held: before.held + held })
  }
  return counts as ReadonlyMap<PlantId, PostingCounts>
})
