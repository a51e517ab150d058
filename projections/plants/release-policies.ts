// How each plant's orders go to its MES, from when on. Part of the view `plants`, used by it alone.
import { Effect } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { plantOf } from "../../core/journal/stream.ts"
import type { ReleasePolicy } from "../../core/plant/release-policy.ts"
import { instant } from "../../core/plant/time.ts"
import type { Projection } from "../projection.ts"
import { columnNames, recordset, takeExcluded } from "../recordset.ts"
import { byText } from "../sorted.ts"

const values = { policy: "jsonb", decided_at: "float8", by: "text", reason: "text" }
const columns = { plant: "text", from: "float8", ...values }

interface Row {
  readonly plant: string
  readonly from: number
  readonly policy: ReleasePolicy | null
  readonly decided_at: number
  readonly by: string | null
  readonly reason: string
}

export const releasePolicy = `
create table if not exists release_policy (
  plant text not null,
  -- Milliseconds since 1970, as the other one.
  "from" float8 not null,
  -- Null where orders go to the MES some other way.
  policy jsonb,
  decided_at float8 not null,
  by text,
  reason text not null,
  primary key (plant, "from")
)`

type Decided = Extract<RecordedEvent, { readonly type: "ReleasePolicySet" }>

const rowOf = ({ data, metadata, recordedAt, stream }: Decided): Row => ({
  plant: plantOf(stream),
  from: instant(data.from),
  policy: data.policy ?? null,
  decided_at: recordedAt,
  by: metadata.by ?? null,
  reason: data.reason
})

const keyOf = ({ from, plant }: Row): string => `${plant}\n${from}`

export const applyReleasePolicies: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const rows = events.filter((event) => event.type === "ReleasePolicySet").map(rowOf)
  if (rows.length === 0) return
  const last = byText([...new Map(rows.map((row) => [keyOf(row), row])).values()], keyOf)
  yield* sql`
    insert into release_policy (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, last)}
    on conflict (plant, "from") do update set ${takeExcluded(sql, values)}`
})
