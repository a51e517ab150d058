// Raw bytes off a real broker, whatever the content type: fails when the pinned client's internals change.
import { expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { type Channel, Connection } from "rabbitmq-client"
import { readFrames } from "../../../adapters/rabbitmq/frame-reader.ts"
import type { RawDelivery } from "../../../adapters/rabbitmq/raw-delivery.ts"
import { virtualHost } from "../../harness/broker.ts"

const received = (publish: (channel: Channel, queue: string) => Promise<void>, count: number) =>
  Effect.gen(function* () {
    const { url } = yield* virtualHost
    const connection = yield* Effect.acquireRelease(
      Effect.sync(() => new Connection(Redacted.value(url))),
      (connection) => Effect.promise(() => connection.close())
    )
    const frames = yield* Effect.fromResult(readFrames(connection))
    return yield* Effect.promise(async () => {
      const channel = await connection.acquire()
      const { queue } = await channel.queueDeclare({ exclusive: true })
      const received: Array<RawDelivery> = []
      const all = new Promise<void>((resolve) => {
        frames.intercept(channel, (delivery) => {
          received.push(delivery.decode())
          if (received.length === count) resolve()
        })
      })
      await channel.basicConsume({ queue, noAck: true }, () => {
        throw new Error("The client's own callback must not be called")
      })
      await publish(channel, queue)
      await all
      // Answers still go the client's way.
      await channel.close()
      return received
    })
  })

const text = '{"value":0.1000000000000000055,"key":1,"key":2}'
const bodies = [
  { contentType: "application/json", body: text },
  { contentType: "text/plain", body: text },
  { contentType: "application/json", body: "not json" },
  { contentType: "application/json", body: "" },
  { body: "without a content type" },
  { contentType: "text/plain", contentEncoding: "gzip", body: "\ufeffü" },
  // Exactly one frame, one byte more, and many.
  ...[8_184, 8_185, 100_000].map((size) => ({ contentType: "text/plain", body: "x".repeat(size) }))
]

const headers = [
  {},
  { "schema-version": "1", "causation-id": "ü", "": "" },
  { sequence: 7, small: -1, large: 9_007_199_254_740_991, yes: true, no: false, nothing: null },
  { half: 0.5, sequence: 8 },
  { nested: { list: ["a", 1] }, sequence: 9 }
]

const properties = {
  type: "OperationConfirmed",
  contentType: "application/json",
  messageId: "m-1",
  appId: "mes",
  correlationId: "c-1"
}
/** Those that are passed over. */
const others = {
  contentEncoding: "identity",
  durable: true,
  priority: 3,
  replyTo: "nobody",
  expiration: "60000",
  timestamp: 1_764_000_000,
  userId: "guest"
}

it.live("hands over each body byte for byte, in order", () =>
  Effect.gen(function* () {
    const deliveries = yield* received(async (channel, queue) => {
      for (const { body, ...properties } of bodies) {
        await channel.basicPublish({ routingKey: queue, ...properties }, Buffer.from(body))
      }
    }, bodies.length)
    expect(deliveries.map(({ body }) => Buffer.from(body).toString())).toEqual(bodies.map(({ body }) => body))
  })
)

it.live("hands over properties and headers of every kind, in order", () =>
  Effect.gen(function* () {
    const deliveries = yield* received(async (channel, queue) => {
      await Promise.all(
        headers.map((headers) =>
          channel.basicPublish({ routingKey: queue, ...properties, ...others, headers }, Buffer.from("body"))
        )
      )
    }, headers.length)
    expect(deliveries.map(({ properties }) => properties.headers)).toEqual(headers)
    for (const delivery of deliveries) {
      expect(delivery).toMatchObject({ properties, exchange: "", redelivered: false, body: Buffer.from("body") })
    }
  })
)
