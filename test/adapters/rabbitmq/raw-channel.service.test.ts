// Raw bytes off a real broker, whatever the content type: fails when the pinned client's internals change.
import { expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { Connection } from "rabbitmq-client"
import { interceptDeliveries, type RawDelivery } from "../../../adapters/rabbitmq/raw-channel.ts"
import { virtualHost } from "../../harness/broker.ts"

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

it.live("hands over each body byte for byte, in order", () =>
  Effect.gen(function* () {
    const { url } = yield* virtualHost
    const connection = yield* Effect.acquireRelease(
      Effect.sync(() => new Connection(Redacted.value(url))),
      (connection) => Effect.promise(() => connection.close())
    )
    const received = yield* Effect.promise(async () => {
      const channel = await connection.acquire()
      const { queue } = await channel.queueDeclare({ exclusive: true })
      const received: Array<RawDelivery> = []
      const all = new Promise<void>((resolve) => {
        const changed = interceptDeliveries(channel, (delivery) => {
          received.push(delivery)
          if (received.length === bodies.length) resolve()
        })
        expect(changed).toBeUndefined()
      })
      await channel.basicConsume({ queue, noAck: true }, () => {
        throw new Error("The client's own callback must not be called")
      })
      for (const { body, ...properties } of bodies) {
        await channel.basicPublish({ routingKey: queue, messageId: "m", ...properties }, Buffer.from(body))
      }
      await all
      // Answers to a get still go the client's way.
      await channel.close()
      return received
    })
    expect(received.map(({ body }) => Buffer.from(body).toString())).toEqual(bodies.map(({ body }) => body))
    expect(received.map(({ deliveryTag }) => deliveryTag)).toEqual(bodies.map((_, index) => index + 1))
    expect(received[0]?.properties).toMatchObject({ contentType: "application/json", messageId: "m" })
  })
)
