// The ways in which somebody with all rights on the database may tamper with a partition: rows in, rows out, and where the
// first event is that isn't the one that was signed. For tests.
import type { EventRow } from "../../../core/journal/event.ts"
import { genesis } from "../../../core/journal/hash.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import { madeToFit, renumbered } from "./signed-journal.ts"

type Rows = ReadonlyArray<EventRow>

export interface Tampering {
  readonly name: string
  /** `at` is the offset of an event that was signed, but not the first nor the last of them. */
  readonly tamper: (rows: Rows, at: number) => Rows
  /** The first event that isn't what was signed; `at` where absent. */
  readonly found?: (rows: Rows, at: number) => number
}

const changed =
  (change: (row: EventRow, rows: Rows) => Partial<EventRow>) =>
  (rows: Rows, at: number): Rows =>
    rows.map((row) => (row.offset === at ? { ...row, ...change(row, rows) } : row))

const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, index) => (index === at % bytes.length ? byte ^ 1 : byte))

const renamed = (rows: Rows, names: ReadonlyMap<string, string>): Rows =>
  rows.map((row) => ({ ...row, stream: StreamName(names.get(row.stream) ?? row.stream) }))

const at = (rows: Rows, offset: number): EventRow => {
  const row = rows[offset - 1]
  if (row === undefined) throw new Error(`There is no offset ${offset}`)
  return row
}

const firstOf = (rows: Rows, ...streams: ReadonlyArray<string>): number =>
  rows.find(({ stream }) => streams.includes(stream))?.offset ?? 0

/** Everything from an offset on moved one further. */
const moved = (rows: Rows, from: number): Rows =>
  rows.map((row) => (row.offset >= from ? { ...row, offset: row.offset + 1 } : row))

const inserted = (rows: Rows, row: EventRow): Rows =>
  [...moved(rows, row.offset), row].sort((left, right) => left.offset - right.offset)

const forgedContent = (row: EventRow): EventRow => ({ ...row, content: flipped(row.content, row.content.length - 2) })

export const tamperings: ReadonlyArray<Tampering> = [
  {
    name: "a byte of an event's content is flipped",
    tamper: (rows, offset) => changed((row) => ({ content: flipped(row.content, offset * 7) }))(rows, offset)
  },
  { name: "an event's type is changed", tamper: changed(({ type }) => ({ type: `${type}2` })) },
  { name: "an event's version is changed", tamper: changed(({ version }) => ({ version: version + 1 })) },
  { name: "an event's time is changed", tamper: changed(({ recordedAt }) => ({ recordedAt: recordedAt + 1 })) },
  { name: "an event's schema version is changed", tamper: changed(() => ({ schemaVersion: 2 })) },
  {
    name: "an event is moved to another stream",
    tamper: changed((row, rows) => {
      const other = rows.find(({ key }) => key !== row.key) ?? row
      return { key: other.key, stream: other.stream }
    })
  },
  { name: "an event's hash is changed", tamper: changed(({ hash }) => ({ hash: flipped(hash, 5) })) },
  { name: "an event's hash is emptied", tamper: changed(() => ({ hash: genesis })) },
  { name: "an event is removed", tamper: (rows, offset) => rows.filter((row) => row.offset !== offset) },
  { name: "the last events are cut off", tamper: (rows, offset) => rows.filter((row) => row.offset < offset) },
  {
    name: "two events change places",
    tamper: (rows, offset) => {
      const [one, other] = [at(rows, offset), at(rows, offset + 1)]
      return rows.with(offset - 1, { ...other, offset }).with(offset, { ...one, offset: offset + 1 })
    }
  },
  {
    name: "an event is inserted",
    tamper: (rows, offset) => inserted(rows, { ...forgedContent(at(rows, offset)), offset })
  },
  {
    name: "an event is doubled",
    tamper: (rows, offset) => inserted(rows, { ...at(rows, offset), offset: offset + 1 }),
    found: (_, offset) => offset + 1
  },
  { name: "a partition is emptied", tamper: () => [], found: () => 1 },
  {
    name: "a stream is renamed",
    tamper: (rows, offset) => renamed(rows, new Map([[at(rows, offset).stream, "order/test/forged"]])),
    found: (rows, offset) => firstOf(rows, at(rows, offset).stream)
  },
  {
    name: "a stream's name is removed",
    tamper: (rows, offset) => renamed(rows, new Map([[at(rows, offset).stream, ""]])),
    found: (rows, offset) => firstOf(rows, at(rows, offset).stream)
  },
  {
    name: "two streams' names are swapped",
    tamper: (rows, offset) => {
      const [one, other] = [at(rows, offset).stream, at(rows, offset + 1).stream]
      return renamed(
        rows,
        new Map([
          [one, other],
          [other, one]
        ])
      )
    },
    found: (rows, offset) => firstOf(rows, at(rows, offset).stream, at(rows, offset + 1).stream)
  },
  {
    name: "an event is changed and the chain made anew from there on",
    tamper: (rows, offset) => madeToFit(rows.with(offset - 1, forgedContent(at(rows, offset))))
  },
  {
    name: "an event is removed and the chain made anew from there on",
    tamper: (rows, offset) => madeToFit(renumbered(rows.filter((row) => row.offset !== offset)))
  },
  {
    name: "an event is inserted and the chain made anew from there on",
    tamper: (rows, offset) => madeToFit(renumbered(inserted(rows, { ...forgedContent(at(rows, offset)), offset })))
  },
  {
    name: "a stream is renamed and the chain made anew",
    tamper: (rows, offset) => madeToFit(renamed(rows, new Map([[at(rows, offset).stream, "order/test/forged"]]))),
    found: (rows, offset) => firstOf(rows, at(rows, offset).stream)
  },
  {
    name: "a partition is restored from an old backup and goes on differently",
    tamper: (rows, offset) => madeToFit(rows.map((row) => (row.offset >= offset ? forgedContent(row) : row)))
  }
]
