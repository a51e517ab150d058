// Puts what came into the archive, exactly once by its offset. Used by `archiver.ts`.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { TechnicalFailure } from "../../core/failure.ts"
import { hex } from "../../core/journal/hash.ts"
import type { Arrival } from "../../core/port/inbound-stream.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { digestKeys, fullBlock, inBlocks, pack, unpack } from "./block.ts"
import { digestOf, type Entry, entryOf, redacted } from "./message.ts"
import {
  type BlockColumns,
  type BlockRow,
  type Gap,
  insertGap,
  lastBlock,
  lockArchive,
  nameOf,
  redactedAmong,
  upsertBlock
} from "./statements.ts"

/** How far the archive has come: the last message that is in it. */
export interface Position {
  readonly incarnation: number
  readonly offset: number
}

export const blockRow = Effect.fnUntraced(function* (incarnation: number, entries: ReadonlyArray<Entry>) {
  const { content, size } = yield* pack(entries)
  // Another runner's clock may be behind that of the one before.
  const received = entries.map(({ receivedAt }) => receivedAt)
  const row: BlockRow = {
    incarnation,
    firstOffset: entries[0]?.offset ?? 0,
    lastOffset: entries.at(-1)?.offset ?? 0,
    firstReceivedAt: received.reduce((first, time) => Math.min(first, time), Number.MAX_SAFE_INTEGER),
    lastReceivedAt: received.reduce((last, time) => Math.max(last, time), 0),
    messages: entries.length,
    size,
    digests: digestKeys(entries),
    content
  }
  return row
})

/**
 * Each run of offsets that is missing. The broker keeps an entry of its own at the beginning of each segment, so one
 * offset alone is no message; what its retention drops is whole segments.
 */
export const holes = (
  incarnation: number,
  after: number,
  offsets: ReadonlyArray<number>
): ReadonlyArray<Required<Gap>> => {
  let last = after
  return offsets.flatMap((offset) => {
    const first = last + 1
    last = offset
    return offset - first > 1 ? [{ incarnation, first, last: offset - 1 }] : []
  })
}

const anotherIsAtWork = ({ incarnation, offset }: Position) =>
  new TechnicalFailure({
    field: "archive",
    value: `${incarnation}/${offset}`,
    reason: "Another runner has archived meanwhile",
    nextStep: "It goes on by itself from where the archive ends"
  })

const isAt = (last: BlockColumns | undefined, expected: Position | undefined): boolean =>
  last?.incarnation === expected?.incarnation &&
  (last === undefined ? undefined : Number(last.last_offset)) === expected?.offset

/**
 * Arrivals of a stream's incarnation, in order, after what is archived, which must still end at `expected`. The last block
 * is filled up before another one is begun. Tells what is missing before and among them.
 */
export const archive = Effect.fnUntraced(
  function* (
    expected: Position | undefined,
    incarnation: number,
    arrivals: ReadonlyArray<Arrival>,
    receivedAt: number
  ) {
    const sql = yield* SqlClient.SqlClient
    yield* lockArchive(sql)
    const [last] = yield* lastBlock(sql)
    const after = expected?.incarnation === incarnation ? expected.offset : -1
    if (!isAt(last, expected)) return yield* anotherIsAtWork({ incarnation, offset: after })
    const fresh = arrivals.map((arrival) => entryOf(arrival, receivedAt))
    const gone = new Set((yield* redactedAmong(sql, fresh.map(digestOf))).map(({ hash }) => hex(hash)))
    const entries =
      gone.size === 0 ? fresh : fresh.map((entry) => (gone.has(hex(digestOf(entry))) ? redacted(entry) : entry))
    const open = last !== undefined && last.incarnation === incarnation && last.size < fullBlock ? last : undefined
    const begun = open === undefined ? [] : yield* unpack(nameOf(open), open.content)
    for (const block of inBlocks([...begun, ...entries])) yield* upsertBlock(sql, yield* blockRow(incarnation, block))
    const missing = holes(
      incarnation,
      after,
      arrivals.map(({ offset }) => offset)
    )
    for (const gap of missing) yield* insertGap(sql, gap, receivedAt)
    return missing
  },
  (transaction) =>
    Effect.flatMap(SqlClient.SqlClient, (sql) =>
      sql
        .withTransaction(transaction)
        .pipe(Effect.catchTag("SqlError", (error) => Effect.fail(technicalFailure("archive")(error))))
    )
)
