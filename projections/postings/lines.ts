// The lines of goods movements and what the lots that they name say of them. Used by `apply.ts` alone.
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { category, type StreamName } from "../../core/journal/stream.ts"
import { messageKey } from "../../core/message/metadata.ts"
import { add, compare, type Decimal, negate, zero } from "../../core/plant/decimal.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { instant } from "../../core/plant/time.ts"
import type { Movement } from "../../core/port/erp.ts"
import { columnNames, recordset } from "../recordset.ts"
import { byText } from "../sorted.ts"
import { lotOfMovement, movementsOf } from "./movements.ts"
import { type Posting, plantOfEvent } from "./posting.ts"

const columns = {
  partition: "integer",
  offset: "bigint",
  number: "integer",
  direction: "text",
  lot: "text",
  stream: "text",
  at: "float8",
  open: "boolean",
  told: "integer"
}
const blockColumns = { lot: "text", block: "text", since: "integer" }

/** What is known of a line by now: what its document says of it, what its lot says, or both. */
interface Line {
  readonly partition: number
  readonly offset: number
  readonly number: number
  readonly direction?: "in" | "out"
  readonly lot?: string
  readonly stream?: string
  readonly at?: number
  readonly open?: boolean
  readonly told?: number
}

const closed: ReadonlySet<Posting["state"]> = new Set(["Verified", "Omitted", "Shadowed", "Waived", "Withdrawn"])

/** In the ERP, or never to be by us. */
const isClosed = ({ state }: Posting): boolean => closed.has(state)

const noPlaces: ReadonlySet<number> = new Set()

/** Lines out of stock are counted up from 0, lines into stock down from -1: each as the message has its own. */
const numberOf = (place: number, isIn: boolean): number => (isIn ? -1 - place : place)

/** The lines of an event's movements; of a reversal, the other way round: what it takes out, no lot is told of as such. */
const numbered = (
  { offset, partition, stream }: Pick<Posting, "offset" | "partition" | "stream">,
  movements: ReadonlyArray<Movement>,
  more: { readonly plant: string; readonly at: number; readonly open: boolean; readonly isReversal: boolean },
  skipped: ReadonlySet<number> = noPlaces
): ReadonlyArray<Line> => {
  const places = { in: 0, out: 0 }
  return movements.flatMap((movement) => {
    while (skipped.has(places[movement.direction])) places[movement.direction]++
    const place = places[movement.direction]++
    const lot = lotOfMovement(movement, PlantId.make(more.plant))
    const isIn = (movement.direction === "in") !== more.isReversal
    if (lot === undefined || (more.isReversal && !isIn)) return []
    const number = numberOf(place, isIn)
    return [
      { partition, offset, number, direction: isIn ? "in" : "out", lot, stream, at: more.at, open: isIn && more.open }
    ]
  })
}

/** Those of a group are its members'. The message may have had more, which are counted, too. */
const linesOf = (posting: Posting, skipped: ReadonlySet<number> | undefined): ReadonlyArray<Line> => {
  const { content, kind, occurred_at: at, plant } = posting
  if (kind === "group") return []
  const isReversal = kind === "reversal"
  return numbered(posting, content.movements ?? [], { plant, at, open: !isClosed(posting), isReversal }, skipped)
}

/** What makes no document, since the ERP has booked it, keeps nothing waiting either. */
const bookedLinesOf = (event: RecordedEvent): ReadonlyArray<Line> => {
  if ("posting" in event.data) return []
  const at = instant(event.metadata.occurredAt)
  return numbered(event, movementsOf(event), { plant: plantOfEvent(event), at, open: false, isReversal: false })
}

const placeOf = ({ offset, partition }: Pick<Posting, "offset" | "partition">) => `${partition} ${offset}`

/** Of each event that has some, the lines that the ERP backflushes, by their place. */
const backflushedOf = (events: ReadonlyArray<RecordedEvent>): ReadonlyMap<string, ReadonlySet<number>> => {
  const found = new Map<string, ReadonlySet<number>>()
  for (const event of events) {
    if ("backflushed" in event.data && event.data.backflushed !== undefined) {
      found.set(placeOf(event), new Set(event.data.backflushed))
    }
  }
  return found
}

