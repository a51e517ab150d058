// What the archive promises: everything that comes in is kept as it came, in its order, once; and what isn't is told.

import { PgClient } from "@effect/sql-pg"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Redacted, Schedule } from "effect"
import { Connection } from "rabbitmq-client"
import { archivedByDigest, archiveStatus } from "../../../adapters/archive/queries.ts"
import { archive } from "../../../adapters/archive/write.ts"
import { unroutedQueue } from "../../../adapters/rabbitmq/topology.ts"
import { encode } from "../../../core/journal/codec.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { Broker, type Publication } from "../../../core/port/broker.ts"
import { type Arrival, inboundStream, inboxOf } from "../../../core/port/inbound-stream.ts"
import { archiver, ids, kept, keptOf, numbered, publication, publish, ulm, withArchive } from "./archiving.ts"

const odd: ReadonlyArray<Publication> = [
  publication("long-number", { body: Buffer.from('{"value":0.1000000000000000055,"value":2}') }),
  publication("no-json", { body: Buffer.from('{"orderId":"47') }),
  publication("nothing", { body: new Uint8Array() }),
  publication("bytes", {
    body: Uint8Array.from({ length: 256 }, (_, byte) => byte),
    contentType: "application/msgpack"
  }),
  publication("large", { body: Buffer.alloc(400_000, "x") }),
  publication("packed", { body: encode({ orderId: "4711" }), contentType: "application/msgpack" })
]

const whole = publication("whole", {
  exchange: "erp.events",
  routingKey: "ulm.ProductionOrderReleased",
  type: "ProductionOrderReleased",
  appId: "erp",
  correlationId: "4711",
  causationId: "before",
  sequence: 3,
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
})

const arrival = (offset: number): Arrival => {
  const { appId, body, contentType, exchange, messageId = "", routingKey, type } = publication(String(offset))
  const delivery = { exchange, routingKey, redelivered: false, body, type, contentType, messageId, appId }
  return { offset, delivery: { ...delivery, ...inboxOf(exchange, routingKey) } }
}
const arrivals = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => arrival(first + index))

