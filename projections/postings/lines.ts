// The lines of goods movements and what the lots that they name say of them. Used by `apply.ts` alone.
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { category } from "../../core/journal/stream.ts"
import { messageKey } from "../../core/message/metadata.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { columnNames, recordset } from "../recordset.ts"
import { byText } from "../sorted.ts"
import { lotOfMovement } from "./movements.ts"
import type { Posting } from "./posting.ts"

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

/** In the ERP, or never to be. */
const isClosed = ({ state }: Posting): boolean => state === "Verified" || state === "Waived" || state === "Withdrawn"

/** A reversal moves everything the other way; what it takes out of stock, no lot is told of as such. */
const linesOf = (posting: Posting): ReadonlyArray<Line> => {
  const { content, kind, occurred_at: at, offset, partition, plant, stream } = posting
  return (content.movements ?? []).flatMap((movement, number) => {
    const lot = lotOfMovement(movement, PlantId.make(plant))
    const isIn = (movement.direction === "in") !== (kind === "reversal")
    if (lot === undefined || (kind === "reversal" && !isIn)) return []
    const open = isIn && !isClosed(posting)
    return [{ partition, offset, number, direction: isIn ? "in" : "out", lot, stream, at, open }]
  })
}

/** A lot was told of a line by reaction `lots`, whose messages are known by where the line is. */
const lineOfNotice = /^(\d+)\/(\d+)\.(\d+)\//

const toldOf = ({ metadata, type, version }: RecordedEvent): ReadonlyArray<Line> => {
  if (type !== "LotConsumed" && type !== "LotPassedOn") return []
  const [, partition, offset, number] = lineOfNotice.exec(metadata.messageId) ?? []
  return partition === undefined
    ? []
    : [{ partition: Number(partition), offset: Number(offset), number: Number(number), told: version }]
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
      at = coalesce(excluded.at, known.at), open = coalesce(excluded.open, known.open),
      told = coalesce(excluded.told, known.told)`
})

export const applyLines = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  events: ReadonlyArray<RecordedEvent>,
  fresh: ReadonlyArray<Posting>,
  other: ReadonlyArray<Posting>
) {
  yield* keepLines(sql, [...fresh.flatMap(linesOf), ...events.flatMap(toldOf)])
  const closed = other.filter((posting) => posting.content.movements !== undefined && isClosed(posting))
  if (closed.length > 0) {
    yield* sql`
      update posting_line set open = false from ${recordset(sql, { partition: "integer", offset: "bigint" }, closed)}
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
