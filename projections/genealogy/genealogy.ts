// The view `genealogy`: which lot became which, and what went into and came out of which order, each edge by the event
// that says so. An edge's ends are names of streams: lot → order, order → lot, and lot → lot where a message says so.
// Edges come from the message of whoever reported it; what a reaction told a lot says the same again and is left out.
import { Effect } from "effect"
import type { EventType } from "../../core/event/catalogue.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { lotOf, lotStream, plantOf, type StreamName } from "../../core/journal/stream.ts"
import { negate } from "../../core/plant/decimal.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import {
  type Certainty,
  type LotReference,
  lotKey,
  lotOfLine,
  type MaterialReference,
  partOf,
  plantScope
} from "../../core/plant/lot.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import { instant } from "../../core/plant/time.ts"
import { copiedRows } from "../copied-rows.ts"
import type { OfHistories, Projection } from "../projection.ts"
import { columnNames, recordset } from "../recordset.ts"
import { byText } from "../sorted.ts"
import type { Through } from "./through.ts"

const columns = {
  partition: "integer",
  offset: "bigint",
  line: "integer",
  stream: "text",
  source: "text",
  target: "text",
  through: "text",
  quantity: "numeric",
  unit: "text",
  certainty: "text",
  valid_from: "float8",
  known_from: "float8",
  version: "integer",
  specific: "boolean"
}

/** Times are milliseconds since 1970, exact as float8: since when it is so, and since when that is recorded. */
const edge = `
create table if not exists edge (
  partition integer not null,
  "offset" bigint not null,
  -- Its place within its event.
  line integer not null,
  -- That of its event.
  stream text collate "C" not null,
  source text collate "C" not null,
  target text collate "C" not null,
  through text not null,
  quantity numeric not null,
  unit text not null,
  certainty text not null,
  valid_from float8 not null,
  known_from float8 not null,
  -- Of its event in that stream.
  version integer not null,
  -- Its line says which lot it went into: the edge between the lots is the way, and this one into the order leads no further.
  specific boolean not null,
  -- Since when it is known not to be so, and by which event of the same partition: its report was reversed.
  known_until float8,
  until_offset bigint,
  primary key (partition, "offset", line)
)`
const forward = `create index if not exists edge_forward on edge (source)`
const byEvent = `create index if not exists edge_by_event on edge (stream, version)`
const backward = `create index if not exists edge_backward on edge (target)`

interface Line {
  readonly source: StreamName
  readonly target: StreamName
  readonly through: Through
  /** Negative for what came back unused. */
  readonly quantity: Quantity
  readonly certainty: Certainty
  readonly specific?: true
}

interface Material extends MaterialReference {
  readonly quantity: Quantity
  readonly certainty?: Certainty
  readonly into?: LotReference
}

const plantOfOrder = ({ stream }: RecordedEvent): PlantId => PlantId.make(plantOf(stream))

/** Into the order, and into one of its lots where the line says which. */
const consumed = (event: RecordedEvent, material: Material): ReadonlyArray<Line> => {
  const plant = plantOfOrder(event)
  const lot = lotOfLine(material, plant)
  if (lot === undefined) return []
  const source = lotStream(lot)
  const { certainty = "exact", into, quantity } = material
  const line = { source, through: "consumption", quantity, certainty } as const
  const toOrder = { ...line, target: event.stream }
  return into === undefined
    ? [toOrder]
    : [
        { ...toOrder, specific: true },
        { ...line, target: lotStream(lotKey(into, plantScope(plant))) }
      ]
}

const returned = (event: RecordedEvent, material: Material): ReadonlyArray<Line> => {
  const { quantity } = material
  return consumed(event, { ...material, quantity: { ...quantity, value: negate(quantity.value) } })
}

const produced = (event: RecordedEvent, material: Material): ReadonlyArray<Line> => {
  const lot = lotOfLine(material, plantOfOrder(event))
  const line = { source: event.stream, through: "production", quantity: material.quantity, certainty: "exact" } as const
  return lot === undefined ? [] : [{ ...line, target: lotStream(lot) }]
}

