// History reaches a test environment's queue in its order, marked as such, and never the broker that Traveler works on.
import { describe, expect, layer } from "@effect/vitest"
import { Context, Effect, Layer, Redacted, Schedule } from "effect"
import { Connection } from "rabbitmq-client"
import { redact } from "../../../adapters/archive/redact.ts"
import { publishHistory } from "../../../adapters/archive/replay-publish.ts"
import { archive } from "../../../adapters/archive/write.ts"
import { openReplayTarget } from "../../../adapters/rabbitmq/replay-target.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { type VirtualHost, virtualHost } from "../../harness/broker.ts"
import { temporaryTables } from "../../harness/database.ts"
import { type CountedSpan, countingTracer } from "../../projections/journal.ts"
import { arrivalOf, publication } from "./archiving.ts"

interface Got {
  readonly messageId?: string | undefined
  readonly body: string
  readonly replay: unknown
  readonly trace: unknown
}

/** A queue bound to an exchange of a test environment, and all that comes. */
const listening = (url: Redacted.Redacted<string>, exchange: string) =>
  Effect.promise(async () => {
    const connection = new Connection(Redacted.value(url))
    const got: Array<Got> = []
    const consumer = connection.createConsumer(
      {
        queue: "load",
        queueOptions: { exclusive: true },
        exchanges: [{ exchange, type: "topic", durable: true }],
        queueBindings: [{ exchange, routingKey: "#" }],
        qos: { prefetchCount: 1 }
      },
      ({ body, headers, messageId }) =>
        void got.push({
          messageId,
          body: JSON.stringify(body),
          replay: headers?.["traveler-replay"],
          trace: headers?.traceparent
        })
    )
    await new Promise((resolve) => consumer.once("ready", resolve))
    return { got, close: () => consumer.close().then(() => connection.close()) }
  }).pipe((acquire) => Effect.acquireRelease(acquire, ({ close }) => Effect.promise(close)))

const traceparent = `00-${"d".repeat(32)}-${"1".repeat(16)}-01`

const sent = Array.from({ length: 500 }, (_, index) =>
  publication(String(index), {
    traceparent: "no context",
    routingKey: `${index % 2 === 0 ? "ulm" : "graz"}.OperationStarted`
  })
)
const redaction = { reason: "test", by: null, at: 0 }
const always = { from: new Date(0), to: new Date(8.64e15) }

/** The broker that Traveler works on, and that of a test environment. */
class Hosts extends Context.Service<Hosts, { readonly live: VirtualHost; readonly test: VirtualHost }>()(
  "test/Hosts"
) {}
const hosts = Layer.effect(Hosts, Effect.all({ live: virtualHost, test: virtualHost }, { concurrency: 2 }))
const services = Layer.merge(hosts, temporaryTables({ partitions: 1 }))

describe("Sending history again", { timeout: 60_000 }, () => {
  layer(services, { excludeTestServices: true })((it) => {
    it.effect("keeps the order, gives new ids, says so in a header, and counts what it can't send", () =>
      Effect.gen(function* () {
        const { url } = (yield* Hosts).live
        const { got } = yield* listening(url, "load")
        yield* archive(
          undefined,
          1,
          sent.map((one, offset) => arrivalOf(offset, one)),
          1_000
        )
        const late = publication("late", { traceparent })
        yield* archive({ incarnation: 1, offset: 499 }, 1, [arrivalOf(500, late)], 61_000)
        yield* redact([sha256(publication("3").body)], redaction)
        const publish = yield* openReplayTarget(url, url, ["load"])
        const plan = { run: "run1", range: always, speed: 600, targets: ["load"] }
        const spans: Array<CountedSpan> = []
        const summary = yield* publishHistory(plan, publish, () => Effect.void).pipe(
          Effect.provide(countingTracer(spans))
        )
        expect(summary).toEqual({ sent: 500, redacted: 1, leftOut: 0, plants: { ulm: 251, graz: 249 } })
        yield* Effect.suspend(() => (got.length < 500 ? Effect.fail("on its way") : Effect.void)).pipe(
          Effect.retry(Schedule.spaced(20)),
          Effect.timeout("10 seconds")
        )
        const expected = [...sent.filter(({ messageId }) => messageId !== "3"), publication("late")]
        expect(got.map(({ messageId }) => messageId)).toEqual(expected.map(({ messageId }) => `run1/${messageId}`))
        expect(got.map(({ body }) => body)).toEqual(expected.map(({ body }) => body.toString()))
        expect(new Set(got.map(({ replay }) => replay))).toEqual(new Set(["run1"]))
        expect(got.map(({ trace }) => trace).filter((trace) => trace !== undefined)).toEqual([])
        const replay = { name: "replay publish", ended: true }
        expect(spans).toEqual([
          { ...replay, links: [] },
          { ...replay, links: [traceparent] }
        ])
      })
    )

    it.effect(
      "refuses the contract's exchanges of the broker that Traveler works on, whatever its URL looks like",
      () =>
        Effect.gen(function* () {
          const { url } = (yield* Hosts).live
          const disguised = new URL(Redacted.value(url))
          disguised.hostname = disguised.hostname === "localhost" ? "127.0.0.1" : "localhost"
          const same = Redacted.make(disguised.href)
          for (const exchange of ["mes.events", "erp.events", "traveler.commands", "traveler.dead", "", "amq.topic"]) {
            const failure = yield* Effect.flip(openReplayTarget(same, url, ["load", exchange]))
            expect(failure).toMatchObject({ _tag: "BusinessRuleViolation", field: "to", value: exchange })
          }
        })
    )

    it.effect("sends to them in another virtual host, which is a test environment; one that isn't there is told", () =>
      Effect.gen(function* () {
        const { live, test } = yield* Hosts
        yield* listening(test.url, "mes.events")
        yield* openReplayTarget(test.url, live.url, ["mes.events"])
        const failure = yield* Effect.flip(openReplayTarget(test.url, live.url, ["mes.events", "nowhere"]))
        expect(failure).toMatchObject({ _tag: "TechnicalFailure", field: "exchange nowhere", value: "NOT_FOUND" })
      })
    )
  })
})
