// The view `plants`: what people decided of each plant's way with its ERP, and said of its vessels, and from when.
import { Effect } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { plantOf } from "../../core/journal/stream.ts"
import { instant } from "../../core/plant/time.ts"
import type { Projection } from "../projection.ts"
import { columnNames, recordset, takeExcluded } from "../recordset.ts"
import { byText } from "../sorted.ts"
import { applyReleasePolicies, releasePolicy } from "./release-policies.ts"
import { applyVessels, vessel } from "./vessels.ts"

/** Before a plant's first word on a kind holds what that says; people post what happened before a plant went live. */
const sinceEver = Number.NEGATIVE_INFINITY

const values = { mode: "text", decided_at: "float8", by: "text", reason: "text" }
const columns = { plant: "text", kind: "text", from: "float8", ...values }

interface Row {
  readonly plant: string
  readonly kind: string
  /** Milliseconds since 1970. */
  readonly from: number
  readonly mode: string
  readonly decided_at: number
  readonly by: string | null
  readonly reason: string
}

const postingMode = `
create table if not exists posting_mode (
  plant text not null,
  kind text not null,
  -- Milliseconds since 1970, like the next one; since ever for what holds before the first decision.
  "from" float8 not null,
  mode text not null,
  decided_at float8 not null,
  by text,
  reason text not null,
  primary key (plant, kind, "from")
)`

type Decided = Extract<RecordedEvent, { readonly type: "PostingModeSet" }>

const rowsOf = ({ data, metadata, recordedAt, stream }: Decided): ReadonlyArray<Row> =>
  data.kinds.map((kind) => ({
    plant: plantOf(stream),
    kind,
    from: instant(data.from),
    mode: data.mode,
    decided_at: recordedAt,
    by: metadata.by ?? null,
    reason: data.reason
  }))

const keyOf = ({ from, kind, plant }: Row): string => `${plant}\n${kind}\n${from}`

const last = (rows: ReadonlyArray<Row>) => byText([...new Map(rows.map((row) => [keyOf(row), row])).values()], keyOf)

const applyModes: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const rows = events.filter((event) => event.type === "PostingModeSet").flatMap(rowsOf)
  if (rows.length === 0) return
  const first = rows.map((row): Row => ({ ...row, from: sinceEver, mode: row.mode === "on" ? "shadow" : row.mode }))
  yield* sql`
    insert into posting_mode (${columnNames(sql, columns)})
    select * from ${recordset(sql, columns, last(first.toReversed()))} on conflict do nothing`
  yield* sql`
    insert into posting_mode (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, last(rows))}
    on conflict (plant, kind, "from") do update set ${takeExcluded(sql, values)}`
})

const apply: Projection["apply"] = (sql, events) =>
  Effect.all([applyModes(sql, events), applyReleasePolicies(sql, events), applyVessels(sql, events)], { discard: true })

export const plants: Projection = { name: "plants", version: 3, tables: [postingMode, releasePolicy, vessel], apply }
