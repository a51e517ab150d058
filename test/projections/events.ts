// Writes a history as the partitions would: each event is packed and unpacked on the way, as a journal does it.
// For the tests of projections alone.
import { Schema } from "effect"
import { type AnyEvent, eventSchemas } from "../../core/event/catalogue.ts"
import { encode } from "../../core/journal/codec.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { recordedEvent } from "../../core/journal/recorded.ts"
import { orderStream, partitionOf, type StreamName } from "../../core/journal/stream.ts"
import type { CaseSubject } from "../../core/message/exception.ts"
import type { MessageMetadata } from "../../core/message/metadata.ts"
import { fromText } from "../../core/plant/decimal.ts"
import { MessageId, OrderId, PlantId, Source } from "../../core/plant/identifiers.ts"
import { Unit } from "../../core/plant/quantity.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import type { History } from "./journal.ts"

export const plant = PlantId.make("plant-1")
export const order = (name: string) => orderStream(plant, OrderId.make(name))
export const quantity = (value: string, unit = "EA") => ({ value: fromText(value), unit: Unit.make(unit) })
/** Who sends unless a test says otherwise. */
const mes = "plant-1/mes.events/mes"
const start = Date.parse("2026-11-23T06:00:00Z")
/** Minutes after six in the morning. */
export const at = (minute: number) => OccurredAt.make(new Date(start + minute * 60_000).toISOString())

const validOf = (type: AnyEvent["type"]) => Schema.is(eventSchemas[type])

export const failure = {
  class: "DataQualityIssue",
  field: "quantity",
  value: "ten",
  reason: "Not a number",
  nextStep: "Correct it"
} as const

export const subjectOf = (messageId: string): Extract<CaseSubject, { readonly kind: "message" }> => ({
  kind: "message",
  message: { source: Source.make(mes), messageId: MessageId.make(messageId) },
  digest: new Uint8Array(32),
  delivery: {
    queue: "traveler.in.plant-1",
    plant,
    exchange: "mes.events",
    type: "OperationConfirmed",
    contentType: "application/json",
    schemaVersion: "1"
  }
})

export interface Written {
  /** The message's own id; the events of one message share it. A fresh one where absent. */
  readonly messageId?: string
  readonly source?: string
  readonly queue?: string
  readonly sequence?: number
  readonly minute?: number
  /** In place of the minute. */
  readonly occurredAt?: OccurredAt
  /** Absent for a resumed directive's event. */
  readonly part?: number | undefined
}

export class Writer implements History {
  readonly events: Array<RecordedEvent> = []
  readonly partitions: number
  readonly #offsets = new Map<number, number>()
  readonly #versions = new Map<StreamName, number>()

  constructor(partitions = 4) {
    this.partitions = partitions
  }

  versionOf(stream: StreamName): number {
    return this.#versions.get(stream) ?? 0
  }

  /** Appends one event to its stream; gives its version. */
  write(stream: StreamName, event: AnyEvent, written: Written = {}): number {
    const count = this.events.length
    const version = this.versionOf(stream) + 1
    const partition = partitionOf(stream, this.partitions)
    const offset = (this.#offsets.get(partition) ?? 0) + 1
    const part = "part" in written ? written.part : 0
    const metadata: MessageMetadata = {
      source: Source.make(written.source ?? mes),
      messageId: MessageId.make(written.messageId ?? `m-${count}`),
      digest: new Uint8Array(32).fill(count % 256),
      queue: written.queue ?? "traveler.in.plant-1",
      occurredAt: written.occurredAt ?? at(written.minute ?? count),
      traceparent: `00-${String(count).padStart(32, "0")}-0000000000000001-01`,
      ...(written.sequence === undefined ? {} : { sequence: written.sequence })
    }
    if (!validOf(event.type)(event.data)) throw new Error(`Not valid as ${event.type}: ${JSON.stringify(event.data)}`)
    this.events.push(
      recordedEvent({
        partition,
        offset,
        stream,
        version,
        type: event.type,
        schemaVersion: 1,
        recordedAt: start + count * 1_000,
        content: encode({ metadata, ...(part === undefined ? {} : { part }), data: event.data }),
        hash: new Uint8Array(32)
      })
    )
    this.#offsets.set(partition, offset)
    this.#versions.set(stream, version)
    return version
  }

  /** Parks a message that names this stream, as one body that can't be understood. */
  park(stream: StreamName, messageId: string, written: Written = {}): number {
    return this.write(
      stream,
      { type: "MessageParked", data: { failure, subject: subjectOf(messageId) } },
      { ...written, messageId }
    )
  }
}
