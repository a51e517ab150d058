// Questions to the view `ledger`, each for any number of lots in one statement. Used by recalls and by tests.
//
// Rows are taken as they come: a recall reads 100,000 of them, and a schema would take longer to look at them than Postgres
// to find them. Everything in them was decoded when its event was, and numbers are texts in canonical form.
import { Brand, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Fragment } from "effect/sql/Statement"
import type { StreamName } from "../../core/journal/stream.ts"
import { type Decimal, fromText, zero } from "../../core/plant/decimal.ts"
import type { LotId, PartnerId } from "../../core/plant/identifiers.ts"
import type { Disposition } from "../../core/plant/lot.ts"
import type { Unit } from "../../core/plant/quantity.ts"
import { type Cut, counts, isEverything } from "../cut.ts"
import { byText } from "../sorted.ts"
import { balanceOf, type LotBalance, type Sums } from "./balance.ts"
import { used } from "./tables.ts"
import { countedNames, totalNames } from "./total.ts"

/** Names of lots' streams as one text, which Postgres takes apart sooner than an array: they hold no line feeds. */
const named = (sql: SqlClient.SqlClient, lots: ReadonlyArray<StreamName>) =>
  sql`unnest(string_to_array(${lots.join("\n")}, chr(10)) collate "C") with ordinality as asked (lot, place)`

/** Whatever is asked, each lot is looked up by the index: among so many the planner would read whole tables. */
const each = (sql: SqlClient.SqlClient, what: Fragment) => sql`cross join lateral (${what} offset 0)`

/** What orders use, return or had used before: only of a lot with any of it can some be in process. */
const usedKinds = ["consumed", "returned", "consumedBefore"]

