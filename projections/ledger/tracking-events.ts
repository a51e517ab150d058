// What the ledger knows of lots as critical tracking events (21 CFR 1 Subpart S, FSMA 204): received, transformed, shipped.
// Used by recalls and by tests.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { StreamName } from "../../core/journal/stream.ts"
import type { Decimal } from "../../core/plant/decimal.ts"
import { type Cut, counts } from "../cut.ts"
import type { FlowKind } from "./flow.ts"
import { holdingItemWord } from "./tables.ts"

export interface TrackingEvent {
  readonly kind: Extract<
    FlowKind,
    "received" | "receivedBack" | "consumed" | "returned" | "produced" | "derived" | "passedOn" | "shipped"
  >
  readonly lot: StreamName
  readonly plant: string
  /** The empty text where none is said. */
  readonly location: string
  /** Supplier, customer, order's stream or other lot's stream. */
  readonly counterpart: string | null
  readonly document: string | null
  readonly partnerLot: string | null
  readonly quantity: Decimal
  readonly unit: string
  /** What the item is called, where master data had said it. */
  readonly description: string | null
  /** Milliseconds since 1970. */
  readonly occurredAt: number
  /** The stream that reported it, and the version of its event there. */
  readonly reporter: StreamName
  readonly version: number
}

/** By time, lot and event: rows as they come, as in `queries.ts`. */
export const trackingEventsOf = Effect.fnUntraced(function* (lots: ReadonlyArray<StreamName>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<TrackingEvent>`
    select kind, lot, flow.plant, location, counterpart, document, partner_lot as "partnerLot",
      trim_scale(quantity)::text as quantity, unit, described.description, occurred_at as "occurredAt", reporter, version
    from unnest(string_to_array(${lots.join("\n")}, chr(10)) collate "C") as asked (lot) join ledger.flow using (lot)
      left join lateral (
        select content ->> 'description' as description from ledger.item_word
        where item_word.plant = flow.plant and item_word.item = flow.item and ${counts(sql, cut)}
        order by ${sql.literal(holdingItemWord)} limit 1
      ) as described on true
    where kind in ('received', 'receivedBack', 'consumed', 'returned', 'produced', 'derived', 'passedOn', 'shipped')
      and ${counts(sql, cut)}
    order by occurred_at, lot, partition, "offset", line`
})
