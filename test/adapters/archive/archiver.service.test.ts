// What the archive promises: everything that comes in is kept as it came, in its order, once; and what isn't is told.
import { PgClient } from "@effect/sql-pg"
import { describe, expect, layer } from "@effect/vitest"
import { Effect, Fiber, Redacted, Schedule } from "effect"
import { Connection } from "rabbitmq-client"
import { archivedByDigest, archiveStatus } from "../../../adapters/archive/queries.ts"
import { unroutedQueue } from "../../../adapters/rabbitmq/topology.ts"
import { encode } from "../../../core/journal/codec.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { Broker, inboundQueue, type Publication } from "../../../core/port/broker.ts"
import { inboundStream } from "../../../core/port/inbound-stream.ts"
import { archiver, Host, ids, kept, keptOf, numbered, publication, publish, services, ulm } from "./archiving.ts"

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

const decision = publication("decision", { exchange: "traveler.commands", routingKey: "traveler.ExceptionWaived" })

/** One broker and one archive for all, each case after the one before: what they count is what is there so far. */
describe("The archive of a broker", { timeout: 60_000 }, () => {
  layer(services, { excludeTestServices: true })((it) => {
    it.effect("keeps every byte and every property of what plants, ERPs and people send, in order", () =>
      Effect.gen(function* () {
        yield* archiver
        yield* Broker.use((broker) => broker.declareCommands)
        const sent = [...odd, whole, decision]
        yield* publish(sent)
        const messages = yield* keptOf(sent.length)
        const asText = (bytes: Uint8Array = new Uint8Array()) => Buffer.from(bytes).toString("hex")
        expect(messages.map(({ body, envelope }) => [envelope.messageId, asText(body)])).toEqual(
          sent.map(({ body, messageId }) => [messageId, asText(body)])
        )
        const { body: _body, ...properties } = whole
        expect(messages.at(-2)?.envelope).toEqual({ ...properties, plant: "ulm", queue: "traveler.in.ulm" })
        expect(messages.at(-1)?.envelope).toMatchObject({ plant: "traveler", queue: "traveler.in.commands" })
      })
    )

    it.effect("leaves what is of no plant to the unrouted", () =>
      Effect.gen(function* () {
        yield* archiver
        const broker = yield* Broker
        const waiting = yield* broker.depth(inboundQueue(ulm))
        const before = (yield* kept).length
        yield* publish([publication("lost", { routingKey: "nowhere.OperationStarted" }), publication("found")])
        expect(ids(yield* keptOf(before + 1)).slice(before)).toEqual(["found"])
        yield* broker.depth(unroutedQueue).pipe(
          Effect.filterOrFail((depth) => depth === 1),
          Effect.retry(Schedule.spaced(50)),
          Effect.timeout("10 seconds")
        )
        expect(yield* broker.depth(inboundQueue(ulm))).toBe(waiting + 1)
      })
    )

    it.effect("finds a message by its hash, as often as it came; the journal finds it, too", () =>
      Effect.gen(function* () {
        yield* archiver
        const sql = yield* PgClient.PgClient
        const journal = yield* Journal
        const before = (yield* kept).length
        yield* publish([...numbered(300), ...numbered(1, 7)])
        yield* keptOf(before + 301)
        const seventh = sha256(publication("7").body)
        expect(ids(yield* archivedByDigest(sql, seventh))).toEqual(["7", "7"])
        expect(Buffer.from((yield* journal.raw(seventh)) ?? []).equals(publication("7").body)).toBe(true)
        const never = sha256(Buffer.from("never sent"))
        expect(yield* archivedByDigest(sql, never)).toEqual([])
        expect(yield* journal.raw(never)).toBeUndefined()
      })
    )

    it.effect("loses nothing and keeps nothing twice, however often an archiver is killed, and with two at once", () =>
      Effect.gen(function* () {
        const before = (yield* kept).length
        const sent = numbered(4_000, 1_000)
        const parts = Array.from({ length: 20 }, (_, part) => sent.slice(part * 200, (part + 1) * 200))
        const sending = yield* Effect.forkChild(Effect.forEach(parts, publish))
        for (const millis of [5, 40, 90, 20, 60, 130]) {
          const { kill } = yield* archiver
          yield* Effect.sleep(millis)
          yield* kill
        }
        yield* archiver
        yield* archiver
        yield* Fiber.join(sending)
        expect(ids(yield* keptOf(before + sent.length)).slice(before)).toEqual(sent.map(({ messageId }) => messageId))
        expect((yield* archiveStatus).gaps).toEqual([])
      })
    )

    it.effect("makes the stream anew where somebody deletes it, tells what may be missing, and goes on", () =>
      Effect.gen(function* () {
        const { url } = yield* Host
        const broker = yield* Broker
        const before = yield* kept
        yield* publish(numbered(5, 50_000))
        yield* Effect.promise(async () => {
          const operator = new Connection(Redacted.value(url))
          await operator.queueDelete({ queue: inboundStream })
          await operator.close()
        })
        yield* archiver
        // What comes before the plant's binding is there again goes to its inbox alone.
        const probed = Effect.andThen(broker.publish([publication("probe")]), kept).pipe(
          Effect.filterOrFail(({ length }) => length > before.length),
          Effect.retry(Schedule.spaced(200)),
          Effect.timeout("30 seconds")
        )
        yield* probed
        const sent = numbered(10, 60_000)
        yield* broker.publish(sent)
        const isLast = (messages: Effect.Success<typeof kept>) => messages.at(-1)?.envelope.messageId === "60009"
        const messages = yield* kept.pipe(
          Effect.filterOrFail(isLast),
          Effect.retry(Schedule.spaced(50)),
          Effect.timeout("20 seconds")
        )
        expect(ids(messages).slice(0, before.length)).toEqual(ids(before))
        expect(ids(messages.slice(before.length)).filter((id) => id !== "probe")).toEqual(
          sent.map(({ messageId }) => messageId)
        )
        const firstOffset = (before.at(-1)?.offset ?? 0) + 1
        expect((yield* archiveStatus).gaps).toMatchObject([{ incarnation: 1, firstOffset, lastOffset: null }])
      })
    )
  })
})
