// Reads OTLP trace requests, protobuf or JSON, into plain spans. For adapters/telemetry/receiver only.
// Field numbers: opentelemetry/proto/trace/v1/trace.proto; unknown fields are skipped.

export type Value = string | number | boolean
export type Attributes = ReadonlyArray<readonly [string, Value]>

export interface Span {
  readonly resource: Attributes
  readonly scope: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
  /** Nanoseconds since 1970. */
  readonly start: bigint
  readonly end: bigint
  readonly attributes: Attributes
  readonly events: ReadonlyArray<{ readonly time: bigint; readonly name: string; readonly attributes: Attributes }>
  readonly links: ReadonlyArray<{ readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }>
  readonly statusCode: number
  readonly statusMessage: string
}

/** A field: its bytes if it is length-delimited, else its number, unsigned. */
interface Field {
  readonly number: number
  readonly bytes: Uint8Array
  readonly int: bigint
}

const none = new Uint8Array(0)
const decoder = new TextDecoder()

/** The fields of a message, in order. Throws a RangeError where the bytes end too soon or aren't protobuf. */
export function* fields(message: Uint8Array): Generator<Field> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = view.getUint8(at++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new RangeError("A varint is longer than 10 bytes")
  }
  while (at < message.length) {
    const tag = Number(varint())
    const number = tag >>> 3
    switch (tag & 7) {
      case 0:
        yield { number, bytes: none, int: varint() }
        break
      case 1:
        yield { number, bytes: none, int: view.getBigUint64(at, true) }
        at += 8
        break
      case 2: {
        const length = Number(varint())
        if (at + length > message.length) throw new RangeError("A field is longer than its message")
        yield { number, bytes: message.subarray(at, at + length), int: 0n }
        at += length
        break
      }
      case 5:
        yield { number, bytes: none, int: BigInt(view.getUint32(at, true)) }
        at += 4
        break
      default:
        throw new RangeError(`Wire type ${tag & 7} is not protobuf 3`)
    }
  }
}

const text = (bytes: Uint8Array): string => decoder.decode(bytes)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

/** The last of the fields with this number, as protobuf has it for a field that isn't repeated. */
const last = (all: ReadonlyArray<Field>, number: number): Field =>
  all.findLast((field) => field.number === number) ?? { number, bytes: none, int: 0n }
const every = (all: ReadonlyArray<Field>, number: number): ReadonlyArray<Uint8Array> =>
  all.filter((field) => field.number === number).map((field) => field.bytes)

const anyValue = (bytes: Uint8Array): Value => {
  for (const { number, bytes: content, int } of fields(bytes)) {
    if (number === 1) return text(content)
    if (number === 2) return int !== 0n
    if (number === 3) return Number(BigInt.asIntN(64, int))
    if (number === 4) return new Float64Array(BigUint64Array.of(int).buffer)[0] ?? 0
    return hex(content)
  }
  return ""
}

const attributes = (all: ReadonlyArray<Field>, number: number): Attributes =>
  every(all, number).map((bytes) => {
    const pair = [...fields(bytes)]
    return [text(last(pair, 1).bytes), anyValue(last(pair, 2).bytes)]
  })

const protobufSpan = (bytes: Uint8Array, resource: Attributes, scope: string): Span => {
  const span = [...fields(bytes)]
  const status = [...fields(last(span, 15).bytes)]
  return {
    resource,
    scope,
    traceId: hex(last(span, 1).bytes),
    spanId: hex(last(span, 2).bytes),
    parentSpanId: hex(last(span, 4).bytes),
    name: text(last(span, 5).bytes),
    kind: Number(last(span, 6).int),
    start: last(span, 7).int,
    end: last(span, 8).int,
    attributes: attributes(span, 9),
    events: every(span, 11).map((bytes) => {
      const event = [...fields(bytes)]
      return { time: last(event, 1).int, name: text(last(event, 2).bytes), attributes: attributes(event, 3) }
    }),
    links: every(span, 13).map((bytes) => {
      const link = [...fields(bytes)]
      return { traceId: hex(last(link, 1).bytes), spanId: hex(last(link, 2).bytes), attributes: attributes(link, 4) }
    }),
    statusCode: Number(last(status, 3).int),
    statusMessage: text(last(status, 2).bytes)
  }
}

