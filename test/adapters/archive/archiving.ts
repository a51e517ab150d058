// A broker and a database of their own, an archiver that is started and stopped, and what it has kept. For the archive's
// tests.
import { Effect, Fiber, Layer, type Redacted, Schedule, Stream } from "effect"
import { runArchiver } from "../../../adapters/archive/archiver.ts"
import type { ArchivedMessage } from "../../../adapters/archive/message.ts"
import { archivedMessages } from "../../../adapters/archive/queries.ts"
import * as RabbitBroker from "../../../adapters/rabbitmq/broker.ts"
import * as RabbitStream from "../../../adapters/rabbitmq/inbound-stream.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { Broker, type Publication } from "../../../core/port/broker.ts"
import { virtualHost } from "../../harness/broker.ts"
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

/** Ends without a word to the database: what it was writing is rolled back, or is there. */
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

const onBroker = (url: Redacted.Redacted<string>) => Layer.merge(RabbitBroker.layer(url), RabbitStream.layer(url))

/** Both services, and the broker's virtual host for whoever does to it what an operator might. */
export const withArchive = <A, E, R>(program: (host: Effect.Success<typeof virtualHost>) => Effect.Effect<A, E, R>) =>
  Effect.scoped(
    Effect.flatMap(virtualHost, (host) =>
      program(host).pipe(Effect.provide(Layer.merge(onBroker(host.url), temporaryJournal({ partitions: 2 }))))
    )
  )
