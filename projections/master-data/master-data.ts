// The view `masterData`: what each plant's ERP says of items, units, bills of material, operations definitions and
// calendars. Read only: the ERP owns it.
import { Effect } from "effect"
import { isMasterDataEvent } from "../../core/event/master-data.ts"
import type { Projection } from "../projection.ts"
import { type Columns, columnNames, recordset, takeExcluded } from "../recordset.ts"
import { byText } from "../sorted.ts"
import { evolve, type Record } from "./record.ts"

const columns = {
  stream: "text",
  plant: "text",
  kind: "text",
  id: "text",
  version: "text",
  content: "jsonb",
  deleted: "boolean",
  published: "integer",
  changed_at: "text",
  recorded_at: "float8",
  rank: "jsonb"
} satisfies Columns<keyof Record>

/** `recorded_at` is in milliseconds since 1970, exact as float8. */
const record = `create table if not exists record (
  ${Object.entries(columns)
    .map(([name, type]) => `${name} ${type}${name === "stream" ? ` collate "C" primary key` : ""}`)
    .join(", ")}
)`
const byId = "create index if not exists record_by_id on record (id, plant, kind)"
const byPlant = "create index if not exists record_by_plant on record (plant, kind, id)"

const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const published = events.filter(isMasterDataEvent)
  if (published.length === 0) return
  const streams = [...new Set(published.map(({ stream }) => stream))]
  const stored = yield* sql<Record>`select * from record where stream = any(${streams}::text[])`
  const records = new Map(stored.map((row) => [row.stream, row]))
  for (const event of published) records.set(event.stream, evolve(records.get(event.stream), event))
  const rows = byText([...records.values()], ({ stream }) => stream)
  yield* sql`
    insert into record (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, rows)}
    on conflict (stream) do update set ${takeExcluded(sql, columns)}`
})

export const masterData: Projection = { name: "masterData", version: 1, tables: [record, byId, byPlant], apply }