const linesOf = (event: RecordedEvent): ReadonlyArray<Line> => {
  const certainty = "exact"
  switch (event.type) {
    case "LotSplit": {
      const source = lotOf(event.stream)
      return event.data.into.map((part) => ({
        source: event.stream,
        target: lotStream(partOf(source, part)),
        through: "split",
        quantity: part.quantity,
        certainty
      }))
    }
    case "LotMerged": {
      const target = lotOf(event.stream)
      return event.data.from.map((part) => ({
        source: lotStream(partOf(target, part)),
        target: event.stream,
        through: "merge",
        quantity: part.quantity,
        certainty
      }))
    }
    case "LotTransferred": {
      const { quantity, to } = event.data
      const target = lotStream(lotKey(to, lotOf(event.stream).scope))
      return [{ source: event.stream, target, through: "transfer", quantity, certainty }]
    }
    case "MaterialConsumed":
      return event.data.materials.flatMap((material) =>
        consumed(event, event.data.backflush === true ? { certainty: "allocated", ...material } : material)
      )
    case "MaterialReturned":
      return event.data.materials.flatMap((material) => returned(event, material))
    case "MaterialProduced":
      return event.data.materials.flatMap((material) => produced(event, material))
    case "MaterialTakenOver":
      return event.data.materials.flatMap(({ use, ...material }) =>
        use === "Consumed" ? consumed(event, material) : produced(event, material)
      )
    default:
      return []
  }
}

const reversals = { stream: "text", version: "integer", known_until: "float8", until_offset: "bigint" }

/** What `linesOf` finds something in, and what takes it back. */
const types = [
  "LotSplit",
  "LotMerged",
  "LotTransferred",
  "MaterialConsumed",
  "MaterialReturned",
  "MaterialProduced",
  "MaterialTakenOver",
  "ReportReversed",
  "LotReportReversed"
] as const satisfies ReadonlyArray<EventType>
const told = new Set<EventType>(types)

const rowsOf = (events: ReadonlyArray<RecordedEvent>) =>
  events.flatMap((event) =>
    linesOf(event).map(({ quantity, specific = false, ...edge }, line) => ({
      ...edge,
      specific,
      partition: event.partition,
      offset: event.offset,
      line,
      stream: event.stream,
      quantity: quantity.value,
      unit: quantity.unit,
      valid_from: instant(event.metadata.occurredAt),
      known_from: event.recordedAt,
      version: event.version
    }))
  )

const reversedBy = (events: ReadonlyArray<RecordedEvent>) =>
  events.flatMap(({ data, offset, recordedAt, stream, type }) =>
    (type === "ReportReversed" && data.material === true) || type === "LotReportReversed"
      ? [{ stream, version: data.version, known_until: recordedAt, until_offset: offset }]
      : []
  )

const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, batch) {
  const events = batch.filter(({ type }) => told.has(type))
  const rows = rowsOf(events)
  if (rows.length > 0) {
    yield* sql`insert into edge (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, rows)}`
  }
  const reversed = reversedBy(events)
  if (reversed.length > 0) {
    const sorted = byText(reversed, ({ stream, version }) => `${stream}\n${version}`)
    yield* sql`
      update edge set known_until = row.known_until, until_offset = row.until_offset from ${recordset(sql, reversals, sorted)}
      where edge.stream = row.stream and edge.version = row.version`
  }
})

/** What `apply` leaves of them in empty tables. */
const rowsOfHistories: OfHistories["rows"] = (histories) => {
  const reversed = new Map(
    reversedBy(histories).map(({ known_until, stream, until_offset, version }) => [
      `${stream}\n${version}`,
      { known_until, until_offset }
    ])
  )
  const rows = rowsOf(histories).map((row) => ({ ...row, ...reversed.get(`${row.stream}\n${row.version}`) }))
  return [copiedRows("edge", { ...columns, known_until: "float8", until_offset: "bigint" }, rows)]
}

export const genealogy: Projection = {
  name: "genealogy",
  version: 6,
  tables: [edge, forward, backward, byEvent],
  apply,
  ofHistories: { types, rows: rowsOfHistories }
}