/** `received 10 consumed 2.50` a lot and unit: of all that counts the ready totals, of a cut the sums of its rows. */
const sumsOf = (sql: SqlClient.SqlClient, cut: Cut): Fragment =>
  isEverything(cut)
    ? sql`select place, known.lot, unit, ${totalTexts(sql)} as sums,
          coalesce(${sql.literal(usedKinds.map((kind) => `"${kind}"`).join(", "))}) is not null as "isUsed"
        from asked ${each(sql, sql`select * from ledger.total where total.lot = asked.lot`)} as known`
    : sql`select place, lot, unit, coalesce(string_agg(kind || ' ' || quantity, ' ') filter (where kind = any(${countedNames}::text[])), '') as sums,
          bool_or(kind = any(${usedKinds}::text[])) as "isUsed"
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

/**
 * The one statement of `balancesOf`, for its plan. Its answer is one text with a line for each lot and unit, which costs a
 * tenth of a row each: `1 kg received 10 inProcess 2.50`, the lot's place in what was asked for, from 1, before it.
 */
export const balancesStatement = (sql: SqlClient.SqlClient, lots: ReadonlyArray<StreamName>, cut: Cut) =>
  sql<{ readonly balances: string | null }>`
    -- In the order of the indexes: neighbours share a page.
    with asked as materialized (select * from ${named(sql, lots)} order by lot),
    known as materialized (${sumsOf(sql, cut)}),
    used as materialized (
      select place, unit, counterpart as "order", case kind when 'returned' then -quantity else quantity end as quantity
      from (select distinct place, lot from known where "isUsed" order by lot) as asked ${each(
        sql,
        sql`
          select kind, unit, quantity, counterpart from ledger.flow
          where flow.lot = asked.lot and ${sql.literal(used.short)} and ${counts(sql, cut)}
          union all select kind, unit, quantity, counterpart from ledger.flow
          where flow.lot = asked.lot and ${sql.literal(used.long)} and ${counts(sql, cut)}`
      )} as flow
    ), finished as materialized (
      select "order", operation from ledger.finish where "order" in (select "order" from used) and ${counts(sql, cut)}
    ), unended as materialized (
      select distinct "order" from used where "order" not in (select "order" from finished where operation is null)
    ), ruling as (
      select distinct on ("order") "order", operations from ledger.plan
      where "order" in (select "order" from unended) and ${counts(sql, cut)}
      -- Of twins under one id the first, as the actor has it.
      order by "order", revision desc, sequence desc, occurred_at desc, source desc, message_id desc, version
    ), confirmed as (
      select ruling."order" from ruling
        cross join lateral jsonb_array_elements_text(operations) as planned (operation)
        left join (select distinct "order", operation from finished) as final
          on final."order" = ruling."order" and final.operation = planned.operation
      group by ruling."order" having bool_and(final.operation is not null)
    ), in_process as (
      select place, unit, sum(quantity) as quantity from used
      where "order" in (select "order" from unended except select "order" from confirmed)
      group by place, unit
    )
    select string_agg(concat_ws(' ', place, unit, nullif(sums, ''), 'inProcess ' || quantity), chr(10)) as balances
    from known left join in_process using (place, unit)`

/**
 * Per lot one balance a unit, of those lots of which anything ever moved. In process is what orders have consumed that
 * weren't finished: neither completed, closed or cancelled, nor every operation that they plan finally confirmed.
 */
export const balancesOf = Effect.fnUntraced(function* (lots: ReadonlyArray<StreamName>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  const [answer] = yield* balancesStatement(sql, lots, cut)
  const balances = new Map<StreamName, ReadonlyArray<LotBalance>>()
  for (const line of answer?.balances?.split("\n") ?? []) {
    const [place, unit = "", ...words] = line.split(" ")
    const lot = lots[Number(place) - 1]
    if (lot === undefined) continue
    const sums = sumsIn(words)
    // All of it was taken back: nothing of it ever was.
    if (Object.values(sums).every((sum) => sum === zero)) continue
    const balance = balanceOf(unitIn(unit), sums)
    const others = balances.get(lot)
    balances.set(lot, others === undefined ? [balance] : byText([...others, balance], ({ unit }) => unit))
  }
  return balances
})

/** As the view holds it, so that there is nothing to check in it. */
const unitIn = Brand.nominal<Unit>()

/** Names and values by turns, as the statement above writes them. */
const sumsIn = (words: ReadonlyArray<string>): Sums => {
  const sums: { [name: string]: Decimal } = {}
  for (let at = 0; at + 1 < words.length; at += 2) sums[words[at] ?? ""] = fromText(words[at + 1] ?? "")
  return sums
}

/** A delivery of a lot to a customer. */
export interface Shipment {
  readonly lot: StreamName
  readonly customer: PartnerId
  readonly document: string
  readonly quantity: Decimal
  readonly unit: Unit
  /** Milliseconds since 1970. */
  readonly occurredAt: number
}

/** By lot as asked, and time. */
export const shipmentsOf = Effect.fnUntraced(function* (lots: ReadonlyArray<StreamName>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<Shipment>`
    select known.lot, counterpart as customer, document, trim_scale(quantity)::text as quantity, unit, occurred_at as "occurredAt"
    from ${named(sql, lots)} ${each(sql, sql`select * from ledger.flow where flow.lot = asked.lot and kind = 'shipped' and ${counts(sql, cut)}`)} as known
    order by place, occurred_at, partition, "offset"`
})

/** A receipt of a lot from a supplier. */
export interface Receipt {
  readonly lot: StreamName
  readonly partner: PartnerId
  /** The lot's number there. */
  readonly partnerLot: LotId | null
  readonly certificate: string | null
  readonly quantity: Decimal
  readonly unit: Unit
  /** Milliseconds since 1970. */
  readonly occurredAt: number
}

/** Every receipt that names a supplier, by lot as asked, and time. */
export const suppliersOf = Effect.fnUntraced(function* (lots: ReadonlyArray<StreamName>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<Receipt>`
    select known.lot, counterpart as partner, partner_lot as "partnerLot", document as certificate,
      trim_scale(quantity)::text as quantity, unit, occurred_at as "occurredAt"
    from ${named(sql, lots)} ${each(sql, sql`select * from ledger.flow where flow.lot = asked.lot and kind = 'received' and counterpart is not null and ${counts(sql, cut)}`)} as known
    order by place, occurred_at, partition, "offset"`
})

/** The word that holds: that which was said of the latest time. */
export interface HoldingWord {
  readonly lot: StreamName
  readonly disposition: Disposition
  readonly reason: string
  /** Milliseconds since 1970. */
  readonly since: number
}

/** Of those lots of which anything was said. Of twins under one id the last holds, as the actor has it. */
export const dispositionsOf = Effect.fnUntraced(function* (lots: ReadonlyArray<StreamName>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<HoldingWord>`
    select distinct on (place) known.lot, disposition, reason, occurred_at as since
    from ${named(sql, lots)} ${each(sql, sql`select * from ledger.word where word.lot = asked.lot and ${counts(sql, cut)}`)} as known
    order by place, occurred_at desc, sequence desc, source desc, message_id desc, version desc`
  return new Map(rows.map((word) => [word.lot, word]))
})
