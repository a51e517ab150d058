// The statements on the archive's tables. Used in adapters/archive.
import type { SqlClient } from "effect/sql"
import { bigints, byteas } from "../postgres/statements/parameters.ts"

export interface BlockColumns {
  readonly incarnation: number
  readonly first_offset: bigint
  readonly last_offset: bigint
  readonly size: number
  readonly content: Uint8Array
}

export const nameOf = ({ first_offset, incarnation }: BlockColumns): string =>
  `archive_block ${incarnation}/${first_offset}`

/** One writer at a time, archiver or redaction, until its transaction ends. */
export const lockArchive = (sql: SqlClient.SqlClient) => sql`select pg_advisory_xact_lock(hashtext('archive'))`

export const lastBlock = (sql: SqlClient.SqlClient) =>
  sql<BlockColumns>`
    select incarnation, first_offset, last_offset, size, content from archive_block
    order by incarnation desc, first_offset desc limit 1`

export interface BlockRow {
  readonly incarnation: number
  readonly firstOffset: number
  readonly lastOffset: number
  readonly firstReceivedAt: number
  readonly lastReceivedAt: number
  readonly messages: number
  readonly size: number
  readonly digests: ReadonlyArray<bigint>
  readonly content: Uint8Array
}

/** A block that isn't full yet, or of which something was redacted, takes its own place. */
export const upsertBlock = (sql: SqlClient.SqlClient, row: BlockRow) =>
  sql`
    insert into archive_block (incarnation, first_offset, last_offset, first_received_at, last_received_at, messages,
      size, digests, content)
    values (${row.incarnation}, ${row.firstOffset}::int8, ${row.lastOffset}::int8, ${row.firstReceivedAt}::int8,
      ${row.lastReceivedAt}::int8, ${row.messages}, ${row.size}, ${bigints(row.digests)}, ${row.content})
    on conflict (incarnation, first_offset) do update set last_offset = excluded.last_offset,
      first_received_at = excluded.first_received_at, last_received_at = excluded.last_received_at, messages = excluded.messages, size = excluded.size,
      digests = excluded.digests, content = excluded.content`

/** Those that hold a message whose digest has one of these keys. */
export const blocksWith = (sql: SqlClient.SqlClient, keys: ReadonlyArray<bigint>) =>
  sql<BlockColumns>`
    select incarnation, first_offset, last_offset, size, content from archive_block
    where digests && ${bigints(keys)} order by incarnation, first_offset`

/** The next ones that may hold what was received in a time; milliseconds since 1970, the end excluded. */
export const blocksBetween = (
  sql: SqlClient.SqlClient,
  { from, to }: { readonly from: number; readonly to: number },
  after: { readonly incarnation: number; readonly offset: number },
  limit: number
) =>
  sql<BlockColumns>`
    select incarnation, first_offset, last_offset, size, content from archive_block
    where last_received_at >= ${from}::int8 and first_received_at < ${to}::int8
      and (incarnation, first_offset) > (${after.incarnation}, ${after.offset}::int8)
    order by incarnation, first_offset limit ${limit}`

export interface BlockToVerify extends BlockColumns {
  readonly digests: ReadonlyArray<bigint>
}

/** The next ones, with what was written of their messages' digests. */
export const blocksAfter = (
  sql: SqlClient.SqlClient,
  after: { readonly incarnation: number; readonly offset: number },
  limit: number
) =>
  sql<BlockToVerify>`
    select incarnation, first_offset, last_offset, size, content, digests from archive_block
    where (incarnation, first_offset) > (${after.incarnation}, ${after.offset}::int8)
    order by incarnation, first_offset limit ${limit}`

export interface Gap {
  readonly incarnation: number
  readonly first: number
  /** Unknown where another stream took the place of this one. */
  readonly last?: number
}

export const insertGap = (sql: SqlClient.SqlClient, { first, incarnation, last }: Gap, noticedAt: number) =>
  sql`
    insert into archive_gap (incarnation, first_offset, last_offset, noticed_at)
    values (${incarnation}, ${first}::int8, ${last ?? null}::int8, ${noticedAt}::int8)
    on conflict do nothing`

export interface GapColumns {
  readonly incarnation: number
  readonly first_offset: bigint
  readonly last_offset: bigint | null
  readonly noticed_at: bigint
}

export const gaps = (sql: SqlClient.SqlClient) =>
  sql<GapColumns>`
    select incarnation, first_offset, last_offset, noticed_at from archive_gap order by noticed_at, incarnation, first_offset`

export const sums = (sql: SqlClient.SqlClient) =>
  sql<{
    readonly messages: bigint
    readonly blocks: bigint
    readonly size: bigint
    readonly stored: bigint
    readonly first_received_at: bigint | null
    readonly last_received_at: bigint | null
  }>`
    select coalesce(sum(messages), 0)::int8 as messages, count(*) as blocks, coalesce(sum(size), 0)::int8 as size,
      coalesce(sum(length(content)), 0)::int8 as stored, min(first_received_at) as first_received_at,
      max(last_received_at) as last_received_at
    from archive_block`

/** Those of them whose bytes were taken away, whenever they come again. */
export const redactedAmong = (sql: SqlClient.SqlClient, digests: ReadonlyArray<Uint8Array>) =>
  sql<{ readonly hash: Uint8Array }>`select hash from raw where bytes is null and hash = any(${byteas(digests)})`
