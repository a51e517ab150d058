// Tables of the view `ledger`. Used by this folder alone.
//
// All rows are of one event, never changed but for when they end, and known by the stream and the version of that event,
// since a reversal names it so. Times are milliseconds since 1970, exact as float8.
import { totalNames } from "./total.ts"

/** Of every row: where its event stands, and both its times. */
export const eventColumns = {
  version: "integer",
  partition: "integer",
  offset: "bigint",
  occurred_at: "float8",
  recorded_at: "float8"
}
const event = `
  -- Of its event in that stream.
  version integer not null,
  partition integer not null,
  "offset" bigint not null,
  occurred_at float8 not null,
  recorded_at float8 not null,
  -- Since when it is known not to be so, and by which event of the same partition: it was reversed.
  known_until float8,
  until_offset bigint`

/** What decides between words of one stream, in the order of `core/message/rank.ts`; its time is `occurred_at`. */
export const rankColumns = { sequence: "integer", source: "text", message_id: "text" }
const rank = `
  sequence integer not null,
  source text collate "C" not null,
  message_id text collate "C" not null`

/** What the reporters said came and went: a row for each lot and place that a report names. */
export const flowColumns = {
  reporter: "text",
  line: "integer",
  ...eventColumns,
  plant: "text",
  lot: "text",
  item: "text",
  kind: "text",
  quantity: "numeric",
  unit: "text",
  location: "text",
  counterpart: "text",
  document: "text",
  partner_lot: "text",
  work_center: "text"
}
const flow = `
create table if not exists flow (
  -- The order or the lot whose stream holds the report.
  reporter text collate "C" not null,
  -- Its place within its event.
  line integer not null,${event},
  -- Whose storage locations and work centers are meant.
  plant text collate "C" not null,
  -- Name of the lot's stream; null for material without a number.
  lot text collate "C",
  item text collate "C" not null,
  -- As in \`flow.ts\`, which says the sign of each.
  kind text collate "C" not null,
  quantity numeric not null,
  unit text collate "C" not null,
  -- The empty text where none is said.
  location text collate "C" not null,
  -- The order's or the other lot's stream, or the supplier or customer.
  counterpart text collate "C",
  -- Of a delivery, or the supplier's certificate.
  document text,
  partner_lot text,
  work_center text collate "C",
  primary key (reporter, version, line)
)`
const byLot = `create index if not exists flow_by_lot on flow (lot)`
/** What orders used of a lot. */
const isUse = "kind in ('consumed', 'returned', 'consumedBefore')"
/** Names of which an index can't hold both; hardly any are. */
const isLong = "octet_length(lot) + octet_length(counterpart) > 2000"
/** Its rows are then read from the index alone, as far as it can hold them: a recall asks for 100,000 lots' at once. */
export const used = { short: `${isUse} and not (${isLong})`, long: `${isUse} and ${isLong}` }
const usedByLot = `
create index if not exists flow_used_by_lot on flow (lot) include (kind, unit, quantity, counterpart, known_until)
  where ${used.short}`
const longUsedByLot = `create index if not exists flow_long_used_by_lot on flow (lot) where ${used.long}`
/** Who supplied and who got it: few of a lot's rows. */
const partnersByLot = `
create index if not exists flow_partners_by_lot on flow (lot, kind) where kind in ('received', 'shipped')`
const byPlace = `create index if not exists flow_by_place on flow (plant, location, occurred_at) where location <> ''`
const byWorkCenter = `
create index if not exists flow_by_work_center on flow (plant, work_center, occurred_at) where work_center is not null`

/** What the lot's own stream says of what is on hand and where: changes with their sign. */
export const stockColumns = {
  lot: "text",
  line: "integer",
  ...eventColumns,
  told: "text",
  location: "text",
  unit: "text",
  quantity: "numeric"
}
const stock = `
create table if not exists stock (
  lot text collate "C" not null,
  line integer not null,${event},
  -- The message of the reaction that told the lot, by which a reversal names it.
  told text collate "C",
  location text collate "C" not null,
  unit text collate "C" not null,
  quantity numeric not null,
  primary key (lot, version, line)
)`

/**
 * Ready sums of all that isn't taken back, of a lot in one unit: of its flows by kind, and of its stock. Null of what never
 * came, as most of it. They are what a sum over the rows above gives, sooner: a recall of 100,000 lots has no time for it.
 */
const totalOf = totalNames.map((name) => `"${name}" numeric`).join(", ")
const total = `
create table if not exists total (
  lot text collate "C" not null,
  unit text collate "C" not null,
  ${totalOf},
  primary key (lot, unit)
) with (fillfactor = 70)`

/** Whether a lot may be used: the word holds that was said of the latest time. */
export const wordColumns = { lot: "text", ...eventColumns, ...rankColumns, disposition: "text", reason: "text" }
const word = `
create table if not exists word (
  lot text collate "C" not null,${event},${rank},
  -- held, released, rejected.
  disposition text not null,
  reason text not null,
  primary key (lot, version)
)`

/** What each revision of an order plans: the highest rules. */
export const planColumns = { order: "text", ...eventColumns, ...rankColumns, revision: "integer", operations: "jsonb" }
const plan = `
create table if not exists plan (
  -- Name of its stream.
  "order" text collate "C" not null,${event},${rank},
  revision integer not null,
  operations jsonb not null,
  primary key ("order", version)
)`

/** An order was completed, closed or cancelled; or no more is expected of one of its operations. */
export const finishColumns = { order: "text", ...eventColumns, operation: "text" }
const finish = `
create table if not exists finish (
  "order" text collate "C" not null,${event},
  -- Null for the whole order.
  operation text collate "C",
  primary key ("order", version)
)`

/** What master data said of items and units, each time that an ERP published them: by both times, as everything here. */
export const itemWordColumns = {
  stream: "text",
  ...eventColumns,
  source: "text",
  message_id: "text",
  plant: "text",
  item: "text",
  deleted: "boolean",
  content: "jsonb"
}
const itemWord = `
create table if not exists item_word (
  stream text collate "C" not null,${event},
  source text collate "C" not null,
  message_id text collate "C" not null,
  plant text collate "C" not null,
  -- Null of a unit, which converts whatever the item.
  item text collate "C",
  -- The ERP took it back.
  deleted boolean not null,
  content jsonb not null,
  primary key (stream, version)
)`
const itemWordByItem = `create index if not exists item_word_by_item on item_word (item, plant)`
/** The word that holds comes first; an ERP's count is of something else, as \`master-data/record.ts\` says. */
export const holdingItemWord = "occurred_at desc, source desc, message_id desc, version"

export const tables = [
  flow,
  byLot,
  usedByLot,
  longUsedByLot,
  partnersByLot,
  byPlace,
  byWorkCenter,
  stock,
  total,
  word,
  plan,
  finish,
  itemWord,
  itemWordByItem
]
