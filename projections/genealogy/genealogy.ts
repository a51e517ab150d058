// The view `genealogy`: which lot became which, each edge by the event that says so. An edge's ends are names of streams.
// Edges come from the message of whoever split, merged or transferred; what a reaction told the other end says the same
// again and is left out.
import { Effect } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { lotOf, lotStream } from "../../core/journal/stream.ts"
import { type LotKey, lotKey } from "../../core/plant/lot.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import { instant } from "../../core/plant/time.ts"
import type { Projection } from "../projection.ts"
import { columnNames, recordset } from "../recordset.ts"

/** How sure it is that this became that: `exact` where it was scanned or said. */
export type Certainty = "exact" | "allocated" | "commingled" | "window"

const columns = {
  partition: "integer",
  offset: "bigint",
  line: "integer",
  source: "text",
  target: "text",
  through: "text",
  quantity: "numeric",
  unit: "text",
  certainty: "text",
  valid_from: "float8",
  known_from: "float8",
  version: "integer"
}

/** Times are milliseconds since 1970, exact as float8: since when it is so, and since when that is recorded. */
const edge = `
create table if not exists edge (
  partition integer not null,
  "offset" bigint not null,
  -- Its place within its event.
  line integer not null,
  source text collate "C" not null,
  target text collate "C" not null,
  through text not null,
  quantity numeric not null,
  unit text not null,
  certainty text not null,
  valid_from float8 not null,
  known_from float8 not null,
  -- Of its event in the stream that holds it: the target's for a merge, else the source's.
  version integer not null,
  primary key (partition, "offset", line)
)`
const forward = `create index if not exists edge_forward on edge (source)`
const backward = `create index if not exists edge_backward on edge (target)`

interface Line {
  readonly source: LotKey
  readonly target: LotKey
  readonly quantity: Quantity
}

const linesOf = (event: RecordedEvent): ReadonlyArray<Line> => {
  switch (event.type) {
    case "LotSplit": {
      const source = lotOf(event.stream)
      return event.data.into.map(({ lotId, quantity, scope = source.scope }) => ({
        source,
        target: { ...source, scope, lotId },
        quantity
      }))
    }
    case "LotMerged": {
      const target = lotOf(event.stream)
      return event.data.from.map(({ lotId, quantity, scope = target.scope }) => ({
        source: { ...target, scope, lotId },
        target,
        quantity
      }))
    }
    case "LotTransferred": {
      const source = lotOf(event.stream)
      return [{ source, target: lotKey(event.data.to, source.scope), quantity: event.data.quantity }]
    }
    default:
      return []
  }
}

const ways: { readonly [type: string]: string } = { LotSplit: "split", LotMerged: "merge", LotTransferred: "transfer" }

const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const certainty: Certainty = "exact"
  const rows = events.flatMap((event) =>
    linesOf(event).map(({ quantity, source, target }, line) => ({
      partition: event.partition,
      offset: event.offset,
      line,
      source: lotStream(source),
      target: lotStream(target),
      through: ways[event.type],
      quantity: quantity.value,
      unit: quantity.unit,
      certainty,
      valid_from: instant(event.metadata.occurredAt),
      known_from: event.recordedAt,
      version: event.version
    }))
  )
  if (rows.length === 0) return
  yield* sql`insert into edge (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, rows)}`
})

export const genealogy: Projection = { name: "genealogy", version: 1, tables: [edge, forward, backward], apply }
