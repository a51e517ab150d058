// Which orders were on a work center, and when it was cleaned: what a contamination window is made of, in both times. Part
// of the view `equipment`, used by it alone. An order was there where a use says so, and where any report of the order
// names the work center.
import { Effect } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { category, orderStream, plantOf } from "../../core/journal/stream.ts"
import { identity } from "../../core/message/metadata.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { instant } from "../../core/plant/time.ts"
import { takenBackBy } from "../ledger/reversal.ts"
import type { Projection } from "../projection.ts"
import { columnNames, recordset } from "../recordset.ts"
import { byText } from "../sorted.ts"

const columns = {
  stream: "text",
  version: "integer",
  partition: "integer",
  offset: "bigint",
  occurred_at: "float8",
  recorded_at: "float8",
  plant: "text",
  work_center: "text",
  kind: "text",
  order: "text",
  operation: "text",
  started_at: "float8",
  reference: "text",
  source: "text",
  message_id: "text"
}

const presence = `
create table if not exists presence (
  stream text collate "C" not null,
  version integer not null,
  partition integer not null,
  "offset" bigint not null,
  -- Milliseconds since 1970; of a clean break, when it was done.
  occurred_at float8 not null,
  recorded_at float8 not null,
  -- Since when it is known not to be so, by a reversal in the same stream. What is said of a work center may be taken back
  -- in the stream of another day: table \`reversal\`, by source and id.
  known_until float8,
  until_offset bigint,
  plant text collate "C" not null,
  work_center text collate "C" not null,
  -- UseStart, UseEnd, Report, CleanBreak.
  kind text collate "C" not null,
  -- Name of its stream; null of a clean break.
  "order" text collate "C",
  operation text collate "C",
  -- Of a clean break: its beginning, and its document.
  started_at float8,
  reference text,
  source text collate "C" not null,
  message_id text collate "C" not null,
  primary key (stream, version)
)`
const byWorkCenter = "create index if not exists presence_by_work_center on presence (work_center, plant)"
/** Few, and what every recall asks for first. */
const cleanBreaks = "create index if not exists presence_clean_break on presence (plant) where kind = 'CleanBreak'"

export const presenceTables = [presence, byWorkCenter, cleanBreaks]

type Row = Readonly<Partial<Record<"operation" | "reference" | "order", string>>> & {
  readonly kind: "UseStart" | "UseEnd" | "Report" | "CleanBreak"
  readonly work_center: string
  /** Where it isn't the event's own. */
  readonly occurred_at?: number
  readonly started_at?: number
}

const orderPlaceOf = (event: RecordedEvent): Row | undefined => {
  const { data, stream } = event
  if (category(stream) !== "order" || !("workCenterId" in data) || data.workCenterId === undefined) return undefined
  const operation = "operationId" in data ? data.operationId : undefined
  return {
    kind: "Report",
    work_center: data.workCenterId,
    order: stream,
    ...(operation === undefined ? {} : { operation })
  }
}

const placeOf = (event: RecordedEvent): Row | undefined => {
  switch (event.type) {
    case "EquipmentUseStarted":
    case "EquipmentUseEnded": {
      const { operationId: operation, orderId } = event.data.order
      return {
        kind: event.type === "EquipmentUseStarted" ? "UseStart" : "UseEnd",
        work_center: event.data.workCenterId,
        order: orderStream(PlantId.make(plantOf(event.stream)), orderId),
        ...(operation === undefined ? {} : { operation })
      }
    }
    case "CleanBreakRecorded": {
      const { endedAt, reference, startedAt, workCenterId: work_center } = event.data
      return {
        kind: "CleanBreak",
        work_center,
        occurred_at: instant(endedAt),
        started_at: instant(startedAt),
        reference
      }
    }
    default:
      return orderPlaceOf(event)
  }
}

const rowsOf = (event: RecordedEvent) => {
  const place = placeOf(event)
  if (place === undefined) return []
  const { metadata, offset, partition, recordedAt: recorded_at, stream, version } = event
  const { messageId: message_id, source } = identity(metadata)
  const occurred_at = instant(metadata.occurredAt)
  return [
    {
      stream,
      version,
      partition,
      offset,
      occurred_at,
      recorded_at,
      plant: plantOf(stream),
      source,
      message_id,
      ...place
    }
  ]
}

const endings = { stream: "text", version: "integer", known_until: "float8", until_offset: "bigint" }

const endingsOf = (event: RecordedEvent) => {
  const takenBack = category(event.stream) === "order" ? takenBackBy(event) : undefined
  return takenBack !== undefined && "version" in takenBack
    ? [{ stream: event.stream, ...takenBack, known_until: event.recordedAt, until_offset: event.offset }]
    : []
}

/** Whatever a reversal takes back stands before it in the same stream: it is stored by then. */
export const applyPresence: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const rows = events.flatMap(rowsOf)
  if (rows.length > 0) {
    yield* sql`insert into presence (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, rows)}`
  }
  const ended = byText(events.flatMap(endingsOf), ({ stream, version }) => `${stream}\n${version}`)
  if (ended.length > 0) {
    yield* sql`
      update presence set known_until = row.known_until, until_offset = row.until_offset
      from ${recordset(sql, endings, ended)}
      where presence.stream = row.stream and presence.version = row.version`
  }
})
