import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { resourceAttribute, schemaUrl, serviceName } from "../../../adapters/telemetry/names.ts"
import { SpanQueue } from "../../../adapters/telemetry/span-queue.ts"
import { requestHead } from "../../../adapters/telemetry/span-writer.ts"
import { makeTracer } from "../../../adapters/telemetry/tracer.ts"
import { Tracer } from "../../../core/port/tracer.ts"
import { officialSpans, type ReceivedSpan } from "../../harness/otlp.ts"
import { assertTraces } from "../../harness/traces.ts"
import { deliveries, handle } from "./delivery.ts"

const messages = deliveries(10)

const good = Effect.gen(function* () {
  const queue = new SpanQueue(
    requestHead({
      resource: [
        [resourceAttribute.serviceName, serviceName],
        [resourceAttribute.serviceInstanceId, "test-1"]
      ],
      scope: serviceName,
      schemaUrl
    })
  )
  const tracer = makeTracer(queue, () => undefined)
  yield* Effect.provideService(handle(messages), Tracer, tracer)
  queue.seal()
  return officialSpans(queue.next()?.bytes ?? new Uint8Array(0))
})

/** Each makes one thing wrong with a process span that has a sender. */
const flaws: { readonly [flaw: string]: (span: ReceivedSpan) => ReceivedSpan } = {
  "another name": (span) => ({ ...span, name: "process something" }),
  "another kind": (span) => ({ ...span, kind: 1 }),
  "no parent": (span) => ({ ...span, parentSpanId: "" }),
  "another parent": (span) => ({ ...span, parentSpanId: "1".repeat(16) }),
  "no link": (span) => ({ ...span, links: [] }),
  "an id of zeros": (span) => ({ ...span, spanId: "0".repeat(16) }),
  "an end before its start": (span) => ({ ...span, end: span.start - 1n }),
  "another plant": (span) => ({ ...span, attributes: { ...span.attributes, "traveler.plant.id": "york" } }),
  "an unknown attribute": (span) => ({ ...span, attributes: { ...span.attributes, "traveler.unheard.of": 1 } }),
  "no decision": (span) => ({ ...span, events: span.events.slice(1) }),
  "no resource": (span) => ({ ...span, resource: {} }),
  "an error without its type": (span) => ({ ...span, statusCode: 2 }),
  "no sampling": (span) => ({ ...span, flags: 0x300 })
}

describe("the assertions on traces", () => {
  it.effect("hold for what the tracer makes", () => Effect.map(good, (spans) => assertTraces(spans, messages)))

  it.effect.each(Object.entries(flaws))("tell %s", ([, spoil]) =>
    Effect.map(good, (spans) => {
      const at = spans.findIndex(({ parentSpanId, kind }) => parentSpanId !== "" && kind === 5)
      const spoiled = spans.map((span, index) => (index === at ? spoil(span) : span))
      expect(at).toBeGreaterThanOrEqual(0)
      expect(() => assertTraces(spoiled, messages)).toThrow("flaws")
    })
  )

  it.effect("tell a missing span, one too many, and work whose cause is not there", () =>
    Effect.map(good, (spans) => {
      const process = spans.filter(({ kind }) => kind === 5)
      expect(() => assertTraces(process.slice(1), messages)).toThrow("1 deliveries without their process span")
      expect(() => assertTraces(spans, messages.slice(1))).toThrow("process spans")
      expect(() =>
        assertTraces(
          spans.filter((span) => span !== process[0]),
          messages
        )
      ).toThrow("was not received")
    })
  )

  it.effect("forgive after a kill what a kill may cost, and no more", () =>
    Effect.map(good, (spans) => {
      expect(() => assertTraces(spans.slice(2), messages, { missing: 2 })).not.toThrow()
      expect(() => assertTraces(spans, messages.slice(0, 5), { missing: 0 })).toThrow("no such delivery")
      const process = spans.filter(({ kind }) => kind === 5)
      expect(() => assertTraces(process.slice(2), messages, { missing: 1 })).toThrow("2 deliveries")
    })
  )
})
