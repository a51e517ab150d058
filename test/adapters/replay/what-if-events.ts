// Events of an order for the tests of names. Used by the test beside it.
import type { RecordedEvent } from "../../../core/journal/event.ts"
import type { StreamName } from "../../../core/journal/stream.ts"
import { MessageId, OperationId, OrderId, Source } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"

export const orderEvent = (stream: StreamName, version: number, messageId: string): RecordedEvent => ({
  partition: 0,
  offset: version,
  stream,
  version,
  recordedAt: 0,
  hash: new Uint8Array(32),
  part: 0,
  metadata: {
    source: Source.make("ulm/mes.events/mes"),
    messageId: MessageId.make(messageId),
    digest: new Uint8Array(32),
    queue: "traveler.in.ulm",
    occurredAt: OccurredAt.make("2026-11-23T06:00:00Z")
  },
  type: "OperationStarted",
  data: { orderId: OrderId.make("4711"), operationId: OperationId.make("10") }
})
