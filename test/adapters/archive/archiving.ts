// A broker and a journal for the archive's tests, archivers that are started and stopped, and what they have kept.
import { Context, Effect, Fiber, Layer, Schedule, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { runArchiver } from "../../../adapters/archive/archiver.ts"
import type { ArchivedMessage } from "../../../adapters/archive/message.ts"
import { archivedMessages } from "../../../adapters/archive/queries.ts"
import { addPlant, plantTables } from "../../../adapters/postgres/plants.ts"
import * as RabbitBroker from "../../../adapters/rabbitmq/broker.ts"
import * as RabbitStream from "../../../adapters/rabbitmq/inbound-stream.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { Broker, type Publication } from "../../../core/port/broker.ts"
import { type Arrival, inboxOf } from "../../../core/port/inbound-stream.ts"
import { type VirtualHost, virtualHost } from "../../harness/broker.ts"
import { temporaryJournal } from "../../harness/database.ts"

export const ulm = PlantId.make("ulm")

export const publication = (messageId: string, change: Partial<Publication> = {}): Publication => ({
  exchange: "mes.events",
  routingKey: "ulm.OperationStarted",
  type: "OperationStarted",
  contentType: "application/json",
  body: Buffer.from(`{"orderId":"4711","operationId":"10","note":"${messageId}"}`),
  messageId,
  appId: "mes",
  schemaVersion: "1",
  ...change
})

export const numbered = (count: number, from = 0): ReadonlyArray<Publication> =>
  Array.from({ length: count }, (_, index) => publication(String(from + index)))

export const publish = (messages: ReadonlyArray<Publication>) =>
  Effect.flatMap(Broker, (broker) => Effect.andThen(broker.declarePlant(ulm), broker.publish(messages)))

/** As the broker's stream gives it. */
export const arrivalOf = (offset: number, sent: Publication = publication(String(offset))): Arrival => {
  const { exchange, routingKey } = sent
  return { offset, delivery: { ...sent, ...inboxOf(exchange, routingKey), redelivered: false } }
}

/** Until the test's scope ends, or it is killed: what it was writing is rolled back then, or is there. */
export const archiver = runArchiver({ every: "10 millis" }).pipe(
  Effect.forkScoped,
  Effect.map((fiber) => ({ kill: Fiber.interrupt(fiber) }))
)

const always = { from: new Date(0), to: new Date(8.64e15) }

export const kept = Effect.map(Stream.runCollect(archivedMessages(always)), (messages) => [...messages])

export const ids = (messages: ReadonlyArray<ArchivedMessage>) => messages.map(({ envelope }) => envelope.messageId)

/** All of it, once so many messages are there. */
export const keptOf = (count: number) =>
  kept.pipe(
    Effect.flatMap((messages) =>
      messages.length >= count ? Effect.succeed(messages) : Effect.fail(`${messages.length} of ${count} are kept`)
    ),
    Effect.retry(Schedule.spaced(50)),
    Effect.timeout("20 seconds")
  )

/** Where an operator does to the broker what operators do. */
export class Host extends Context.Service<Host, VirtualHost>()("test/Host") {}

const served = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(plantTables)
  yield* addPlant(ulm)
})

export const services = Layer.unwrap(
  Effect.map(virtualHost, (host) =>
    Layer.mergeAll(
      RabbitBroker.layer(host.url),
      RabbitStream.layer(host.url),
      Layer.succeed(Host, host),
      Layer.effectDiscard(served).pipe(Layer.provideMerge(temporaryJournal({ partitions: 2 })))
    )
  )
)

/** Each test begins with an archive that has nothing. */
export const emptied = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`truncate archive_block, archive_gap, raw`)
