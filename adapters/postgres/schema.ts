// The journal's tables, function and guards, as migrations. Used by `database.ts` only.
// A migration that has run anywhere is never edited; the next change is the next number.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { partitionHash } from "../../core/journal/stream.ts"

export interface JournalShape {
  /** How many logs; fixed for ever, since a stream's log follows from it. */
  readonly partitions: number
  /** Offsets in one table of a log: the unit that is detached to an archive. */
  readonly rangeWidth: number
}

/** One row says how this journal was made. */
const journalTable = `
create table journal (
  only_row boolean primary key default true check (only_row),
  partitions int4 not null,
  partition_hash text not null,
  range_width int8 not null,
  created_at timestamptz not null default now()
)`

/**
 * The primary key is the fence: who comes second with an offset fails. The second index serves an actor's tail; it is
 * plain, since a unique one with text cost half of Postgres's work and the key already fences.
 */
const eventTable = `
create table event (
  partition int4 not null,
  "offset" int8 not null,
  stream_key int4 not null,
  version int4 not null,
  type text not null,
  schema_version int4 not null,
  recorded_at int8 not null,
  content bytea not null,
  hash bytea not null,
  primary key (partition, "offset")
) partition by list (partition)`

const eventStreamIndex = `create index event_stream on event (partition, stream_key, version)`

const streamTable = `
create table stream (
  partition int4 not null,
  key int4 not null,
  name text not null,
  primary key (partition, key),
  unique (partition, name)
)`

const snapshotTable = `
create table snapshot (
  partition int4 not null,
  key int4 not null,
  version int4 not null,
  format text not null,
  state bytea not null,
  primary key (partition, key)
)`

/** Bytes as received, by their SHA-256. Redaction sets \`bytes\` to null and leaves the hash behind. */
const rawTable = `create table raw (hash bytea primary key, bytes bytea)`

/** Who is behind a random id. Erasing a row here is all that it takes to forget a person. */
const personTable = `
create table person (
  plant text not null,
  badge text not null,
  person_id uuid not null unique,
  primary key (plant, badge)
)`

/**
 * Makes the tables for some offsets of a partition where there are none. Attaching locks out nobody who reads or
 * inserts; creating them as partitions would. Runs with its owner's rights, so that the application's role needs none
 * to create tables.
 */
const rangeFunction = `
create function make_event_ranges(of_partition int4, first_offset int8, last_offset int8) returns void
language plpgsql security definer set search_path from current as $$
declare
  width constant int8 := (select range_width from journal);
  name text;
begin
  perform pg_advisory_xact_lock(hashtext('make_event_ranges'), of_partition);
  for range in first_offset / width .. last_offset / width loop
    name := format('event_%s_%s', of_partition, range);
    if to_regclass(name) is null then
      execute format(
        'create table %I (like event, check (partition = %s and "offset" >= %s and "offset" < %s))',
        name, of_partition, range * width, (range + 1) * width);
      execute format(
        'alter table event_%s attach partition %I for values from (%s) to (%s)',
        of_partition, name, range * width, (range + 1) * width);
    end if;
  end loop;
end $$`

const partitionTables = (partitions: number) => `
do $$
begin
  for partition in 0..${partitions - 1} loop
    execute format(
      'create table event_%s partition of event for values in (%s) partition by range ("offset")',
      partition, partition);
    perform make_event_ranges(partition, 1, 1);
  end loop;
end $$`

/** A superuser isn't held by a revoked right, so a trigger refuses too; it costs an insert nothing. */
const refusal = `
create function refuse_change_of_history() returns trigger language plpgsql as $$
begin
  raise exception 'The journal is append-only: % on % refused', tg_op, tg_table_name
    using hint = 'A correction is a new event';
end $$`
const refuseChanges = `
create trigger append_only before update or delete on event
for each row execute function refuse_change_of_history()`
const refuseTruncate = `
create trigger append_only_table before truncate on event
for each statement execute function refuse_change_of_history()`
const revokeChanges = `revoke update, delete, truncate on event from public, current_user`

