// Links to Jaeger's page: one trace, and all that touched an order or a lot. The one place that makes them. Used by
// `order show`, `lot show` and `replay`.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { attribute, serviceName } from "../telemetry/names.ts"
import { traceId } from "./history.ts"

export interface TraceLink {
  readonly trace: string
  readonly url: string
}

/** All traces of a subject, and where Jaeger finds those that the journal can't name: of reactions, of retries. */
export interface TraceLinks {
  readonly search: string
  readonly traces: ReadonlyArray<TraceLink>
}

/** What a search by tags is about, such as `{ "traveler.lot.id": "L-1001" }`. */
type Tags = Partial<Record<(typeof attribute)[keyof typeof attribute], string>>

export const orderTags = (plant: string, order: string): Tags => ({
  [attribute.orderId]: order,
  [attribute.plantId]: plant
})
export const lotTags = (lot: string): Tags => ({ [attribute.lotId]: lot })

/** A span begins before what it made durable was recorded; a posting or a retry follows after. */
const marginMillis = 60 * 60 * 1_000
/** What Jaeger's page gives at most, by jaeger/ui.json. */
const limit = 1_500

export const traceLink = (page: string, trace: string): TraceLink => ({
  trace,
  url: `${page.replace(/\/$/, "")}/trace/${trace}`
})

const searchLink = (page: string, tags: Tags, from: number, to: number): string => {
  const query = new URLSearchParams({
    service: serviceName,
    tags: JSON.stringify(tags),
    lookback: "custom",
    // Microseconds since 1970.
    start: `${(from - marginMillis) * 1_000}`,
    end: `${(to + marginMillis) * 1_000}`,
    limit: `${limit}`
  })
  return `${page.replace(/\/$/, "")}/search?${query}`
}

/** Of a stream with at least one event, by the traces that its events and its documents keep; each once. */
export const traceLinks = (
  page: string,
  tags: Tags,
  events: ReadonlyArray<RecordedEvent>,
  documents: ReadonlyArray<{ readonly traceparent: string | null }> = []
): TraceLinks => {
  const contexts = [...events.map(({ metadata }) => metadata.traceparent), ...documents.map((row) => row.traceparent)]
  const traces = new Set(contexts.flatMap((context) => traceId(context) ?? []))
  return {
    search: searchLink(page, tags, events[0]?.recordedAt ?? 0, events.at(-1)?.recordedAt ?? 0),
    traces: Array.from(traces, (trace) => traceLink(page, trace))
  }
}

export const traceLines = ({ search, traces }: TraceLinks): ReadonlyArray<string> => [
  `All that touched it: ${search}`,
  ...traces.map(({ url }) => `  ${url}`)
]
