// Tables of the view `orders`. Used by this folder alone.

/** What every row of this view begins with. */
export interface OrderKey {
  readonly plant: string
  readonly order_id: string
}

/** One row an order. `state` is what the next event is applied to; the other columns are taken from it. */
const orderView = `
create table if not exists order_view (
  plant text collate "C" not null,
  order_id text collate "C" not null,
  status text not null,
  revision integer,
  item text,
  quantity numeric,
  unit text,
  held boolean not null,
  -- When its history begins, where the ERP had confirmed some of it before that.
  taken_over_at text,
  cancelled boolean not null,
  technically_completed boolean not null,
  closed boolean not null,
  -- Something may be missing: a parked or waiting message, or a hole in a sender's sequence.
  gap boolean not null,
  parked integer not null,
  waiting integer not null,
  -- Key → what is broken, and whether that is open or waived.
  breaches jsonb not null,
  version integer not null,
  updated_at float8 not null,
  -- Never looked into by SQL, so kept as text is: jsonb cost as much as all the rest of the row.
  state json not null,
  primary key (plant, order_id)
) with (fillfactor = 70)`

/** What is planned and known of an operation apart from quantities. */
const orderOperation = `
create table if not exists order_operation (
  plant text collate "C" not null,
  order_id text collate "C" not null,
  operation_id text collate "C" not null,
  description text,
  work_center text,
  -- Its place in the plan; null, as what is planned, where the ruling revision doesn't name it.
  position integer,
  planned numeric,
  planned_unit text,
  -- Counted reports that say that no more is expected.
  finals integer not null,
  -- The earliest counted start, in milliseconds since 1970.
  started_at float8,
  primary key (plant, order_id, operation_id)
) with (fillfactor = 70)`

/** Sums of the reports that count, a row for each unit: exact, and never a sum of unlike things. */
const orderQuantity = `
create table if not exists order_quantity (
  plant text collate "C" not null,
  order_id text collate "C" not null,
  operation_id text collate "C" not null,
  unit text collate "C" not null,
  good numeric not null,
  scrap numeric not null,
  rework numeric not null,
  nonconforming numeric not null,
  labor numeric not null,
  machine numeric not null,
  primary key (plant, order_id, operation_id, unit)
) with (fillfactor = 70)`

/** Every report with what it says, so that it can be taken back. */
const orderReport = `
create table if not exists order_report (
  plant text collate "C" not null,
  order_id text collate "C" not null,
  version integer not null,
  type text not null,
  operation_id text not null,
  counts boolean not null,
  amounts json not null,
  -- The lines of a report of material.
  materials json,
  final boolean not null,
  source text not null,
  message_id text not null,
  occurred_at text not null,
  primary key (plant, order_id, version)
) with (fillfactor = 90)`

/** What went in and what came out, by item: sums of the reports that count, a row for each unit. */
const orderMaterial = `
create table if not exists order_material (
  plant text collate "C" not null,
  order_id text collate "C" not null,
  item text collate "C" not null,
  unit text collate "C" not null,
  consumed numeric not null,
  returned numeric not null,
  produced numeric not null,
  co_produced numeric not null,
  by_produced numeric not null,
  primary key (plant, order_id, item, unit)
) with (fillfactor = 70)`

export const tables = [orderView, orderOperation, orderQuantity, orderReport, orderMaterial]
