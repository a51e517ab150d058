// Links to Jaeger's page: one trace, and all that touched an order or a lot. The one place that makes them. Used by
// `order show`, `lot show` and `replay`.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { traceIdOf } from "./context.ts"
import { attribute, serviceName } from "./names.ts"

export interface TraceLink {
  readonly trace: string
  readonly url: string
}

/** All traces of a subject, and where Jaeger finds those that the journal can't name: of reactions, of retries. */
export interface TraceLinks {
  /** Absent for what no span names: a work center. */
  readonly search?: string
  readonly traces: ReadonlyArray<TraceLink>
}

/** What a search by tags is about, such as `{ "traveler.lot.id": "L-1001" }`. */
export type Tags = Partial<Record<(typeof attribute)[keyof typeof attribute], string>>

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

/** From when to when they were recorded; by the plant's time they may stand in another order. */
const times = (events: ReadonlyArray<RecordedEvent>): { readonly from: number; readonly to: number } =>
  events.reduce(
    ({ from, to }, { recordedAt }) => ({ from: Math.min(from, recordedAt), to: Math.max(to, recordedAt) }),
    { from: Number.MAX_SAFE_INTEGER, to: 0 }
  )

const searchLink = (page: string, tags: Tags, { from, to }: { readonly from: number; readonly to: number }): string => {
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
  tags: Tags | undefined,
  events: ReadonlyArray<RecordedEvent>,
  documents: ReadonlyArray<{ readonly traceparent: string | null }> = []
): TraceLinks => {
  const contexts = [...events.map(({ metadata }) => metadata.traceparent), ...documents.map((row) => row.traceparent)]
  const traces = new Set(contexts.flatMap((context) => (context ? traceIdOf(context) : [])))
  return {
    ...(tags === undefined ? {} : { search: searchLink(page, tags, times(events)) }),
    traces: Array.from(traces, (trace) => traceLink(page, trace))
  }
}

export const traceLines = ({ search, traces }: TraceLinks): ReadonlyArray<string> => [
  ...(search === undefined ? [] : [`All that touched it: ${search}`]),
  ...traces.map(({ url }) => `  ${url}`)
]
