// Reads received spans by the official protobuf: the code that OpenTelemetry generated from its own .proto files. Shares
// nothing with adapters/telemetry. For tests and bench.
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"

export type Attributes = { readonly [name: string]: string | number | boolean }

export interface ReceivedSpan {
  readonly resource: Attributes
  readonly scope: string
  readonly schemaUrl: string
  readonly traceId: string
  readonly spanId: string
  /** Empty for a root. */
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
  /** Nanoseconds since 1970. */
  readonly start: bigint
  readonly end: bigint
  readonly attributes: Attributes
  readonly events: ReadonlyArray<{ readonly name: string; readonly time: bigint; readonly attributes: Attributes }>
  readonly links: ReadonlyArray<{ readonly traceId: string; readonly spanId: string; readonly flags: number }>
  readonly droppedLinks: number
  readonly statusCode: number
  readonly flags: number
}

interface KeyValue {
  readonly key: string
  readonly value: {
    readonly stringValue?: string
    readonly intValue?: string
    readonly boolValue?: boolean
    readonly doubleValue?: number
  }
}
interface OfficialSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: ReadonlyArray<KeyValue>
  readonly events: ReadonlyArray<{
    readonly timeUnixNano: string
    readonly name: string
    readonly attributes: ReadonlyArray<KeyValue>
  }>
  readonly links: ReadonlyArray<{ readonly traceId: string; readonly spanId: string; readonly flags: number }>
  readonly droppedLinksCount: number
  readonly status?: { readonly code: number }
  readonly flags: number
}
interface OfficialRequest {
  readonly resourceSpans: ReadonlyArray<{
    readonly resource: { readonly attributes: ReadonlyArray<KeyValue> }
    readonly scopeSpans: ReadonlyArray<{
      readonly scope: { readonly name: string }
      readonly spans: ReadonlyArray<OfficialSpan>
      readonly schemaUrl: string
    }>
  }>
}
interface OfficialType {
  readonly decode: (bytes: Uint8Array) => object
  readonly toObject: (message: object, options: object) => OfficialRequest
}

const Request: OfficialType = createRequire(import.meta.url)("otlp-protobuf-official/build/src/generated/root")
  .opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest

const hex = (base64: string): string => Buffer.from(base64, "base64").toString("hex")

const plain = (attributes: ReadonlyArray<KeyValue>): Attributes =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? value.doubleValue ?? Number(value.intValue)
    ])
  )

/** All spans of one export request. */
export const officialSpans = (request: Uint8Array): ReadonlyArray<ReceivedSpan> => {
  const { resourceSpans } = Request.toObject(Request.decode(request), {
    arrays: true,
    bytes: String,
    longs: String,
    defaults: true
  })
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans, schemaUrl }) =>
      spans.map((span) => ({
        resource: plain(resource.attributes),
        scope: scope.name,
        schemaUrl,
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: hex(span.parentSpanId),
        name: span.name,
        kind: span.kind,
        start: BigInt(span.startTimeUnixNano),
        end: BigInt(span.endTimeUnixNano),
        attributes: plain(span.attributes),
        events: span.events.map(({ name, timeUnixNano, attributes }) => ({
          name,
          time: BigInt(timeUnixNano),
          attributes: plain(attributes)
        })),
        links: span.links.map(({ traceId, spanId, flags }) => ({ traceId: hex(traceId), spanId: hex(spanId), flags })),
        droppedLinks: span.droppedLinksCount,
        statusCode: span.status?.code ?? 0,
        flags: span.flags
      }))
    )
  )
}

/** All spans that a receiver started with this `file` has kept (`startReceiver`), oldest first. */
export const receivedSpans = (file: string): ReadonlyArray<ReceivedSpan> =>
  [`${file}.otlp.1`, `${file}.otlp`].filter(existsSync).flatMap((path) => {
    const bytes = readFileSync(path)
    const spans: Array<ReceivedSpan> = []
    for (let at = 0; at + 4 <= bytes.length; ) {
      const end = at + 4 + bytes.readUInt32BE(at)
      spans.push(...officialSpans(bytes.subarray(at + 4, end)))
      at = end
    }
    return spans
  })
