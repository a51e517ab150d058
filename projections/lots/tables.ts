// Tables of the view `lots`. Used by this folder alone.

/** What every row of this view begins with. */
export interface LotColumns {
  readonly scope: string
  readonly item: string
  readonly lot: string
}

const key = `
  scope text collate "C" not null,
  item text collate "C" not null,
  lot text collate "C" not null`

/** One row a lot. `state` is what the next event is applied to; the other columns are taken from it. */
const lotView = `
create table if not exists lot_view (${key},
  -- held, released, rejected; null while nobody has said anything.
  disposition text,
  reason text,
  -- When its history begins, where the ERP had it before that.
  taken_over_at text,
  expires_at text,
  -- The clock has said so.
  expired boolean not null,
  supplier text,
  supplier_lot text,
  certificate text,
  -- Key → what is broken, and whether that is open or waived.
  breaches jsonb not null,
  version integer not null,
  updated_at float8 not null,
  state json not null,
  primary key (scope, item, lot)
) with (fillfactor = 70)`
const byNumber = `create index if not exists lot_by_number on lot_view (lot, item)`

/** What came and what went, a row for each unit; never a sum of unlike things. */
const lotBalance = `
create table if not exists lot_balance (${key},
  unit text collate "C" not null,
  taken_over numeric not null,
  received numeric not null,
  received_back numeric not null,
  produced numeric not null,
  returned numeric not null,
  derived numeric not null,
  adjusted numeric not null,
  passed_on numeric not null,
  consumed numeric not null,
  sampled numeric not null,
  scrapped numeric not null,
  shipped numeric not null,
  on_hand numeric generated always as
    (taken_over + received + received_back + produced + returned + derived + adjusted
      - passed_on - consumed - sampled - scrapped - shipped) stored,
  primary key (scope, item, lot, unit)
) with (fillfactor = 70)`

/** Where it is; the empty text where nobody said. */
const lotLocation = `
create table if not exists lot_location (${key},
  location text collate "C" not null,
  unit text collate "C" not null,
  quantity numeric not null,
  primary key (scope, item, lot, location, unit)
) with (fillfactor = 70)`

export const tables = [lotView, byNumber, lotBalance, lotLocation]
