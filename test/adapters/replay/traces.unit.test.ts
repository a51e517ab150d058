// A replay leaves a trace of its own, linked to the traces of then, so that Jaeger shows both.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { orderTags, traceLinks } from "../../../adapters/telemetry/jaeger.ts"
import { startReceiver } from "../../../adapters/telemetry/receiver/start.ts"
import { Telemetry } from "../../../adapters/telemetry/telemetry.ts"
import { TechnicalFailure } from "../../../core/failure.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { OperationId, OrderId } from "../../../core/plant/identifiers.ts"
import { Tracer } from "../../../core/port/tracer.ts"
import { tracedReplay } from "../../../core/traced-batch.ts"
import { receivedSpans } from "../../harness/otlp.ts"
import { assertTraces } from "../../harness/traces.ts"
import { order, Writer } from "../../projections/events.ts"

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "traveler-replay-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const about = { orderId: OrderId.make("4711"), operationId: OperationId.make("10") }
const historyOf = (count: number): ReadonlyArray<RecordedEvent> => {
  const writer = new Writer()
  for (let index = 0; index < count; index++) writer.write(order("4711"), { type: "OperationStarted", data: about })
  return writer.events
}
const traceOf = ({ metadata }: RecordedEvent): string | undefined => metadata.traceparent?.split("-")[1]

/** The same events, each of a message whose span this run has made. */
const tracedBefore = (events: ReadonlyArray<RecordedEvent>) =>
  Effect.map(Tracer, (tracer) =>
    events.map((event) => {
      const span = tracer.batch("append", [], {})
      span.end()
      return { ...event, metadata: { ...event.metadata, traceparent: span.traceparent } }
    })
  )

/** A replay of traced events, and its spans as an endpoint received them beside theirs. */
const received = Effect.fnUntraced(function* (
  count: number,
  replay: (events: ReadonlyArray<RecordedEvent>) => Effect.Effect<unknown, never, Tracer>
) {
  const file = join(yield* directory, "traces.json")
  const { endpoint } = yield* startReceiver({ file, port: 0 })
  const events = yield* tracedBefore(historyOf(count)).pipe(
    Effect.tap(replay),
    Effect.provide(Telemetry.layer({ endpoint, instance: "test-1" }))
  )
  const spans = receivedSpans(file)
  assertTraces(spans, [])
  return { events, spans: spans.filter(({ name }) => name.startsWith("replay ")) }
})

it.live("one span for a stream, in a trace of its own, linked to every message whose events it replays", () =>
  Effect.gen(function* () {
    const { events, spans } = yield* received(20, (events) =>
      tracedReplay("order", events, { orderId: "4711", plantId: "plant-1" }, Effect.void)
    )
    expect(spans).toHaveLength(1)
    expect(spans[0]).toMatchObject({
      name: "replay order",
      parentSpanId: "",
      attributes: { "traveler.order.id": "4711", "traveler.plant.id": "plant-1", "traveler.events": 20 }
    })
    expect(spans[0]?.links.map(({ traceId }) => traceId)).toEqual(events.map(traceOf))
    expect(events.map(traceOf)).not.toContain(spans[0]?.traceId)
  }).pipe(Effect.scoped)
)

it.live("as many spans as the links need where a stream is long, none lost; what fails is told", () =>
  Effect.gen(function* () {
    const failure = new TechnicalFailure({ field: "view", value: "orders", reason: "Away", nextStep: "Wait" })
    const { events, spans } = yield* received(2_500, (events) =>
      Effect.flip(tracedReplay("lot", events, { lotId: "L-1" }, Effect.fail(failure)))
    )
    expect(spans).toHaveLength(3)
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3)
    const linked = spans.flatMap(({ links }) => links.map(({ traceId }) => traceId))
    expect(new Set(linked)).toEqual(new Set(events.map(traceOf)))
    for (const { attributes } of spans) {
      expect(attributes).toMatchObject({ "traveler.lot.id": "L-1", "error.type": "TechnicalFailure" })
    }
  }).pipe(Effect.scoped)
)

it("links lead to each trace once, and to a search by order that is wide enough for what came after", () => {
  const events = historyOf(3)
  const twice = [...events, ...events.slice(0, 1)]
  const documents = [{ traceparent: `00-${"d".repeat(32)}-${"1".repeat(16)}-01` }, { traceparent: null }]
  const { search, traces } = traceLinks("http://jaeger.local/ui/", orderTags("plant-1", "4711"), twice, documents)
  const ids = [...events.map((event) => traceOf(event) ?? ""), "d".repeat(32)]
  expect(traces).toEqual(ids.map((trace) => ({ trace, url: `http://jaeger.local/ui/trace/${trace}` })))
  const url = new URL(search ?? "")
  expect(url.pathname).toBe("/ui/search")
  expect(url.searchParams.get("service")).toBe("traveler")
  expect(JSON.parse(url.searchParams.get("tags") ?? "")).toEqual({
    "traveler.order.id": "4711",
    "traveler.plant.id": "plant-1"
  })
  expect(Number(url.searchParams.get("start"))).toBeLessThan((events[0]?.recordedAt ?? 0) * 1_000)
  expect(Number(url.searchParams.get("end"))).toBeGreaterThan((events[2]?.recordedAt ?? 0) * 1_000)
})
