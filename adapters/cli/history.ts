// A stream's history, event by event: in words, and for machines. Used by `order show` and `lot show`.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { describeEvent } from "./describe-event.ts"

export const traceId = (traceparent: string | undefined | null): string | undefined => traceparent?.split("-")[1]

export const historyLine = (event: RecordedEvent): string => {
  const { metadata, recordedAt, version } = event
  const trace = traceId(metadata.traceparent)
  return [
    `${String(version).padStart(4)}  ${metadata.occurredAt}  ${describeEvent(event)}`,
    `      recorded ${new Date(recordedAt).toISOString()}, message ${metadata.messageId} of ${metadata.source}${trace === undefined ? "" : `, trace ${trace}`}`
  ].join("\n")
}

export const historyEntry = (event: RecordedEvent) => ({
  version: event.version,
  type: event.type,
  occurredAt: event.metadata.occurredAt,
  recordedAt: new Date(event.recordedAt).toISOString(),
  source: event.metadata.source,
  messageId: event.metadata.messageId,
  /** Of the message as it came, which the archive has under it. */
  digest: event.metadata.digest,
  trace: traceId(event.metadata.traceparent),
  data: event.data
})
