// The view `releases`: how far each order is on its way to its plant's MES, and what is to be done for it next.
import { Effect } from "effect"
import { category } from "../../core/journal/stream.ts"
import type { Projection } from "../projection.ts"
import { type Columns, columnNames, recordset, takeExcluded } from "../recordset.ts"
import { byText } from "../sorted.ts"
import { evolve, isOfRelease, type OrderRelease } from "./order-release.ts"

const columns = {
  stream: "text",
  plant: "text",
  order_id: "text",
  stage: "text",
  held: "boolean",
  plan: "json",
  planned_at: "float8",
  state: "json",
  since: "float8",
  traceparent: "text"
} satisfies Columns<keyof OrderRelease>

/** Times are milliseconds since 1970, exact as float8. */
const release = `create table if not exists release (
  ${Object.entries(columns)
    .map(([name, type]) => `${name} ${type}${name === "stream" ? ` collate "C" primary key` : ""}`)
    .join(", ")}
)`
const unstarted =
  "create index if not exists release_unstarted on release (plant, planned_at) where stage = 'unstarted'"
const working = `create index if not exists release_working on release (since)
  where stage in ('check', 'dispatch', 'report', 'withdrawal')`

/** An order's way changes a dozen times at most, so it is read, evolved and written whole. */
const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, batch) {
  const events = batch.filter((event) => isOfRelease(event) && category(event.stream) === "order")
  if (events.length === 0) return
  const streams = [...new Set(events.map(({ stream }) => stream))]
  const stored = yield* sql<OrderRelease>`select * from release where stream = any(${streams}::text[])`
  const releases = new Map(stored.map((row) => [row.stream, row]))
  for (const event of events) releases.set(event.stream, evolve(releases.get(event.stream), event))
  const rows = byText([...releases.values()], ({ stream }) => stream)
  yield* sql`
    insert into release (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, rows)}
    on conflict (stream) do update set ${takeExcluded(sql, columns)}`
})

export const releases: Projection = { name: "releases", version: 2, tables: [release, unstarted, working], apply }
