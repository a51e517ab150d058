// What the ledger has booked of any number of lots, as one statement that asks with one text and answers with one row. Used
// by `queries.ts`, and by a test for its plan.
import type { SqlClient } from "effect/sql"
import type { Fragment } from "effect/sql/Statement"
import type { StreamName } from "../../core/journal/stream.ts"
import type { Decimal } from "../../core/plant/decimal.ts"
import type { LotId, PartnerId } from "../../core/plant/identifiers.ts"
import type { Disposition } from "../../core/plant/lot.ts"
import type { Unit } from "../../core/plant/quantity.ts"
import { type Cut, counts, isEverything } from "../cut.ts"
import { used } from "./tables.ts"
import { countedNames, totalNames } from "./total.ts"

/** Names of lots' streams as one text, which Postgres takes apart sooner than an array: they hold no line feeds. */
const named = (sql: SqlClient.SqlClient, lots: ReadonlyArray<StreamName>) =>
  sql`unnest(string_to_array(${lots.join("\n")}, chr(10)) collate "C") with ordinality as asked (lot, place)`

/** In the order of the indexes, in which neighbours share a page. */
const asked = (sql: SqlClient.SqlClient, lots: ReadonlyArray<StreamName>) =>
  sql`asked as materialized (select * from ${named(sql, lots)} order by lot)`

/** Whatever is asked, each lot is looked up by the index: among so many the planner would read whole tables. */
const each = (sql: SqlClient.SqlClient, what: Fragment) => sql`cross join lateral (${what} offset 0)`

/** What orders use, return or had used before: only of a lot with any of it can some be in process. */
const usedKinds = ["consumed", "returned", "consumedBefore"]

/** What a lot has of any of these kinds decides what else is looked up of it. */
const hasAny = {
  isUsed: usedKinds,
  isShipped: ["shipped"],
  isReceived: ["received"]
}

/** `received 10 consumed 2.50` a lot and unit: of all that counts the ready totals, of a cut the sums of its rows. */
const sumsOf = (sql: SqlClient.SqlClient, cut: Cut): Fragment =>
  isEverything(cut)
    ? sql`select place, known.lot, unit, ${totalTexts(sql)} as sums, ${hasAnyTotal(sql)}
        from asked ${each(sql, sql`select * from ledger.total where total.lot = asked.lot`)} as known`
    : sql`select place, lot, unit, coalesce(string_agg(kind || ' ' || quantity, ' ') filter (where kind = any(${countedNames}::text[])), '') as sums,
          ${hasAnyRow(sql)}
        from (
          select place, lot, unit, kind, sum(quantity) as quantity from (
            select place, asked.lot, unit, kind, quantity
            from asked ${each(sql, sql`select * from ledger.flow where flow.lot = asked.lot and ${counts(sql, cut)}`)} as known
            union all
            select place, asked.lot, unit, 'onHand', quantity
            from asked ${each(sql, sql`select * from ledger.stock where stock.lot = asked.lot and ${counts(sql, cut)}`)} as known
          ) as counted
          where kind = any(${totalNames}::text[])
          group by place, lot, unit, kind
        ) as summed
        group by place, lot, unit`

const totalTexts = (sql: SqlClient.SqlClient) =>
  sql.literal(`concat_ws(' ', ${countedNames.map((name) => `'${name} ' || "${name}"`).join(", ")})`)
const hasAnyTotal = (sql: SqlClient.SqlClient) =>
  sql.literal(
    Object.entries(hasAny)
      .map(([name, kinds]) => `coalesce(${kinds.map((kind) => `"${kind}"`).join(", ")}) is not null as "${name}"`)
      .join(", ")
  )
const hasAnyRow = (sql: SqlClient.SqlClient) =>
  sql.literal(
    Object.entries(hasAny)
      .map(([name, kinds]) => `bool_or(kind in (${kinds.map((kind) => `'${kind}'`).join(", ")})) as "${name}"`)
      .join(", ")
  )

/**
 * What orders have consumed that weren't finished: neither completed, closed or cancelled, nor every operation that they
 * plan finally confirmed.
 */
