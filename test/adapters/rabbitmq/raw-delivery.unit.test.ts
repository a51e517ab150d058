// A content header as AMQP 0-9-1 lays it out: what contract v1 knows is read, the rest passed over.
import { expect, it } from "vitest"
import { properties } from "../../../adapters/rabbitmq/raw-delivery.ts"

const short = (text: string) => Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)])
const long = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
const entry = (name: string, kind: string, bytes: ReadonlyArray<number> | Buffer) =>
  Buffer.concat([short(name), Buffer.from(kind), Buffer.from(bytes)])

const header = (flags: number, ...fields: ReadonlyArray<Buffer>) =>
  Buffer.concat([Buffer.alloc(12), Buffer.from([flags >> 8, flags & 0xff]), ...fields])
const withHeaders = (...entries: ReadonlyArray<Buffer>) => header(0x2000, long(Buffer.concat(entries)))

/** Wherever it stands in what was read from the socket: what comes before and after is none of it. */
const read = (payload: Buffer) => {
  const others = Buffer.alloc(300, "x")
  return properties(Buffer.concat([others, payload, others]), others.length, others.length + payload.length)
}

it("reads headers of every kind that RabbitMQ knows", () => {
  const found = read(
    withHeaders(
      entry("text", "S", long(Buffer.from("ü"))),
      entry("int8", "b", [0xff]),
      entry("uint8", "B", [0xff]),
      entry("int16", "s", [0x80, 0x00]),
      entry("uint16", "u", [0x80, 0x00]),
      entry("int32", "I", [0, 1, 0, 0]),
      entry("uint32", "i", [0xff, 0xff, 0xff, 0xff]),
      entry("int64", "l", [0, 0, 0, 1, 0, 0, 0, 0]),
      entry("long", "L", [0, 0, 0, 1, 0, 0, 0, 1]),
      entry("timestamp", "T", [0, 0, 0, 0, 0x69, 0, 0, 0]),
      entry("float", "f", [0x3f, 0, 0, 0]),
      entry("double", "d", [0x3f, 0xe0, 0, 0, 0, 0, 0, 0]),
      entry("decimal", "D", [2, 0, 0, 4, 0xd2]),
      entry("bytes", "x", long(Buffer.from([1, 2]))),
      entry("yes", "t", [1]),
      entry("nothing", "V", []),
      entry(
        "x-death",
        "A",
        long(Buffer.concat([Buffer.from("F"), long(entry("count", "l", [0, 0, 0, 0, 0, 0, 0, 3]))]))
      ),
      entry("last", "t", [0])
    )
  )
  expect(found).toEqual({
    headers: {
      text: "ü",
      int8: -1,
      uint8: 255,
      int16: -32_768,
      uint16: 32_768,
      int32: 65_536,
      uint32: 4_294_967_295,
      int64: 4_294_967_296,
      long: 4_294_967_297,
      timestamp: 0x69000000,
      float: 0.5,
      double: 0.5,
      decimal: { scale: 2, value: 1234 },
      bytes: Buffer.from([1, 2]),
      yes: true,
      nothing: null,
      "x-death": [{ count: 3 }],
      last: false
    }
  })
})

const nested = (depth: number): Buffer =>
  depth === 0 ? entry("deep", "t", [1]) : entry("in", "F", long(nested(depth - 1)))

it.each([
  ["is of no known kind", entry("odd", "?", [])],
  ["is longer than its table", entry("text", "S", [0, 0, 1, 0])],
  ["holds a table longer than itself", entry("in", "F", Buffer.from([0, 0, 1, 0]))],
  ["is nested without end", nested(17)]
])("goes on without headers where one %s", (_, field) => {
  expect(read(withHeaders(entry("sequence", "b", [1]), field))).toEqual({ headers: {} })
})

it.each([
  ["in its flags", Buffer.alloc(13)],
  ["in its texts", header(0x8000, Buffer.from([9]), Buffer.from("text"))],
  ["before its headers", header(0x2000)]
])("goes on without properties where the content header ends %s", (_, payload) => {
  expect(read(payload)).toEqual({})
})

it("passes over the properties that the contract doesn't know", () => {
  const found = read(
    header(
      0xfff8,
      short("application/json"),
      short("gzip"),
      long(Buffer.alloc(0)),
      Buffer.from([2]),
      Buffer.from([9]),
      short("correlation"),
      short("reply to"),
      short("expiration"),
      short("message"),
      Buffer.alloc(8),
      short("type"),
      short("user"),
      short("app")
    )
  )
  expect(found).toEqual({
    contentType: "application/json",
    headers: {},
    correlationId: "correlation",
    messageId: "message",
    type: "type",
    appId: "app"
  })
})
