// Spans as the JSON that Jaeger's page opens by upload. For adapters/telemetry/receiver only.
// Shape: jaeger-ui, packages/jaeger-ui/src/types/trace.ts; the tags are those that Jaeger itself makes of OTLP.
import type { Attributes, Span, Value } from "./otlp.ts"

const kinds = ["", "internal", "server", "client", "producer", "consumer"]

const tag = (key: string, value: Value) => ({
  key,
  type:
    typeof value === "string"
      ? "string"
      : typeof value === "boolean"
        ? "bool"
        : Number.isInteger(value)
          ? "int64"
          : "float64",
  value
})
const tags = (attributes: Attributes) => attributes.map(([key, value]) => tag(key, value))
const micros = (nanos: bigint): number => Number(nanos / 1000n)

const statusTags = ({ statusCode, statusMessage }: Span) => {
  if (statusCode === 0) return []
  const code = [tag("otel.status_code", statusCode === 2 ? "ERROR" : "OK")]
  if (statusMessage !== "") code.push(tag("otel.status_description", statusMessage))
  return statusCode === 2 ? [tag("error", true), ...code] : code
}

const jaegerSpan = (span: Span, processID: string) => ({
  traceID: span.traceId,
  spanID: span.spanId,
  operationName: span.name,
  references: [
    ...(span.parentSpanId === "" ? [] : [{ refType: "CHILD_OF", traceID: span.traceId, spanID: span.parentSpanId }]),
    ...span.links.map(({ traceId, spanId }) => ({ refType: "FOLLOWS_FROM", traceID: traceId, spanID: spanId }))
  ],
  startTime: micros(span.start),
  duration: Math.max(0, micros(span.end) - micros(span.start)),
  tags: [
    ...tags(span.attributes),
    tag("span.kind", kinds[span.kind] ?? ""),
    tag("otel.scope.name", span.scope),
    ...statusTags(span)
  ],
  logs: span.events.map(({ time, name, attributes }) => ({
    timestamp: micros(time),
    fields: [tag("event", name), ...tags(attributes)]
  })),
  processID,
  warnings: null
})

const serviceName = (resource: Attributes): string =>
  String(resource.find(([key]) => key === "service.name")?.[1] ?? "unknown_service")

/** Traces in the order in which their first span is given. */
export const jaegerTraces = (spans: Iterable<Span>) => {
  const data = [...Map.groupBy(spans, ({ traceId }) => traceId)].map(([traceID, members]) => {
    const instances = new Map<string, string>()
    const processes: { [id: string]: { serviceName: string; tags: ReturnType<typeof tags> } } = {}
    const processOf = ({ resource }: Span): string => {
      const instance = JSON.stringify(resource)
      const known = instances.get(instance)
      if (known !== undefined) return known
      const id = `p${instances.size + 1}`
      instances.set(instance, id)
      processes[id] = {
        serviceName: serviceName(resource),
        tags: tags(resource.filter(([key]) => key !== "service.name"))
      }
      return id
    }
    return { traceID, spans: members.map((span) => jaegerSpan(span, processOf(span))), processes, warnings: null }
  })
  return { data, total: data.length, limit: 0, offset: 0, errors: null }
}
