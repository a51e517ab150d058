// What a version that plays archived messages asks of the live database: the archive, what streams and persons there
// were. Its connection can't write: Postgres refuses it. Used in this folder.
import { PgClient } from "@effect/sql-pg"
import { Context, Effect, Layer, type Redacted, Stream } from "effect"
import { SqlClient } from "effect/sql"
import type { EventRow } from "../../../core/journal/event.ts"
import { hex, sha256 } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { partitionOf, type StreamName } from "../../../core/journal/stream.ts"
import { PersonId } from "../../../core/plant/identifiers.ts"
import { Persons } from "../../../core/port/persons.ts"
import { archivedByDigest, archivedMessages, archiveStatus, type Range } from "../../archive/queries.ts"
import { storedPartitions } from "../../postgres/database.ts"
import { technicalFailure } from "../../postgres/failure.ts"
import { type EventColumns, eventColumns, toRow } from "../../postgres/statements/columns.ts"
import { int4s, texts } from "../../postgres/statements/parameters.ts"
import { rawByDigest } from "../../postgres/statements/raw.ts"

export class Live extends Context.Service<Live, { readonly sql: SqlClient.SqlClient; readonly partitions: number }>()(
  "traveler/replay/Live"
) {
  static readonly layer = (url: Redacted.Redacted) =>
    Layer.effect(
      Live,
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        return { sql, partitions: yield* storedPartitions }
      })
    ).pipe(
      Layer.provide(
        PgClient.layer({
          url,
          applicationName: "traveler what if",
          maxConnections: 2,
          connectTimeout: "5 seconds",
          startupParameters: { default_transaction_read_only: "on", jit: "off" }
        })
      )
    )
}

export const archived = (range: Range) =>
  Stream.unwrap(
    Effect.map(Live, ({ sql }) => archivedMessages(range).pipe(Stream.provideService(SqlClient.SqlClient, sql)))
  )

/** What the archive holds by now ends before this; it goes on while a core runs. Milliseconds since 1970. */
export const archiveEnd = Effect.gen(function* () {
  const { sql } = yield* Live
  const { lastReceivedAt } = yield* archiveStatus.pipe(Effect.provideService(SqlClient.SqlClient, sql))
  return lastReceivedAt === null ? 0 : lastReceivedAt.getTime() + 1
})

/** Of each of these streams that there was, the events that were recorded before then, in the order of that. */
export const recordedBefore = Effect.fnUntraced(function* (names: ReadonlyArray<StreamName>, before: number) {
  const { partitions, sql } = yield* Live
  const rows = yield* sql<EventColumns & { readonly name: string }>`
    select e.*, s.name
    from unnest(${int4s(names.map((name) => partitionOf(name, partitions)))}, ${texts(names)}) as wanted (partition, name)
    cross join lateral (
      select key, name from stream where stream.partition = wanted.partition and stream.name = wanted.name offset 0
    ) s
    cross join lateral (
      select ${sql.literal(eventColumns)} from event
      where event.partition = wanted.partition and event.stream_key = s.key and event.recorded_at < ${before}::int8
      offset 0
    ) e
    order by e.recorded_at, e.partition, e."offset"`.pipe(
    Effect.mapError(technicalFailure("events of the live journal"))
  )
  return rows.map((columns): Omit<EventRow, "key"> => toRow(columns, columns.name))
})

/** Who was never seen before gets an id that follows from the badge, so that both versions know them by the same. */
const newcomer = (plant: string, badge: string): string => {
  const digits = hex(sha256(new TextEncoder().encode(`${plant}\n${badge}`)))
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`
}

/** Ids as the live register has them; nobody is added to it. */
export const personsAsKnown = Layer.effect(
  Persons,
  Effect.map(Live, ({ sql }) =>
    Persons.of({
      identify: (holders) =>
        Effect.gen(function* () {
          if (holders.length === 0) return []
          const rows = yield* sql<{ readonly plant: string; readonly badge: string; readonly person_id: string }>`
            select plant, badge, person_id::text from person
            join unnest(${texts(holders.map(({ plant }) => plant))}, ${texts(holders.map(({ badge }) => badge))})
              as wanted (plant, badge) using (plant, badge)`.pipe(Effect.mapError(technicalFailure("table person")))
          const ids = new Map(rows.map(({ badge, person_id, plant }) => [`${plant}\n${badge}`, person_id]))
          return holders.map(({ badge, plant }) =>
            PersonId.make(ids.get(`${plant}\n${badge}`) ?? newcomer(plant, badge))
          )
        })
    })
  )
)

/** The scratch journal; raw bytes that came before the window, or were not parked in it, are the live one's. */
export const withLiveBytes = Effect.gen(function* () {
  const scratch = yield* Journal
  const { sql } = yield* Live
  return Journal.of({
    ...scratch,
    raw: (digest) =>
      Effect.gen(function* () {
        const own = yield* scratch.raw(digest)
        if (own !== undefined) return own
        const [row] = yield* rawByDigest(sql, digest).pipe(Effect.mapError(technicalFailure("raw messages")))
        if (row !== undefined) return row.bytes ?? undefined
        return (yield* archivedByDigest(sql, digest))[0]?.body
      })
  })
})