/** What a document leaves out and its lot hears of as of a receipt: it is in no document, so nothing waits for it. */
const leftOutOf = (event: RecordedEvent): ReadonlyArray<Line> => {
  if (event.type !== "MaterialReturned" || event.data.posting === undefined) return []
  const { backflushed = [], materials } = event.data
  if (backflushed.length === 0) return []
  const { posting: _, ...all } = event.data
  const kept = new Set(materials.keys()).difference(new Set(backflushed))
  const left = bookedLinesOf({ ...event, data: all })
  return left.filter(({ number }) => !kept.has(-1 - number))
}

/** A lot was told of a line by reaction \`lots\`, whose messages are known by where the line is. */
const lineOfNotice = /^(\d+)\/(\d+)\.(\d+)\//

const noticed = {
  LotConsumed: "out",
  LotPassedOn: "out",
  LotProduced: "in",
  LotReturned: "in",
  LotDerived: "in"
} as const
const isNotice = (type: string): type is keyof typeof noticed => type in noticed

/**
 * What a lot was told of. Of a line into stock, whose document this view may not have read yet, it is known by that alone
 * that something is still to come.
 */
const toldOf = ({ metadata, stream: lot, type, version }: RecordedEvent): ReadonlyArray<Line> => {
  if (!isNotice(type)) return []
  const [, partition, offset, place] = lineOfNotice.exec(metadata.messageId) ?? []
  if (partition === undefined) return []
  const direction = noticed[type]
  const isIn = direction === "in"
  const line = {
    partition: Number(partition),
    offset: Number(offset),
    number: numberOf(Number(place), isIn),
    direction,
    lot
  }
  return [isIn ? { ...line, at: instant(metadata.occurredAt), open: true } : { ...line, told: version }]
}

/**
 * Those of new documents, and what lots say of lines, in one statement: two batches may each say one thing of the same
 * two lines, so both must take them in the same order.
 */
const keepLines = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, said: ReadonlyArray<Line>) {
  const known = new Map<string, Line>()
  for (const line of said) {
    const key = `${line.partition} ${line.offset} ${line.number}`
    known.set(key, { ...known.get(key), ...line })
  }
  if (known.size === 0) return
  const lines = [...known.values()].sort(
    (left, right) => left.partition - right.partition || left.offset - right.offset || left.number - right.number
  )
  yield* sql`
    insert into posting_line as known (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, lines)}
    on conflict (partition, "offset", number) do update set direction = coalesce(excluded.direction, known.direction),
      lot = coalesce(excluded.lot, known.lot), stream = coalesce(excluded.stream, known.stream),
      at = case when excluded.stream is null and known.stream is not null then known.at
        else coalesce(excluded.at, known.at) end,
      open = case when excluded.stream is null and known.stream is not null then known.open
        else coalesce(excluded.open, known.open) end,
      told = coalesce(excluded.told, known.told)`
})

/** Into which lots a group puts more than it takes from them, and the other way round. */
const netLots = ({
  content,
  key,
  plant
}: Posting): ReadonlyArray<{ group: string; lot: string; direction: string }> => {
  const sums = new Map<string, { readonly lot: StreamName; readonly intoStock: Decimal }>()
  for (const movement of content.movements ?? []) {
    const { direction, quantity } = movement
    const lot = lotOfMovement(movement, PlantId.make(plant))
    if (lot === undefined) continue
    const cell = `${lot} ${quantity.unit}`
    const value = direction === "in" ? quantity.value : negate(quantity.value)
    sums.set(cell, { lot, intoStock: add(sums.get(cell)?.intoStock ?? zero, value) })
  }
  return [...sums.values()].flatMap(({ intoStock, lot }) => {
    const sign = compare(intoStock, zero)
    return sign === 0 ? [] : [{ group: key, lot, direction: sign > 0 ? "in" : "out" }]
  })
}

