// The journal's events of many streams at once, and the events that partners wrote. Used by the recall's format and by
// `traveler epcis export`.
import { Effect, Result } from "effect"
import { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { hex } from "../../core/journal/hash.ts"
import { Journal } from "../../core/journal/journal.ts"
import { recordedStream } from "../../core/journal/recorded.ts"
import { partitionOf, type StreamName } from "../../core/journal/stream.ts"
import { identity } from "../../core/message/metadata.ts"
import { archivedBodies } from "../archive/queries.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { toRow } from "../postgres/statements/columns.ts"
import { streamsByName, tailsAfter } from "../postgres/statements/load.ts"
import type { Original, Originals } from "./document.ts"
import { isObject, parseJson } from "./json.ts"
import { appId, carried } from "./messages.ts"

/** Streams a query: a lot has some tens of events. */
const batch = 2_000

/** Every event of these streams, in no order; two queries for each two thousand of them. */
export const eventsOf = Effect.fnUntraced(
  function* (names: ReadonlyArray<StreamName>) {
    const sql = yield* SqlClient.SqlClient
    const { partitions } = yield* Journal
    const events: Array<RecordedEvent> = []
    const distinct = [...new Set(names)]
    for (let from = 0; from < distinct.length; from += batch) {
      const wanted = distinct
        .slice(from, from + batch)
        .map((name) => ({ partition: partitionOf(name, partitions), name }))
      const streams = yield* streamsByName(sql, wanted)
      const nameOf = new Map(streams.map(({ key, name, partition }) => [`${partition}/${key}`, name]))
      const rows = yield* tailsAfter(
        sql,
        streams.map(({ key, partition }) => ({ partition, key, version: 0 }))
      )
      const named = rows.map((row) => toRow(row, nameOf.get(`${row.partition}/${row.stream_key}`) ?? ""))
      for (const event of yield* recordedStream(named)) events.push(event)
    }
    return events
  },
  Effect.catchTag("SqlError", (error) => Effect.fail(technicalFailure("streams of the journal")(error)))
)

const isImported = ({ metadata }: RecordedEvent): boolean => {
  const { messageId, source } = identity(metadata)
  return source.endsWith(`/${appId}`) && messageId.startsWith("ni:///sha-256;")
}

const decoder = new TextDecoder()

/** As `messages.ts` has put it into the body. */
const originalIn = (bytes: Uint8Array): Original | undefined => {
  const body = Result.getOrElse(
    Result.try(() => parseJson(decoder.decode(bytes))),
    () => null
  )
  const original = isObject(body) ? body[carried] : undefined
  if (!isObject(original)) return undefined
  const { context, event } = original
  return context !== undefined && isObject(event) ? { context, event } : undefined
}

/** Of what was imported, as far as the raw archive has it: what was redacted is told in our own words. */
export const originalsOf = Effect.fnUntraced(function* (events: ReadonlyArray<RecordedEvent>) {
  const digests = new Map(events.filter(isImported).map(({ metadata }) => [hex(metadata.digest), metadata.digest]))
  const originals = new Map<string, Original>()
  for (const [digest, bytes] of yield* archivedBodies([...digests.values()])) {
    const original = originalIn(bytes)
    if (original !== undefined) originals.set(digest, original)
  }
  return originals satisfies Originals
})