describe("The archive", { timeout: 60_000 }, () => {
  it.live("keeps every byte and every property of what plants, ERPs and people send, in order", () =>
    withArchive(() =>
      Effect.gen(function* () {
        const command = publication("decision", {
          exchange: "traveler.commands",
          routingKey: "traveler.ExceptionWaived"
        })
        yield* Broker.use((broker) => broker.declareCommands)
        yield* publish([...odd, whole, command])
        yield* archiver
        const messages = yield* keptOf(odd.length + 2)
        expect(
          messages.map(({ envelope, body }) => [envelope.messageId, Buffer.from(body ?? []).toString("hex")])
        ).toEqual([...odd, whole, command].map(({ messageId, body }) => [messageId, Buffer.from(body).toString("hex")]))
        const { body: _body, ...properties } = whole
        expect(messages.at(-2)?.envelope).toEqual({ ...properties, plant: "ulm", queue: "traveler.in.ulm" })
        expect(messages.at(-1)?.envelope).toMatchObject({ plant: "traveler", queue: "traveler.in.commands" })
      })
    )
  )

  it.live("finds a message by its hash, for the journal, too", () =>
    withArchive(() =>
      Effect.gen(function* () {
        const sql = yield* PgClient.PgClient
        const journal = yield* Journal
        yield* publish([...numbered(300), ...odd, ...numbered(1, 7)])
        yield* archiver
        yield* keptOf(301 + odd.length)
        const seventh = sha256(publication("7").body)
        expect(ids(yield* archivedByDigest(sql, seventh))).toEqual(["7", "7"])
        expect(Buffer.from((yield* journal.raw(seventh)) ?? []).equals(Buffer.from(publication("7").body))).toBe(true)
        expect(yield* archivedByDigest(sql, sha256(Buffer.from("never sent")))).toEqual([])
        expect(yield* journal.raw(sha256(Buffer.from("never sent")))).toBeUndefined()
      })
    )
  )

  it.live("loses nothing and keeps nothing twice, however often an archiver is killed, and with two at once", () =>
    withArchive(() =>
      Effect.gen(function* () {
        const count = 6_000
        const sent = yield* Effect.forkChild(
          Effect.forEach(
            Array.from({ length: count / 200 }, (_, part) => numbered(200, part * 200)),
            (part) => publish(part)
          )
        )
        for (const millis of [5, 40, 90, 20, 60, 130, 10, 80]) {
          const { kill } = yield* archiver
          yield* Effect.sleep(millis)
          yield* kill
        }
        yield* archiver
        yield* archiver
        yield* Fiber.join(sent)
        const messages = yield* keptOf(count)
        expect(ids(messages)).toEqual(numbered(count).map(({ messageId }) => messageId))
        expect((yield* archiveStatus).gaps).toEqual([])
      })
    )
  )

  it.live("fills a block up before it begins another, and writes full ones once", () =>
    withArchive(() =>
      Effect.gen(function* () {
        yield* archive(undefined, 1, arrivals(0, 9), 1_000)
        yield* archive({ incarnation: 1, offset: 9 }, 1, arrivals(10, 19), 2_000)
        expect(yield* archiveStatus).toMatchObject({ messages: 20, blocks: 1, gaps: [] })
        yield* archive({ incarnation: 1, offset: 19 }, 1, arrivals(20, 3_000), 3_000)
        const { blocks, messages, size, stored } = yield* archiveStatus
        expect(messages).toBe(3_001)
        expect(blocks).toBe(4)
        expect(stored).toBeLessThan(size / 5)
        expect((yield* kept).map(({ offset }) => offset)).toEqual(arrivals(0, 3_000).map(({ offset }) => offset))
      })
    )
  )

  it.live("refuses what would be kept twice, or after a hole that another has filled", () =>
    withArchive(() =>
      Effect.gen(function* () {
        yield* archive(undefined, 1, arrivals(0, 9), 1_000)
        const again = yield* Effect.flip(archive(undefined, 1, arrivals(0, 9), 1_000))
        const behind = yield* Effect.flip(archive({ incarnation: 1, offset: 4 }, 1, arrivals(5, 12), 1_000))
        for (const failure of [again, behind])
          expect(failure).toMatchObject({ reason: "Another runner has archived meanwhile" })
        expect((yield* kept).length).toBe(10)
      })
    )
  )

  it.live(
    "tells which messages the stream had dropped before they were archived; the broker's own entries are none",
    () =>
      withArchive(() =>
        Effect.gen(function* () {
          yield* archive(undefined, 1, [arrival(0), arrival(1), arrival(3)], 1_000)
          yield* archive({ incarnation: 1, offset: 3 }, 1, arrivals(5, 6), 1_000)
          expect((yield* archiveStatus).gaps).toEqual([])
          yield* archive({ incarnation: 1, offset: 6 }, 1, [arrival(10), arrival(20)], 2_000)
          expect((yield* archiveStatus).gaps).toMatchObject([
            { firstOffset: 7, lastOffset: 9 },
            { firstOffset: 11, lastOffset: 19 }
          ])
        })
      )
  )

  it.live("sees that the stream was made anew, and tells what may be missing", () =>
    withArchive(({ url }) =>
      Effect.gen(function* () {
        yield* publish(numbered(50))
        const { kill } = yield* archiver
        yield* keptOf(50)
        yield* kill
        yield* publish(numbered(5, 50))
        yield* Effect.promise(async () => {
          const operator = new Connection(Redacted.value(url))
          await operator.queueDelete({ queue: inboundStream })
          await operator.close()
        })
        yield* publish(numbered(60, 100))
        yield* archiver
        const messages = yield* keptOf(110)
        expect(ids(messages)).toEqual([...numbered(50), ...numbered(60, 100)].map(({ messageId }) => messageId))
        expect((yield* archiveStatus).gaps).toMatchObject([{ incarnation: 1, firstOffset: 50, lastOffset: null }])
      })
    )
  )

  it.live("leaves to the unrouted what is of no plant", () =>
    withArchive(() =>
      Effect.gen(function* () {
        const broker = yield* Broker
        yield* publish([publication("lost", { routingKey: "nowhere.OperationStarted" }), publication("found")])
        yield* archiver
        expect(ids(yield* keptOf(1))).toEqual(["found"])
        yield* broker.depth(unroutedQueue).pipe(
          Effect.filterOrFail((depth) => depth === 1),
          Effect.retry(Schedule.spaced(50)),
          Effect.timeout("10 seconds")
        )
        expect(yield* broker.depth(`traveler.in.${ulm}`)).toBe(1)
      })
    )
  )
})