/**
 * Nobody waits for what a group puts into a lot from which it takes more, nor it for a lot that it gives more to: two
 * orders that take from each other's lots and give back what they didn't need would wait for each other.
 */
const netLines = (sql: SqlClient.SqlClient, groups: ReadonlyArray<Posting>) => {
  const lots = { group: "text", lot: "text", direction: "text" } as const
  return sql`
    update posting_line set netted = not exists (
        select from ${recordset(sql, lots, groups.flatMap(netLots))}
        where row."group" = member."group" and row.lot = posting_line.lot and row.direction = posting_line.direction)
    from posting as member
    where member."group" = any(${groups.map(({ key }) => key)}::text[])
      and posting_line.partition = member.partition and posting_line."offset" = member."offset"`
}

const ofEvents = { partition: "integer", offset: "bigint" } as const

export const applyLines = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  events: ReadonlyArray<RecordedEvent>,
  { fresh, other, ungrouped }: { readonly [Which in "fresh" | "other" | "ungrouped"]: ReadonlyArray<Posting> }
) {
  const backflushed = backflushedOf(events)
  const asked = fresh.flatMap((posting) => linesOf(posting, backflushed.get(placeOf(posting))))
  // What its own document says of a line comes last, since that holds.
  yield* keepLines(sql, [
    ...events.flatMap(toldOf),
    ...events.flatMap(bookedLinesOf),
    ...events.flatMap(leftOutOf),
    ...asked
  ])
  const groups = fresh.filter(({ kind }) => kind === "group")
  if (groups.length > 0) yield* netLines(sql, groups)
  if (ungrouped.length > 0) {
    yield* sql`
      update posting_line set netted = false from ${recordset(sql, ofEvents, ungrouped)}
      where posting_line.partition = row.partition and posting_line."offset" = row."offset"`
  }
  const closed = other.filter((posting) => posting.content.movements !== undefined && isClosed(posting))
  if (closed.length > 0) {
    yield* sql`
      update posting_line set open = false from ${recordset(sql, ofEvents, closed)}
      where posting_line.partition = row.partition and posting_line."offset" = row."offset" and posting_line.open`
  }
})

interface Block {
  readonly lot: string
  readonly block: string
  /** Undefined where it is over. */
  readonly since: number | undefined
}

const blockOf = (event: RecordedEvent): Block | undefined => {
  const lot = event.stream
  if (category(lot) !== "lot") return undefined
  switch (event.type) {
    case "LotBreachFound":
      return { lot, block: event.data.breach, since: event.data.since }
    case "LotBreachWithdrawn":
    case "LotBreachWaived":
      return { lot, block: event.data.breach, since: undefined }
    case "MessageParked": {
      const { subject } = event.data
      return event.metadata.corrects === undefined && subject.kind === "message"
        ? { lot, block: messageKey(subject.message), since: event.version }
        : undefined
    }
    case "ParkedMessageSettled":
      return { lot, block: messageKey(event.data.message), since: undefined }
    default:
      return undefined
  }
}

export const applyBlocks = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  events: ReadonlyArray<RecordedEvent>
) {
  const last = new Map<string, Block>()
  for (const event of events) {
    const block = blockOf(event)
    if (block !== undefined) last.set(`${block.lot}\n${block.block}`, block)
  }
  if (last.size === 0) return
  const blocks = byText([...last.values()], ({ block, lot }) => `${lot}\n${block}`)
  const [over, found] = [
    blocks.filter(({ since }) => since === undefined),
    blocks.filter(({ since }) => since !== undefined)
  ]
  if (over.length > 0) {
    yield* sql`
      delete from lot_block using ${recordset(sql, { lot: "text", block: "text" }, over)}
      where lot_block.lot = row.lot and lot_block.block = row.block`
  }
  if (found.length > 0) {
    yield* sql`
      insert into lot_block (${columnNames(sql, blockColumns)}) select * from ${recordset(sql, blockColumns, found)}
      on conflict (lot, block) do update set since = excluded.since`
  }
})
