// The journal on Postgres: the port's promises, each by one statement. Used by the composition root.
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer } from "effect"
import type { SqlError } from "effect/sql"
import { genesis } from "../../core/journal/hash.ts"
import { Journal } from "../../core/journal/journal.ts"
import { recordedEvents, recordedHistories, recordedStream } from "../../core/journal/recorded.ts"
import { partitionOf } from "../../core/journal/stream.ts"
import { archivedByDigest } from "../archive/queries.ts"
import { makeAnnouncements } from "./announcements.ts"
import { insertsInFlight, makeAppender } from "./appender.ts"
import { answered, journalClient } from "./client.ts"
import { storedPartitions } from "./database.ts"
import { technicalFailure } from "./failure.ts"
import { makeLoader } from "./loader.ts"
import { makeRecentEvents } from "./recent-events.ts"
import { makeSnapshotWriter } from "./snapshot-writer.ts"
import { toRow } from "./statements/columns.ts"
import { streamsByName } from "./statements/load.ts"
import { rawByDigest } from "./statements/raw.ts"
import {
  eventsAfter,
  headOf,
  historiesOf,
  lastOffsets,
  type NamedEvent,
  rowsAfter,
  streamAfter
} from "./statements/read.ts"

/** Reads of readers and loaders, and one connection that listens. */
const readConnections = 5

const failing =
  (subject: string) =>
  <A>(statement: Effect.Effect<A, SqlError.SqlError>) =>
    Effect.mapError(answered(statement), technicalFailure(subject))

const named = (columns: NamedEvent) => toRow(columns, columns.name)

/** Needs the tables to be there: see `database.ts`. Appends have connections of their own, so no reader delays one. */
export const journalLayer = Layer.effect(
  Journal,
  Effect.gen(function* () {
    const client = yield* PgClient.PgClient
    const partitions = yield* storedPartitions
    const connected = Effect.mapError(technicalFailure("connections of the journal"))
    const reading = yield* connected(journalClient(client, readConnections))
    const writing = yield* connected(journalClient(client, insertsInFlight))
    const { appended, announce } = yield* makeAnnouncements(reading)
    const append = yield* makeAppender(writing, announce)
    const load = yield* makeLoader(reading)
    const saveSnapshots = yield* makeSnapshotWriter(reading)

    const recent = yield* makeRecentEvents((after, limit) =>
      eventsAfter(reading, Array.from(after), limit).pipe(
        failing("events of the journal"),
        Effect.flatMap((events) => recordedEvents(events.map(named)))
      )
    )

    return Journal.of({
      partitions,
      append: (rows) => Effect.tap(append(rows), () => Effect.sync(() => recent.appended(rows))),
      appended,
      load,
      head: (partition) =>
        headOf(reading, partition).pipe(
          Effect.map(([head]) => ({
            offset: Number(head?.offset ?? 0),
            hash: head?.hash?.slice() ?? genesis,
            recordedAt: Number(head?.recorded_at ?? 0),
            lastKey: head?.last_key ?? 0
          })),
          failing(`head of partition ${partition}`)
        ),
      saveSnapshots,
      read: recent.read,
      readStream: (name, afterVersion, limit) =>
        Effect.gen(function* () {
          const partition = partitionOf(name, partitions)
          const [stream] = yield* streamsByName(reading, [{ partition, name }])
          if (stream === undefined) return []
          return yield* streamAfter(reading, stream, afterVersion, limit)
        }).pipe(
          failing(`stream ${name}`),
          Effect.flatMap((events) => recordedStream(events.map((columns) => toRow(columns, name))))
        ),
      histories: (asked) =>
        historiesOf(reading, asked).pipe(
          failing(`histories of partition ${asked.partition}`),
          Effect.flatMap((events) => recordedHistories(events.map(named)))
        ),
      rows: (partition, afterOffset, limit) =>
        rowsAfter(reading, partition, afterOffset, limit).pipe(
          Effect.map((rows) => rows.map((columns) => ({ ...named(columns), key: columns.stream_key }))),
          failing(`rows of partition ${partition}`)
        ),
      heads: lastOffsets(reading, partitions).pipe(
        Effect.map((rows) => new Map(rows.map(({ partition, offset }) => [partition, Number(offset ?? 0)]))),
        failing("heads of the journal")
      ),
      raw: (digest) =>
        rawByDigest(reading, digest).pipe(
          failing("raw messages"),
          // What is parked is there at once, and what was redacted for good; all else once it is archived.
          Effect.flatMap(([row]) =>
            row === undefined
              ? Effect.map(archivedByDigest(reading, digest), ([message]) => message?.body)
              : Effect.succeed(row.bytes ?? undefined)
          )
        )
    })
  })
)