const inProcess = (sql: SqlClient.SqlClient, cut: Cut) => sql`
    used as materialized (
      select place, known.unit, counterpart as "order", case kind when 'returned' then -quantity else quantity end as quantity
      from known ${each(
        sql,
        sql`
          select kind, quantity, counterpart from ledger.flow
          where flow.lot = known.lot and flow.unit = known.unit and ${sql.literal(used.short)} and ${counts(sql, cut)}
          union all select kind, quantity, counterpart from ledger.flow
          where flow.lot = known.lot and flow.unit = known.unit and ${sql.literal(used.long)} and ${counts(sql, cut)}`
      )} as flow
      where "isUsed"
    ), unended as materialized (
      select "order" from (select distinct "order" from used) as taking
        left join lateral (
          select true as "isEnded" from ledger.finish
          where finish."order" = taking."order" and operation is null and ${counts(sql, cut)} limit 1
        ) as ended on true
      where "isEnded" is null
    ), ruling as (
      select distinct on ("order") "order", operations from ledger.plan
      where "order" in (select "order" from unended) and ${counts(sql, cut)}
      -- Of twins under one id the first, as the actor has it.
      order by "order", revision desc, sequence desc, occurred_at desc, source desc, message_id desc, version
    ), final as (
      select distinct unended."order", operation from unended ${each(
        sql,
        sql`select operation from ledger.finish where finish."order" = unended."order" and ${counts(sql, cut)}`
      )} as finish
    ), confirmed as (
      select ruling."order" from ruling
        cross join lateral jsonb_array_elements_text(operations) as planned (operation)
        left join final on final."order" = ruling."order" and final.operation = planned.operation
      group by ruling."order" having bool_and(final.operation is not null)
    ), in_process as (
      select place, unit, sum(quantity) as quantity from used
      where "order" in (select "order" from unended except select "order" from confirmed)
      group by place, unit
    )`

/** The word that holds is that which was said of the latest time; of twins under one id the last, as the actor has it. */
const words = (sql: SqlClient.SqlClient, cut: Cut) => sql`(
  select json_agg(json_build_array(place, disposition, reason, occurred_at)) from (
    select distinct on (place) place, disposition, reason, occurred_at
    from asked ${each(sql, sql`select * from ledger.word where word.lot = asked.lot and ${counts(sql, cut)}`)} as known
    order by place, occurred_at desc, sequence desc, source desc, message_id desc, version desc
  ) as holding
) as words`

/** Flows with a partner, of the lots that have any. */
const withPartner = (
  sql: SqlClient.SqlClient,
  has: keyof typeof hasAny,
  which: string,
  columns: string,
  cut: Cut
) => sql`(
  select json_agg(json_build_array(place, ${sql.literal(columns)}, trim_scale(quantity)::text, known.unit, occurred_at)
    order by place, occurred_at, partition, "offset")
  from known ${each(
    sql,
    sql`select * from ledger.flow
      where flow.lot = known.lot and flow.unit = known.unit and ${sql.literal(which)} and ${counts(sql, cut)}`
  )} as flow
  where ${sql(has)}
)`
const shipments = (sql: SqlClient.SqlClient, cut: Cut) =>
  sql`${withPartner(sql, "isShipped", "kind = 'shipped'", "counterpart, document", cut)} as shipments`
/** Those that name a supplier. */
const receipts = (sql: SqlClient.SqlClient, cut: Cut) => {
  const which = "kind = 'received' and counterpart is not null"
  return sql`${withPartner(sql, "isReceived", which, "counterpart, partner_lot, document", cut)} as receipts`
}

/** Lines of one text, and arrays in arrays: they cost a tenth of as many rows. The place of a lot asked for counts from 1. */
export interface BookedRow {
  /** `1 kg received 10 inProcess 2.50` a lot and unit. */
  readonly balances: string | null
  readonly words: ReadonlyArray<Word> | null
  readonly shipments: ReadonlyArray<
    readonly [place: number, customer: PartnerId, document: string, quantity: Decimal, unit: Unit, occurredAt: number]
  > | null
  readonly receipts: ReadonlyArray<
    readonly [
      place: number,
      partner: PartnerId,
      partnerLot: LotId | null,
      certificate: string | null,
      quantity: Decimal,
      unit: Unit,
      occurredAt: number
    ]
  > | null
}
export type Word = readonly [place: number, disposition: Disposition, reason: string, since: number]

/** Balances, words, shipments and receipts. */
export const bookedStatement = (sql: SqlClient.SqlClient, lots: ReadonlyArray<StreamName>, cut: Cut) =>
  sql<BookedRow>`
    with ${asked(sql, lots)}, known as materialized (${sumsOf(sql, cut)}), ${inProcess(sql, cut)}
    select (
        select string_agg(concat_ws(' ', place, unit, nullif(sums, ''), 'inProcess ' || quantity), chr(10))
        from known left join in_process using (place, unit)
      ) as balances,
      ${words(sql, cut)}, ${shipments(sql, cut)}, ${receipts(sql, cut)}`

/** The words alone. */
export const wordsStatement = (sql: SqlClient.SqlClient, lots: ReadonlyArray<StreamName>, cut: Cut) =>
  sql<Pick<BookedRow, "words">>`with ${asked(sql, lots)} select ${words(sql, cut)}`