const protobufSpans = function* (request: Uint8Array): Generator<Span> {
  for (const bytes of every([...fields(request)], 1)) {
    const resourceSpans = [...fields(bytes)]
    const resource = attributes([...fields(last(resourceSpans, 1).bytes)], 1)
    for (const bytes of every(resourceSpans, 2)) {
      const scopeSpans = [...fields(bytes)]
      const scope = text(last([...fields(last(scopeSpans, 1).bytes)], 1).bytes)
      for (const span of every(scopeSpans, 2)) yield protobufSpan(span, resource, scope)
    }
  }
}

// OTLP/JSON: the same names in lowerCamelCase, ids as hexadecimal text, 64-bit numbers as text or number.
const part = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
const list = (value: unknown, name: string): ReadonlyArray<unknown> => {
  const found = part(value, name)
  return Array.isArray(found) ? found : []
}
const word = (value: unknown, name: string): string => {
  const found = part(value, name)
  return typeof found === "string" || typeof found === "number" ? String(found) : ""
}
const whole = (value: unknown, name: string): bigint => {
  const found = word(value, name)
  return /^\d+$/.test(found) ? BigInt(found) : 0n
}

const jsonAttributes = (value: unknown): Attributes =>
  list(value, "attributes").map((pair) => {
    const content = part(pair, "value")
    const plain = part(content, "stringValue") ?? part(content, "boolValue") ?? part(content, "doubleValue")
    if (typeof plain === "string" || typeof plain === "boolean" || typeof plain === "number") {
      return [word(pair, "key"), plain]
    }
    const int = word(content, "intValue")
    return [word(pair, "key"), int === "" ? JSON.stringify(content ?? null) : Number(int)]
  })

const jsonSpan = (span: unknown, resource: Attributes, scope: string): Span => ({
  resource,
  scope,
  traceId: word(span, "traceId").toLowerCase(),
  spanId: word(span, "spanId").toLowerCase(),
  parentSpanId: word(span, "parentSpanId").toLowerCase(),
  name: word(span, "name"),
  kind: Number(whole(span, "kind")),
  start: whole(span, "startTimeUnixNano"),
  end: whole(span, "endTimeUnixNano"),
  attributes: jsonAttributes(span),
  events: list(span, "events").map((event) => ({
    time: whole(event, "timeUnixNano"),
    name: word(event, "name"),
    attributes: jsonAttributes(event)
  })),
  links: list(span, "links").map((link) => ({
    traceId: word(link, "traceId").toLowerCase(),
    spanId: word(link, "spanId").toLowerCase(),
    attributes: jsonAttributes(link)
  })),
  statusCode: Number(whole(part(span, "status"), "code")),
  statusMessage: word(part(span, "status"), "message")
})

const jsonSpans = function* (request: Uint8Array): Generator<Span> {
  const content: unknown = JSON.parse(text(request))
  for (const resourceSpans of list(content, "resourceSpans")) {
    const resource = jsonAttributes(part(resourceSpans, "resource"))
    for (const scopeSpans of list(resourceSpans, "scopeSpans")) {
      const scope = word(part(scopeSpans, "scope"), "name")
      for (const span of list(scopeSpans, "spans")) yield jsonSpan(span, resource, scope)
    }
  }
}

/** `{` can't begin a request in protobuf: it would be field 15 of a group, which protobuf 3 doesn't have. */
const isJson = (request: Uint8Array): boolean => request[0] === 0x7b

export const spans = (request: Uint8Array): Generator<Span> =>
  isJson(request) ? jsonSpans(request) : protobufSpans(request)

/** How many spans a request holds, without reading them. Throws where it isn't a request. */
export const countSpans = (request: Uint8Array): number => {
  if (isJson(request)) return [...jsonSpans(request)].length
  let count = 0
  for (const resourceSpans of fields(request)) {
    if (resourceSpans.number !== 1) continue
    for (const scopeSpans of fields(resourceSpans.bytes)) {
      if (scopeSpans.number !== 2) continue
      for (const span of fields(scopeSpans.bytes)) if (span.number === 2) count++
    }
  }
  return count
}
