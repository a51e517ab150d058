// Tables of the view `postings`: one row for each ERP document that an order asked for. Used by this folder alone.

/** The document is still on its way, or a person decides on it; in any other state it keeps nothing waiting. */
export const isOpen = "state in ('Requested', 'Accepted', 'InDoubt', 'Deferred', 'Failed')"

const posting = `
create table if not exists posting (
  key text collate "C" primary key,
  plant text not null,
  order_id text not null,
  operation_id text not null,
  kind text not null,
  stream text not null,
  version integer not null,
  state text not null,
  -- It may be sent now: requested, the first open one of its order, and what it reverses is in the ERP.
  ready boolean not null default false,
  amounts json not null,
  final boolean not null,
  reverses text,
  -- A verified reversal has taken this document back.
  reversed boolean not null,
  posting_date text not null,
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

/** Of an order's open documents, which one is first: a reversal goes before the confirmation of the same event. */
const lane = `
create index if not exists posting_lane on posting (plant, order_id, version, kind desc)
  where ${isOpen}`

/** What the poster takes next, without a look at any order or at what is done. */
const next = `create index if not exists posting_next on posting (requested_at, key) where ready`

const readyOfOrder = `create index if not exists posting_ready_of_order on posting (plant, order_id) where ready`

export const tables = [posting, lane, next, readyOfOrder]
