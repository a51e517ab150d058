import { type SpanContext, SpanKind, SpanStatusCode } from "@opentelemetry/api"
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base"
import fc from "fast-check"
import { JsonTraceSerializer, ProtobufTraceSerializer } from "otlp-protobuf-official"
import { describe, expect, it } from "vitest"
import { countSpans, spans } from "../../../adapters/telemetry/receiver/otlp.ts"
import {
  attributeKey,
  eventName,
  requestHead,
  SpanWriter,
  spanHead,
  valueLimit
} from "../../../adapters/telemetry/span-writer.ts"
import { officialSpans } from "../../harness/otlp.ts"

const scope = "traveler"
const schemaUrl = "https://opentelemetry.io/schemas/1.45.0"
const resource = [
  ["service.name", "traveler"],
  ["service.instance.id", "π-1"]
] as const
const writer = () => new SpanWriter(requestHead({ resource, scope, schemaUrl }))

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: length, maxLength: length })
    .map((digits) => digits.join(""))
    .filter((id) => !/^0+$/.test(id))
const text = fc.string({ unit: fc.constantFrom("a", "Z", "0", " ", "\n", "\u0000", "é", "漢", "😀"), maxLength: 300 })
const micros = fc.integer({ min: 1, max: 8_000_000_000_000_000 })

const span = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  parent: fc.option(fc.record({ spanId: hex(16), isRemote: fc.boolean() }), { nil: undefined }),
  name: text,
  kind: fc.integer({ min: 1, max: 5 }),
  start: micros,
  end: micros,
  constants: fc.array(text, { maxLength: 3 }),
  attributes: fc.array(fc.oneof(text, fc.nat()), { maxLength: 8 }),
  events: fc.array(fc.record({ name: fc.constantFrom("decided", "appended"), time: micros }), { maxLength: 3 }),
  links: fc.array(fc.record({ traceId: hex(32), spanId: hex(16), flags: fc.nat(255), isRemote: fc.boolean() }), {
    maxLength: 20
  }),
  droppedLinks: fc.nat(5000),
  failed: fc.boolean()
})
type Sample = typeof span extends fc.Arbitrary<infer A> ? A : never

const contextOf = (traceId: string, spanId: string, flags = 1) =>
  `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, "0")}`

const write = (out: SpanWriter, sample: Sample) => {
  const constants = sample.constants.map((value, index) => [`constant.${index}`, value] as const)
  const parent = sample.parent === undefined ? undefined : contextOf(sample.traceId, sample.parent.spanId)
  const context = contextOf(sample.traceId, sample.spanId)
  out.start(context, parent, sample.parent?.isRemote ?? false, spanHead(sample.name, sample.kind, constants))
  out.times(sample.start, sample.end)
  sample.attributes.forEach((value, index) => {
    out.attribute(attributeKey(`attribute.${index}`), value)
  })
  for (const { name, time } of sample.events) out.event(eventName(name), time)
  for (const { traceId, spanId, flags, isRemote } of sample.links) out.link(contextOf(traceId, spanId, flags), isRemote)
  if (sample.droppedLinks > 0) out.droppedLinks(sample.droppedLinks)
  if (sample.failed) out.failed()
  out.finish()
}

const nanos = (micros: number) => BigInt(micros) * 1000n
const remote = (isRemote: boolean) => (isRemote ? 0x300 : 0)
const expected = (sample: Sample) => ({
  resource: Object.fromEntries(resource),
  scope,
  schemaUrl,
  traceId: sample.traceId,
  spanId: sample.spanId,
  parentSpanId: sample.parent?.spanId ?? "",
  name: sample.name,
  kind: sample.kind,
  start: nanos(sample.start),
  end: nanos(sample.end),
  attributes: Object.fromEntries([
    ...sample.constants.map((value, index) => [`constant.${index}`, value]),
    ...sample.attributes.map((value, index) => [`attribute.${index}`, value])
  ]),
  events: sample.events.map(({ name, time }) => ({ name, time: nanos(time), attributes: {} })),
  links: sample.links.map(({ traceId, spanId, flags, isRemote }) => ({
    traceId,
    spanId,
    flags: flags | remote(isRemote)
  })),
  droppedLinks: sample.droppedLinks,
  statusCode: sample.failed ? 2 : 0,
  flags: 1 | remote(sample.parent?.isRemote ?? false)
})

