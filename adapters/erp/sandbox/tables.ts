// The sandbox ERP's own tables, in a schema of their own. Made once by whoever prepares the database.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** One lock for all that changes the books: several servers on one database judge, and give numbers, one after the other. */
export const ledgerLock = 0x5a_4e_44_58

const statements = [
  "create schema if not exists erp_sandbox",
  `create table if not exists erp_sandbox.document (
    number bigint generated always as identity (start with 5000000001) primary key,
    key text not null unique,
    plant text not null,
    order_id text,
    operation_id text,
    kind text not null,
    reverses text unique,
    content jsonb not null
  )`,
  // Tables made before documents of lots had these mandatory.
  "alter table erp_sandbox.document alter order_id drop not null, alter operation_id drop not null",
  "create index if not exists document_by_order on erp_sandbox.document (plant, order_id)",
  // A movement line, or its reversal; `quantity` is negative for what goes out. Without a lot, scope and lot are empty.
  `create table if not exists erp_sandbox.movement (
    number bigint not null references erp_sandbox.document,
    plant text not null,
    item_id text not null,
    scope text not null,
    lot_id text not null,
    unit text not null,
    quantity numeric not null
  )`,
  "create index if not exists movement_by_lot on erp_sandbox.movement (plant, item_id, scope, lot_id, unit)",
  `create table if not exists erp_sandbox.call (
    id bigint generated always as identity primary key,
    plant text not null,
    key text not null,
    status int not null
  )`,
  `create table if not exists erp_sandbox.change (
    number bigint generated always as identity primary key,
    plant text not null,
    type text not null,
    body text not null
  )`,
  "create index if not exists change_by_plant on erp_sandbox.change (plant, number)",
  // Orders that are released and not complete, each by its release as a message has it.
  `create table if not exists erp_sandbox.open_order (
    plant text not null, order_id text collate "C" not null, release text not null, primary key (plant, order_id)
  )`,
  `create table if not exists erp_sandbox.order_in_mes (
    plant text not null, order_id text not null, revision int not null, primary key (plant, order_id)
  )`,
  // A lot has few, among all that a plant's orders report.
  `create index if not exists document_of_status on erp_sandbox.document (plant) where kind = 'lotStatus'`,
  "create table if not exists erp_sandbox.rules (plant text primary key, content jsonb not null)",
  `create table if not exists erp_sandbox.order_plan (
    plant text not null, order_id text not null, content jsonb not null, primary key (plant, order_id)
  )`
]

/** Idempotent; the lock keeps two processes that start at once from making the same table. */
export const createSandboxTables = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`select pg_advisory_xact_lock(${ledgerLock})`
      for (const statement of statements) yield* sql.unsafe(statement)
    })
  )
})
