// What a recall sends as a document of EPCIS holds the event behind every way that it followed.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { expect } from "vitest"
import { recallDocument } from "../../../adapters/epcis/recall.ts"
import { encode } from "../../../core/journal/codec.ts"
import { eventHash } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { lotOf, type StreamName } from "../../../core/journal/stream.ts"
import { instant } from "../../../core/plant/time.ts"
import { everything } from "../../../projections/cut.ts"
import { genealogy } from "../../../projections/genealogy/genealogy.ts"
import { makeTables, useSchema } from "../../../projections/projection.ts"
import { temporaryJournal } from "../../harness/database.ts"
import { at } from "../../projections/events.ts"
import type { History } from "../../projections/journal.ts"
import { Floor, lot, order } from "../recall/floor.ts"
import { parsed } from "./official.ts"

/** In the journal, and in the view. */
const recorded = Effect.fnUntraced(function* ({ events, partitions }: History) {
  const journal = yield* Journal
  const streams = [...new Set(events.map(({ stream }) => stream))]
  const keyOf = (stream: StreamName) => streams.indexOf(stream) + 1
  for (let partition = 0; partition < partitions; partition++) {
    const own = events.filter((event) => event.partition === partition)
    if (own.length === 0) continue
    let { hash } = yield* journal.head(partition)
    const contents = own.map(({ data, metadata }) => ({ metadata, part: 0, data }))
    const rows = own.map(({ offset, recordedAt, stream, type, version }, place) => {
      const key = { partition, offset, key: keyOf(stream), stream, version, type, schemaVersion: 1 }
      const row = { ...key, recordedAt, content: encode(contents[place]) }
      hash = eventHash(hash, row)
      return { ...row, hash }
    })
    const newStreams = [...new Set(own.map(({ stream }) => stream))].map((name) => ({ key: keyOf(name), name }))
    yield* journal.append({ partition, rows, contents, newStreams, raw: [] })
  }
  const sql = yield* SqlClient.SqlClient
  yield* makeTables([genealogy], partitions)
  yield* sql.withTransaction(Effect.andThen(useSchema(sql, genealogy.name), genealogy.apply(sql, events)))
})

const scopeOf = (...names: ReadonlyArray<string>) =>
  names.map((name) => {
    const { itemId: item, lotId, scope } = lotOf(lot(name))
    return { item, lot: lotId, scope }
  })

it.live("what was known by then to be wrong is declared so, also where that was said of a later time", () =>
  Effect.gen(function* () {
    const floor = new Floor()
    floor.takenBack(90, lot("A"), floor.received(1, "A", 10))
    yield* recorded(floor.writer)
    const cut = { recordedBy: instant(at(60)), occurredBy: instant(at(60)) }
    const { events } = parsed(yield* recallDocument({ lots: scopeOf("A"), links: [] }, cut))
    expect(events).toMatchObject([{ errorDeclaration: { reason: "did_not_occur" } }])
  }).pipe(Effect.provide(temporaryJournal({ partitions: 4 })))
)

it.live("what went into one lot alone is told by its order, to which no way leads", () =>
  Effect.gen(function* () {
    const floor = new Floor()
    floor.dosed(1, "1", "A", "X")
    const wrong = floor.dosed(2, "2", "A", "X")
    floor.takenBack(3, order("2"), wrong)
    yield* recorded(floor.writer)
    const links = [{ from: lot("A"), to: lot("X"), through: "consumption" }]
    const { events } = parsed(yield* recallDocument({ lots: scopeOf("A", "X"), links }, everything))
    expect(events).toMatchObject([{ type: "TransformationEvent", "traveler:event": `${order("1")}/1` }])
  }).pipe(Effect.provide(temporaryJournal({ partitions: 4 })))
)
