// A door onto Postgres tables, in place of the partitions: each message becomes the event of the same name, once, and
// the views follow in the same transaction. So a poster's process can be killed while all else survives.
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { orderStream, type StreamName } from "../../../core/journal/stream.ts"
import { messageKey } from "../../../core/message/metadata.ts"
import type { PostingMessage } from "../../../core/message/posting.ts"
import { MessageId, Source } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { Door, type Incoming, type Outcome, PartitionUnavailable } from "../../../core/port/door.ts"
import { plants } from "../../../projections/plants/plants.ts"
import { postings } from "../../../projections/postings/postings.ts"
import { makeTables, useSchema } from "../../../projections/projection.ts"
import { timers } from "../../../projections/timers/timers.ts"
import type { Confirmation } from "../../erp/documents.ts"

const views = [plants, postings, timers]

export const makeViews = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* makeTables(views, 1)
  yield* sql`create table handled (id text primary key, version int generated always as identity (start with 1000))`
})

const apply = Effect.fnUntraced(function* (events: ReadonlyArray<RecordedEvent>) {
  const sql = yield* SqlClient.SqlClient
  yield* Effect.forEach(
    views,
    (view) => sql.withTransaction(Effect.andThen(useSchema(sql, view.name), view.apply(sql, events))),
    { discard: true }
  )
})

const standing = { partition: 0, offset: 1, recordedAt: Date.now(), hash: new Uint8Array(32) }

/** The reports that ask for these documents, as if an order actor had recorded them. */
export const askFor = (documents: ReadonlyArray<Confirmation>) =>
  apply(
    documents.map((document) => ({
      ...standing,
      stream: orderStream(document.plant, document.orderId),
      version: Number(document.key.split("/").at(-2)),
      metadata: {
        source: Source.make("test"),
        messageId: MessageId.make(document.key),
        digest: new Uint8Array(32),
        queue: "test",
        occurredAt: OccurredAt.make(`${document.postingDate}T06:00:00+01:00`)
      },
      type: "OperationConfirmed",
      data: {
        orderId: document.orderId,
        operationId: document.operationId,
        ...document.amounts,
        posting: "requested"
      }
    }))
  )

const outcomeEvent = (
  stream: StreamName,
  version: number,
  incoming: Incoming,
  message: PostingMessage
): RecordedEvent => {
  const about = { ...standing, stream, version, metadata: incoming.metadata }
  switch (message.type) {
    case "PostingAccepted":
    case "PostingVerified":
    case "PostingAdopted":
      return { ...about, type: message.type, data: message.body }
    case "PostingDeferred":
      return { ...about, type: message.type, data: message.body }
    case "PostingDateMoved":
      return { ...about, type: message.type, data: message.body }
    case "PostingResumed":
      return { ...about, type: message.type, data: message.body }
    case "PostingInDoubt":
      return { ...about, type: message.type, data: message.body }
    case "PostingFailed":
      return { ...about, type: message.type, data: message.body }
    case "PostingOmitted":
      return { ...about, type: message.type, data: message.body }
    case "PostingShadowed":
      return { ...about, type: message.type, data: message.body }
  }
}

const isPosting = (message: { readonly type: string }): message is PostingMessage => message.type.startsWith("Posting")

export const tableDoor = Layer.effect(
  Door,
  Effect.map(SqlClient.SqlClient, (sql) => {
    const handle = Effect.fnUntraced(function* (incoming: ReadonlyArray<Incoming>) {
      yield* sql`select pg_advisory_xact_lock(1)`
      const events: Array<RecordedEvent> = []
      const outcomes: Array<Outcome> = []
      for (const message of incoming) {
        const { content, metadata, stream } = message
        const [fresh] = yield* sql<{ version: number }>`
          insert into handled (id) values (${messageKey(metadata)}) on conflict do nothing returning version`
        outcomes.push(fresh === undefined ? "duplicate" : "handled")
        if (fresh === undefined || content._tag !== "Understood" || !isPosting(content.message)) continue
        events.push(outcomeEvent(stream, fresh.version, message, content.message))
      }
      yield* apply(events)
      return outcomes
    })
    return {
      submit: (partition, incoming) =>
        sql.withTransaction(handle(incoming)).pipe(
          Effect.provideService(SqlClient.SqlClient, sql),
          Effect.mapError((error) => new PartitionUnavailable({ partition, reason: error.message }))
        )
    }
  })
)
