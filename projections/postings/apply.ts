// From a batch of events to the rows of `posting`: read what they name, evolve, write. Used by `postings.ts` alone.
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../../core/journal/event.ts"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import { type Columns, columnNames, recordset } from "../recordset.ts"
import { byText } from "../sorted.ts"
import { completesOrder } from "./due.ts"
import { applyBlocks, applyLines } from "./lines.ts"
import { named } from "./named.ts"
import { evolve, type Posting } from "./posting.ts"
import { inLane, isOpen } from "./tables.ts"

const changing = {
  place: "float8",
  group: "text",
  repeated: "text",
  state: "text",
  reversed: "boolean",
  adopted: "boolean",
  refused: "boolean",
  posting_date: "text",
  moved_from: "text",
  attempts: "integer",
  document: "text",
  class: "text",
  code: "text",
  reason: "text",
  until: "float8"
}
const columns = {
  key: "text",
  plant: "text",
  kind: "text",
  stream: "text",
  version: "integer",
  partition: "integer",
  offset: "bigint",
  ...changing,
  content: "json",
  reverses: "text",
  occurred_at: "float8",
  mode_at: "float8",
  requested_at: "float8",
  traceparent: "text"
} satisfies Columns<keyof Posting>

/** The documents with these keys, those of groups among them, what is in their place, and what all these reverse. */
const load = (sql: SqlClient.SqlClient, keys: ReadonlySet<PostingKey>) => sql<Posting>`
  with recursive named as (
    (select posting.* from posting where key = any(${[...keys]}::text[])
    union all
    select posting.* from posting where "group" = any(${[...keys].filter(isGroup)}::text[]))
    union all
    select posting.* from named join posting on posting.key = named.repeated)
  select ${columnNames(sql, columns)} from named
  union all
  select ${columnNames(sql, columns)} from posting where key in (select reverses from named)`

const isGroup = (key: PostingKey): boolean => key.endsWith("/group")

const insert = (sql: SqlClient.SqlClient, rows: ReadonlyArray<Posting>) => sql`
  insert into posting (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, rows)}`

/** What can change of a row that is there. */
const update = (sql: SqlClient.SqlClient, rows: ReadonlyArray<Posting>) => sql`
  update posting set place = row.place, "group" = row."group", repeated = row.repeated, state = row.state, reversed = row.reversed,
    adopted = row.adopted, refused = row.refused, posting_date = row.posting_date, moved_from = row.moved_from, attempts = row.attempts,
    document = row.document,
    class = row.class, code = row.code, reason = row.reason, until = row.until
  from ${recordset(sql, { key: "text", ...changing }, rows)} where posting.key = row.key`

/**
 * Marks the first open document of each stream that was touched, groups apart, unless a later one is on its way. An earlier withheld one doesn't hold up the lane; a
 * failed one does, until a person has decided, or else its successors would be posted as if it were there. A reversal
 * is ready once what it reverses is in the ERP: verified, or waived by a person who found it there; or was left out, which
 * it will be, too.
 */
const refreshReady = (sql: SqlClient.SqlClient, streams: ReadonlyArray<{ stream: string }>) => sql`
  with touched as (
    select * from ${recordset(sql, { stream: "text" }, streams)}
  ), head as (
    select head.key, head.state = 'Requested' and (head.reverses is null or exists (
        select from posting as original where original.key = head.reverses
          and (original.state in ('Verified', 'Omitted') or (original.state = 'Waived' and original.document is not null))
      )) and not exists (
        select from posting as sent where sent.stream = touched.stream and sent.state in ('Accepted', 'InDoubt')
          and sent."group" is null
      ) as ready
    from touched cross join lateral (
      select key, state, reverses from posting
      where posting.stream = touched.stream and ${sql.literal(isOpen("posting"))} and kind <> 'group'
      order by ${sql.literal(inLane("posting"))} limit 1
    ) as head
  ), wrong as (
    select marked.key, false as ready from touched cross join lateral (
      select key, kind from posting where posting.ready and posting.stream = touched.stream offset 0
    ) as marked
    where marked.kind <> 'group' and marked.key not in (select key from head where head.ready)
    union all
    select key, true from head where head.ready
  )
  update posting set ready = wrong.ready from wrong where posting.key = wrong.key and posting.ready <> wrong.ready`

