// Writes spans as OTLP protobuf, each once and straight into its export request: no object of the SDK in between, which
// costs a fraction (docs/traces.md has the measurement). For adapters/telemetry only.
// Field numbers: opentelemetry/proto/trace/v1/trace.proto. A test decodes what is written by the official protobuf.
import type { TraceContext } from "../../core/port/tracer.ts"
import { flagsOf, spanIdAt, traceIdAt } from "./context.ts"
import { Bytes, field, fieldHead, varintSize } from "./protobuf.ts"

/** Longer values are cut: a sender's header must not blow up a batch. */
export const valueLimit = 1024

/** A batch is full by either; collectors refuse requests beyond 20 MB. */
const batchSpans = 4096
const batchBytes = 4 * 1024 * 1024

/** Bits of a span's or a link's flags; without `knownOrigin` it isn't said whether a context came from elsewhere. */
const flag = { sampled: 0x01, knownOrigin: 0x100, remote: 0x200 } as const
const fromElsewhere = flag.knownOrigin | flag.remote
const statusError = 2

const keyValue = (key: string, value: string): Buffer =>
  Buffer.concat([field(1, key), field(2, field(1, value.slice(0, valueLimit)))])

/** An attribute's key as `attribute` takes it. */
export const attributeKey = (name: string): Uint8Array => field(1, name)
/** An event's name as `event` takes it. */
export const eventName = (name: string): Uint8Array => field(2, name)

/** Name, kind and the attributes that many spans have in common, ready to be copied. */
export const spanHead = (
  name: string,
  kind: number,
  attributes: ReadonlyArray<readonly [string, string]>
): Uint8Array =>
  Buffer.concat([
    field(5, name),
    Buffer.from([0x30, kind]),
    ...attributes.map(([key, value]) => field(9, keyValue(key, value)))
  ])

/** What is the same for every span of a process: the resource and the scope, ready to be copied. */
export interface RequestHead {
  readonly resource: Uint8Array
  readonly scope: Uint8Array
}

export const requestHead = (options: {
  readonly resource: ReadonlyArray<readonly [string, string]>
  readonly scope: string
  readonly schemaUrl: string
}): RequestHead => ({
  resource: field(1, Buffer.concat(options.resource.map(([key, value]) => field(1, keyValue(key, value))))),
  scope: Buffer.concat([field(1, field(1, options.scope)), field(3, options.schemaUrl)])
})

/** An ExportTraceServiceRequest and how many spans it holds. */
export interface SpanBatch {
  readonly bytes: Uint8Array
  readonly spans: number
}

/** Between `start` and `finish` the calls write the fields of one span. */
export class SpanWriter {
  readonly #head: RequestHead
  /** Kept free before the first span; what stands there depends on the length of all that follows. */
  readonly #headRoom: number
  #out: Bytes
  #spanAt = 0
  #flags = 0
  #spans = 0

  constructor(head: RequestHead) {
    this.#head = head
    this.#headRoom = head.resource.length + head.scope.length + 12
    this.#out = this.#empty(64 * 1024)
  }

  get spans(): number {
    return this.#spans
  }

  get isFull(): boolean {
    return this.#spans >= batchSpans || this.#out.at >= batchBytes
  }

  start(context: TraceContext, parent: TraceContext | undefined, parentIsRemote: boolean, head: Uint8Array): void {
    const out = this.#out
    out.room(128 + head.length)
    out.byte(0x12)
    this.#spanAt = out.at
    // Two bytes are kept for the span's length, right for nearly every one.
    out.at += 2
    out.pair(0x0a, 16)
    out.hex(context, traceIdAt, 16)
    out.pair(0x12, 8)
    out.hex(context, spanIdAt, 8)
    this.#flags = flag.sampled
    if (parent !== undefined) {
      out.pair(0x22, 8)
      out.hex(parent, spanIdAt, 8)
      if (parentIsRemote) this.#flags |= fromElsewhere
    }
    out.copy(head)
  }

  /** Microseconds since 1970. */
  times(startTime: number, endTime: number): void {
    const out = this.#out
    out.room(18)
    out.byte(0x39)
    out.time(startTime)
    out.byte(0x41)
    out.time(endTime)
  }

  attribute(key: Uint8Array, value: string | number): void {
    if (typeof value === "number") this.#count(key, value)
    else this.#text(0x4a, key, value)
  }