/** Partitions inherit a trigger for each row, but none for the statement: `truncate` of one of their tables passed. */
const refuseTruncateOf = (table: string) =>
  `create trigger append_only_table before truncate on ${table} execute function refuse_change_of_history()`

/** As in the first migration, and the new table refuses too. */
const guardedRangeFunction = `
create or replace function make_event_ranges(of_partition int4, first_offset int8, last_offset int8) returns void
language plpgsql security definer set search_path from current as $$
declare
  width constant int8 := (select range_width from journal);
  name text;
begin
  perform pg_advisory_xact_lock(hashtext('make_event_ranges'), of_partition);
  for range in first_offset / width .. last_offset / width loop
    name := format('event_%s_%s', of_partition, range);
    if to_regclass(name) is null then
      execute format(
        'create table %I (like event, check (partition = %s and "offset" >= %s and "offset" < %s))',
        name, of_partition, range * width, (range + 1) * width);
      execute format('${refuseTruncateOf("%I")}', name);
      execute format(
        'alter table event_%s attach partition %I for values from (%s) to (%s)',
        of_partition, name, range * width, (range + 1) * width);
    end if;
  end loop;
end $$`

const guardRanges = `
do $$
declare
  range regclass;
begin
  for range in select relid from pg_partition_tree('event') where isleaf order by relid loop
    execute format('${refuseTruncateOf("%s")}', range);
  end loop;
end $$`

/**
 * Messages as they came in, in the order of the broker's stream, many in a row: one alone is too short to be compressed.
 * Offsets count anew where the stream was made anew, which the incarnation tells. Of each message's SHA-256 the first 8
 * bytes are beside its block, to find it by.
 */
const archiveTable = `
create table archive_block (
  incarnation int4 not null,
  first_offset int8 not null,
  last_offset int8 not null,
  -- Milliseconds since 1970: when the archive took them from the stream.
  first_received_at int8 not null,
  last_received_at int8 not null,
  messages int4 not null,
  -- Of the content before it was compressed.
  size int4 not null,
  digests int8[] not null,
  content bytea not null,
  primary key (incarnation, first_offset)
)`

/** It is compressed already. */
const archiveStorage = `alter table archive_block alter column content set storage external`
const archiveDigestIndex = `create index archive_block_digests on archive_block using gin (digests)`
const archiveTimeIndex = `create index archive_block_received on archive_block (last_received_at)`

/** What the stream had dropped before it was archived; the end is unknown where another stream took its place. */
const archiveGapTable = `
create table archive_gap (
  incarnation int4 not null,
  first_offset int8 not null,
  last_offset int8,
  noticed_at int8 not null,
  primary key (incarnation, first_offset)
)`

/** Who had the bytes taken away, why and when: the hash stays. */
const rawRedaction = `
alter table raw add column reason text, add column redacted_by text, add column redacted_at int8`

export const migrations = ({ partitions, rangeWidth }: JournalShape) => ({
  "1_journal": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql.unsafe(journalTable)
    yield* sql`
      insert into journal (partitions, partition_hash, range_width)
      values (${partitions}, ${partitionHash}, ${rangeWidth}::int8)`
    const statements = [
      eventTable,
      eventStreamIndex,
      streamTable,
      snapshotTable,
      rawTable,
      personTable,
      refusal,
      refuseChanges,
      refuseTruncate,
      rangeFunction,
      partitionTables(partitions),
      revokeChanges
    ]
    for (const statement of statements) yield* sql.unsafe(statement)
  }),
  "2_no_truncate_of_ranges": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql.unsafe(guardedRangeFunction)
    yield* sql.unsafe(guardRanges)
  }),
  "3_archive": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const statements = [
      archiveTable,
      archiveStorage,
      archiveDigestIndex,
      archiveTimeIndex,
      archiveGapTable,
      rawRedaction
    ]
    for (const statement of statements) yield* sql.unsafe(statement)
  })
})