describe("spans written as protobuf", () => {
  it("are read back whole by the official protobuf, in batches of any size", () => {
    fc.assert(
      fc.property(fc.array(fc.array(span, { maxLength: 10 }), { maxLength: 3 }), (batches) => {
        const out = writer()
        for (const batch of batches) {
          for (const sample of batch) write(out, sample)
          const { bytes, spans } = out.take()
          expect(spans).toBe(batch.length)
          expect(officialSpans(bytes)).toEqual(batch.map(expected))
        }
      })
    )
  })

  it("are read alike by the receiver's own reader", () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 10 }), (samples) => {
        const out = writer()
        for (const sample of samples) write(out, sample)
        const { bytes } = out.take()
        const official = officialSpans(bytes)
        expect(countSpans(bytes)).toBe(official.length)
        expect(
          [...spans(bytes)].map(({ resource, attributes, events, links, statusMessage, ...same }) => ({
            ...same,
            resource: Object.fromEntries(resource),
            attributes: Object.fromEntries(attributes),
            events: events.map((event) => ({ ...event, attributes: Object.fromEntries(event.attributes) })),
            links: links.map(({ traceId, spanId }) => ({ traceId, spanId }))
          }))
        ).toEqual(
          official.map(({ schemaUrl, flags, droppedLinks, links, ...same }) => ({
            ...same,
            links: links.map(({ traceId, spanId }) => ({ traceId, spanId }))
          }))
        )
      })
    )
  })

  it("say what OpenTelemetry's SDK says of the same span, in its protobuf and its JSON", () => {
    fc.assert(
      fc.property(span, (sample) => {
        const out = writer()
        write(out, sample)
        const [ours] = officialSpans(out.take().bytes)
        const sdk = sdkSpan(sample)
        const [theirs] = officialSpans(ProtobufTraceSerializer.serializeRequest([sdk]) ?? new Uint8Array(0))
        // The SDK always says whether a context came from elsewhere; we don't for those that came by the journal.
        const flags = (flags: number | undefined) => ((flags ?? 0) & 0x200 ? flags : (flags ?? 0) & 0xff)
        const comparable = (span: typeof ours) => ({
          ...span,
          flags: flags(span?.flags),
          links: span?.links.map((link) => ({ ...link, flags: flags(link.flags) }))
        })
        expect(comparable(ours)).toEqual(comparable(theirs))
        const [json] = spans(JsonTraceSerializer.serializeRequest([sdk]) ?? new Uint8Array(0))
        expect(json?.attributes).toEqual(Object.entries(theirs?.attributes ?? {}))
        expect([json?.traceId, json?.spanId, json?.name, json?.start]).toEqual([
          theirs?.traceId,
          theirs?.spanId,
          theirs?.name,
          theirs?.start
        ])
      })
    )
  })

  it("cut values that are too long, and count only whole numbers from zero", () => {
    const out = writer()
    out.start(contextOf("1".repeat(32), "2".repeat(16)), undefined, false, spanHead("append", 1, []))
    out.times(1, 2)
    out.attribute(attributeKey("long"), "é".repeat(100_000))
    out.attribute(attributeKey("count"), 1e300)
    out.attribute(attributeKey("negative"), -1)
    out.finish()
    const [span] = officialSpans(out.take().bytes)
    expect(span?.attributes).toEqual({ long: "é".repeat(valueLimit), count: 0x7fffffff, negative: 0 })
  })

  it("fill a batch by number and by size", () => {
    const small = writer()
    const large = writer()
    let inSmall = 0
    let inLarge = 0
    const one = (out: SpanWriter, links: number) => {
      out.start(contextOf("1".repeat(32), "2".repeat(16)), undefined, false, spanHead("append", 1, []))
      out.times(1, 2)
      for (let link = 0; link < links; link++) out.link(contextOf("3".repeat(32), "4".repeat(16)), false)
      out.finish()
    }
    for (; !small.isFull; inSmall++) one(small, 0)
    for (; !large.isFull; inLarge++) one(large, 1000)
    expect(inSmall).toBe(4096)
    expect(inLarge).toBeLessThan(200)
    expect(countSpans(large.take().bytes)).toBe(inLarge)
  })
})

const sdkSpan = (sample: Sample): ReadableSpan => {
  const hrTime = (micros: number): [number, number] => [Math.trunc(micros / 1e6), (micros % 1e6) * 1000]
  const context = (traceId: string, spanId: string, traceFlags: number, isRemote: boolean): SpanContext => ({
    traceId,
    spanId,
    traceFlags,
    isRemote
  })
  const kinds = [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER]
  const { parent } = sample
  return {
    name: sample.name,
    kind: kinds[sample.kind - 1] ?? SpanKind.INTERNAL,
    spanContext: () => context(sample.traceId, sample.spanId, 1, false),
    ...(parent === undefined ? {} : { parentSpanContext: context(sample.traceId, parent.spanId, 1, parent.isRemote) }),
    startTime: hrTime(sample.start),
    endTime: hrTime(sample.end),
    status: { code: sample.failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: expected(sample).attributes,
    links: sample.links.map(({ traceId, spanId, flags, isRemote }) => ({
      context: context(traceId, spanId, flags, isRemote)
    })),
    events: sample.events.map(({ name, time }) => ({ name, time: hrTime(time), attributes: {} })),
    duration: [0, 0],
    ended: true,
    resource: {
      attributes: Object.fromEntries(resource),
      merge: () => sdkSpan(sample).resource,
      getRawAttributes: () => [...resource].map(([key, value]) => [key, value])
    },
    instrumentationScope: { name: scope, schemaUrl },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: sample.droppedLinks
  }
}