  event(name: Uint8Array, time: number): void {
    const out = this.#out
    out.room(11 + name.length)
    out.pair(0x5a, 9 + name.length)
    out.byte(0x09)
    out.time(time)
    out.copy(name)
  }

  /** For events that say more than their name. */
  eventAbout(name: Uint8Array, time: number, attributes: ReadonlyArray<readonly [Uint8Array, string]>): void {
    const out = this.#out
    out.room(11 + name.length)
    out.byte(0x5a)
    // One byte is kept for its length, right for nearly every one.
    const lengthAt = out.at++
    out.byte(0x09)
    out.time(time)
    out.copy(name)
    for (const [key, value] of attributes) this.#text(0x1a, key, value)
    this.#setLength(lengthAt, 1)
  }

  link(context: TraceContext, isRemote: boolean): void {
    const out = this.#out
    out.room(35)
    out.pair(0x6a, 33)
    out.pair(0x0a, 16)
    out.hex(context, traceIdAt, 16)
    out.pair(0x12, 8)
    out.hex(context, spanIdAt, 8)
    out.byte(0x35)
    out.fixed32(flagsOf(context) | (isRemote ? fromElsewhere : 0))
  }

  droppedLinks(count: number): void {
    this.#out.room(6)
    this.#out.byte(0x70)
    this.#out.varint(count)
  }

  failed(): void {
    this.#out.room(4)
    this.#out.pair(0x7a, 2)
    this.#out.pair(0x18, statusError)
  }

  finish(): void {
    const out = this.#out
    out.room(9)
    out.pair(0x85, 0x01)
    out.fixed32(this.#flags)
    this.#setLength(this.#spanAt, 2)
    this.#spans++
  }

  /** The spans written since the last call, as one request. */
  take(): SpanBatch {
    const { resource, scope } = this.#head
    const { buffer, at } = this.#out
    const scopeSpans = scope.length + at - this.#headRoom
    const scopeHead = fieldHead(2, scopeSpans)
    const head = Buffer.concat([
      fieldHead(1, resource.length + scopeHead.length + scopeSpans),
      resource,
      scopeHead,
      scope
    ])
    const from = this.#headRoom - head.length
    buffer.set(head, from)
    const batch = { bytes: buffer.subarray(from, at), spans: this.#spans }
    this.#out = this.#empty(Math.max(64 * 1024, at + at / 8))
    this.#spans = 0
    return batch
  }

  /** The next batch will be about as long as the last one. */
  #empty(size: number): Bytes {
    const out = new Bytes(Math.trunc(size))
    out.at = this.#headRoom
    return out
  }

  /** The length of all that was written since, in front of it, where so many bytes were kept for it. */
  #setLength(lengthAt: number, kept: number): void {
    const out = this.#out
    const content = lengthAt + kept
    const length = out.at - content
    const size = varintSize(length)
    if (size !== kept) {
      out.room(size)
      out.buffer.copyWithin(lengthAt + size, content, out.at)
    }
    out.at = lengthAt
    out.varint(length)
    out.at += length
  }

  #text(tag: number, key: Uint8Array, text: string): void {
    const out = this.#out
    const value = text.length > valueLimit ? text.slice(0, valueLimit) : text
    out.room(key.length + value.length * 3 + 12)
    // Most values are short and plain: they are written where they belong if every length takes one byte.
    const size = out.ascii(value, out.at + key.length + 6) ? value.length : Buffer.byteLength(value)
    const valueLength = 1 + varintSize(size) + size
    const length = key.length + 1 + varintSize(valueLength) + valueLength
    const isThere = length < 0x80 && size === value.length
    out.byte(tag)
    out.varint(length)
    out.copy(key)
    out.byte(0x12)
    out.varint(valueLength)
    out.byte(0x0a)
    out.varint(size)
    if (!isThere) out.buffer.write(value, out.at, "utf8")
    out.at += size
  }

  /** All numbers here are counts: whole, not negative, below 2^31. */
  #count(key: Uint8Array, value: number): void {
    const out = this.#out
    const count = Math.max(0, Math.min(Math.trunc(value), 0x7fffffff))
    out.room(key.length + 16)
    out.pair(0x4a, key.length + 3 + varintSize(count))
    out.copy(key)
    out.pair(0x12, 1 + varintSize(count))
    out.byte(0x18)
    out.varint(count)
  }
}