/** A stream has one open group at most: it is ready as soon as it is requested. */
const refreshGroups = (sql: SqlClient.SqlClient, groups: ReadonlyArray<Pick<Posting, "key">>) => sql`
  update posting set ready = state = 'Requested' from ${recordset(sql, { key: "text" }, groups)}
  where posting.key = row.key`

/** No more is expected of these orders. */
const keepCompleted = (sql: SqlClient.SqlClient, streams: ReadonlyArray<{ readonly stream: string }>) => sql`
  insert into completed_order (stream) select stream from ${recordset(sql, { stream: "text" }, streams)}
  on conflict do nothing`

/** Documents that are others' for ever, in their order. */
const keepBookedBefore = (sql: SqlClient.SqlClient, events: ReadonlyArray<RecordedEvent>) => {
  const booked = events.flatMap(({ data, stream, type }) =>
    type === "OperationTakenOver" || type === "MaterialTakenOver"
      ? (data.documents ?? []).map((document) => ({ stream, document }))
      : []
  )
  if (booked.length === 0) return Effect.void
  const rows = byText(booked, ({ document, stream }) => `${stream}\n${document}`)
  return sql`
    insert into booked_before (stream, document)
    select stream, document from ${recordset(sql, { stream: "text", document: "text" }, rows)}
    on conflict do nothing`
}

export const apply = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, events: ReadonlyArray<RecordedEvent>) {
  const wanted = new Set(events.flatMap(named))
  const stored = new Map<PostingKey, Posting>()
  if (wanted.size > 0) for (const row of yield* load(sql, wanted)) stored.set(row.key, row)
  const changed = new Map<PostingKey, Posting>()
  const known = (key: PostingKey) => changed.get(key) ?? stored.get(key)
  const members = new Map<PostingKey, Set<PostingKey>>()
  const note = ({ group, key }: Posting) => {
    if (group !== null) members.set(group, (members.get(group) ?? new Set()).add(key))
  }
  for (const posting of stored.values()) note(posting)
  const membersOf = (group: PostingKey) =>
    [...(members.get(group) ?? [])].flatMap((key) => known(key) ?? []).filter((posting) => posting.group === group)
  for (const event of events) {
    for (const posting of evolve(known, event, membersOf)) {
      changed.set(posting.key, posting)
      note(posting)
    }
  }
  const rows = byText([...changed.values()], (row) => row.key)
  const fresh = rows.filter((row) => !stored.has(row.key))
  const other = rows.filter((row) => stored.has(row.key))
  if (fresh.length > 0) yield* insert(sql, fresh)
  if (other.length > 0) yield* update(sql, other)
  const completed = new Set(events.flatMap(({ stream, type }) => (completesOrder(type) ? [stream] : [])))
  if (completed.size > 0) {
    yield* keepCompleted(
      sql,
      [...completed].sort().map((stream) => ({ stream }))
    )
  }
  yield* keepBookedBefore(sql, events)
  yield* applyBlocks(sql, events)
  yield* applyLines(sql, events, {
    fresh,
    other,
    ungrouped: other.filter(({ group, key }) => group === null && stored.get(key)?.group !== null)
  })
  if (rows.length === 0) return
  const groups = rows.filter(({ kind }) => kind === "group")
  if (groups.length > 0) yield* refreshGroups(sql, groups)
  yield* refreshReady(
    sql,
    [...new Set(rows.map(({ stream }) => stream))].map((stream) => ({ stream }))
  )
})
