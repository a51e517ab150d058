// A door onto one Postgres table, in place of the partitions: the real order actor decides, its events are committed, and the
// views follow in the same transaction. So a runner's process can be killed while all else survives.
import { Effect, Layer, Result } from "effect"
import { SqlClient } from "effect/sql"
import { orderDecider } from "../../../actors/order/decider.ts"
import type { Event } from "../../../actors/order/event.ts"
import type { Evolved, Received } from "../../../core/decider.ts"
import { encode } from "../../../core/journal/codec.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { genesis } from "../../../core/journal/hash.ts"
import { recordedEvent } from "../../../core/journal/recorded.ts"
import type { StreamName } from "../../../core/journal/stream.ts"
import { messageKey } from "../../../core/message/metadata.ts"
import { Door, type Incoming, type Outcome, PartitionUnavailable } from "../../../core/port/door.ts"
import { plants } from "../../../projections/plants/plants.ts"
import { makeTables, useSchema } from "../../../projections/projection.ts"
import { releases } from "../../../projections/releases/releases.ts"
import { timers } from "../../../projections/timers/timers.ts"
import type { Message } from "../../actors/order/floor.ts"

const views = [plants, releases, timers]

/** `step` tells one check from another. */
export const makeHistory = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* makeTables(views, 1)
  yield* sql`
    create table history (
      stream text not null, version int not null, type text not null, step text not null, content bytea not null,
      primary key (stream, version)
    )`
})

export const showToViews = Effect.fnUntraced(function* (events: ReadonlyArray<RecordedEvent>) {
  const sql = yield* SqlClient.SqlClient
  yield* Effect.forEach(
    views,
    (view) => sql.withTransaction(Effect.andThen(useSchema(sql, view.name), view.apply(sql, events))),
    { discard: true }
  )
})

interface Row {
  readonly version: number
  readonly type: string
  readonly content: Uint8Array
}

const recorded = (stream: StreamName, row: Row) =>
  recordedEvent({ ...row, stream, partition: 0, offset: 1, schemaVersion: 1, recordedAt: Date.now(), hash: genesis })

export const historyOf = Effect.fnUntraced(function* (stream: StreamName) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<Row>`select version, type, content from history where stream = ${stream} order by version`
  return rows.map((row) => recorded(stream, row))
})

const isOrders = (event: RecordedEvent): event is RecordedEvent & Evolved<Event> => event.stream.startsWith("order/")
const isToOrder = (message: { readonly type: string }): message is Received<Message> => message.type !== "CaseRaised"

const handleOne = Effect.fnUntraced(function* ({ content, metadata, stream }: Incoming) {
  const sql = yield* SqlClient.SqlClient
  const events = (yield* historyOf(stream)).filter(isOrders)
  if (events.some((event) => messageKey(event.metadata) === messageKey(metadata))) return "duplicate" as const
  if (content._tag !== "Understood") return "parked" as const
  const message = { ...content.message, metadata }
  if (!isToOrder(message)) return "handled" as const
  const state = events.reduce(orderDecider.evolve, orderDecider.initial)
  const decided = Result.getOrThrow(orderDecider.decide(state, message, events.length))
  const rows = decided.map(({ data, of = metadata, type }, index) => ({
    version: events.length + index + 1,
    type,
    step: "check" in data ? data.check : "",
    content: encode({ metadata: of, part: index, data })
  }))
  for (const row of rows) yield* sql`insert into history ${sql.insert({ stream, ...row })}`
  yield* showToViews(rows.map((row) => recorded(stream, row)))
  return "handled" as const
})

export const orderDoor = Layer.effect(
  Door,
  Effect.map(SqlClient.SqlClient, (sql) => ({
    submit: (partition, incoming) =>
      Effect.gen(function* () {
        yield* sql`select pg_advisory_xact_lock(1)`
        const outcomes: Array<Outcome> = []
        for (const one of incoming) outcomes.push(yield* handleOne(one))
        return outcomes
      }).pipe(
        sql.withTransaction,
        Effect.provideService(SqlClient.SqlClient, sql),
        Effect.mapError((error) => new PartitionUnavailable({ partition, reason: error.message }))
      )
  }))
)
