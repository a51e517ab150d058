// Tables of the view `postings`: one row for each ERP document that a stream asked for. Used by this folder and,
// for what the poster asks, by adapters/erp/poster-view.ts.

/**
 * The document is still on its way, or a person decides on it; in any other state it keeps nothing waiting. Those of a
 * group are not on their way by themselves.
 */
export const isOpen = (posting: string): string =>
  `${posting}.state in ('Requested', 'Accepted', 'InDoubt', 'Deferred', 'Failed') and ${posting}."group" is null`

/**
 * Before its first attempt a movement out of stock waits for the lots that it takes from: until they have heard of it,
 * while they have a breach or a parked message that was there by then, and while another stream's posting that puts
 * that lot into stock isn't in the ERP, unless that happened later than this did: it can't be what was taken, and two
 * orders that give back what they didn't need would wait for each other. Once a person has it posted again, it waits no
 * more.
 */
export const waitsForLots = (posting: string, isOpenReceipt = "receipt.open"): string => {
  const waits = `
    line.direction = 'out' and not line.netted and (line.lot <> ${posting}.stream and (line.told is null or exists (
        select from postings.lot_block as block where block.lot = line.lot and block.since <= line.told))
      or exists (
        select from postings.posting_line as receipt
        where receipt.lot = line.lot and ${isOpenReceipt} and not receipt.netted and receipt.stream is distinct from ${posting}.stream
          and receipt.at <= line.at))`
  return `
  (${posting}.attempts = 0 and case ${posting}.kind
    when 'goodsMovement' then exists (
      select from postings.posting_line as line
      where line.partition = ${posting}.partition and line."offset" = ${posting}."offset" and ${waits})
    when 'group' then exists (
      select from postings.posting as member join postings.posting_line as line
        on line.partition = member.partition and line."offset" = member."offset"
      where member."group" = ${posting}.key and member.kind = 'goodsMovement' and ${waits})
    else false end)`
}

/**
 * In the order of a stream's lane: as it happened, so that documents of several streams that wait for each other's lots
 * don't wait in a circle. A reversal goes before the document of the same event.
 */
export const inLane = (posting: string): string => `${posting}.place, ${posting}.version, ${posting}.kind desc`

const posting = `
create table if not exists posting (
  key text collate "C" primary key,
  plant text not null,
  kind text not null,
  -- Which asked for it: its outcomes go there. Its documents are posted one after the other.
  stream text collate "C" not null,
  version integer not null,
  -- Of the event that asks for it: with it, its lines are found.
  partition integer not null,
  "offset" bigint not null,
  -- Its place in the lane: when it happened, milliseconds since 1970, and not before what it takes back.
  place float8 not null,
  state text not null,
  -- It may be sent now, as far as its own stream is concerned: requested, the first open one there, and what it reverses
  -- is in the ERP.
  ready boolean not null default false,
  content json not null,
  reverses text,
  -- A verified reversal has taken this document back.
  reversed boolean not null,
  -- A person posted it.
  adopted boolean not null,
  -- The ERP refused it once.
  refused boolean not null,
  -- Key of the document that it is posted in, with others.
  "group" text,
  -- Key of the document that is posted in its place: the ERP holds it no more.
  repeated text,
  posting_date text not null,
  -- What that was before a closed period moved it.
  moved_from text,
  -- Milliseconds since 1970.
  occurred_at float8 not null,
  -- Of which the plant's mode is asked.
  mode_at float8 not null,
  -- The highest attempt that was verified, deferred or failed; 0 for none.
  attempts integer not null,
  document text,
  class text,
  code text,
  reason text,
  -- Milliseconds since 1970, like the next one.
  until float8,
  requested_at float8 not null,
  traceparent text
) with (fillfactor = 80)`

/** A stream's open documents, the first one first. */
const lane = `
create index if not exists posting_lane on posting (stream, place, version, kind desc)
  where ${isOpen("posting")}`

const members = `create index if not exists posting_member on posting ("group") where "group" is not null`

/** What people were found to have posted. */
const adopted = `create index if not exists posting_adopted on posting (stream) where adopted`

/** Documents of the ERP that an order's history begins with: none of them is one of ours. */
const bookedBefore = `
create table if not exists booked_before (
  stream text collate "C" not null,
  document text not null,
  primary key (stream, document)
)`

/** Where something isn't found yet, without a look at all that ever was. */
const shadowed = `create index if not exists posting_shadowed on posting (stream) where state = 'Shadowed'`

/** What keeps an order's documents from being posted together. */
const withheld = `create index if not exists posting_withheld on posting (stream) where state = 'Withheld'`

/** Technically complete, closed or cancelled, so that no more is expected of them: where an ERP takes all in one. */
const completed = `create table if not exists completed_order (stream text collate "C" primary key)`

/** What the poster takes next, without a look at any lane or at what is done. */
const next = `create index if not exists posting_next on posting (requested_at, key) where ready`

const readyOfStream = `create index if not exists posting_ready_of_stream on posting (stream) where ready`

/**
 * A line of a goods movement that names a lot. The lot may hear of it (\`told\`) before the line is here, since they are
 * events of different streams.
 */
const line = `
create table if not exists posting_line (
  partition integer not null,
  "offset" bigint not null,
  number integer not null,
  direction text,
  lot text collate "C",
  stream text collate "C",
  -- When it happened, milliseconds since 1970.
  at float8,
  -- It puts the lot into stock, and isn't in the ERP yet.
  open boolean,
  -- Version of the lot's event by which it heard of the line.
  told integer,
  -- The group that its document is in comes to the other direction for this lot, or to nothing.
  netted boolean not null default false,
  primary key (partition, "offset", number)
) with (fillfactor = 80)`

/**
 * Who takes from a lot, once something has come into it. By its second condition it serves that question alone: without
 * it Postgres would read the whole index for each row of `waitsForLots`.
 */
const uses = `
create index if not exists posting_line_use on posting_line (lot)
  where direction = 'out' and stream is not null`

const receipts = `create index if not exists posting_line_receipt on posting_line (lot) where open`

/** What holds up the documents of all that take from a lot: a breach that is open, a message that is parked. */
const block = `
create table if not exists lot_block (
  lot text collate "C" not null,
  block text collate "C" not null,
  since integer not null,
  primary key (lot, block)
)`

export const tables = [
  posting,
  bookedBefore,
  members,
  adopted,
  shadowed,
  withheld,
  completed,
  lane,
  next,
  readyOfStream,
  line,
  uses,
  receipts,
  block
]
