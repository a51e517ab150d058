// A content header as AMQP 0-9-1 lays it out: what contract v1 knows is read, the rest passed over or left to the client.
import { expect, it } from "vitest"
import { properties } from "../../../adapters/rabbitmq/raw-delivery.ts"

const short = (text: string) => Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)])
const long = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
const entry = (name: string, kind: string, bytes: ReadonlyArray<number> | Buffer) =>
  Buffer.concat([short(name), Buffer.from(kind), Buffer.from(bytes)])

const header = (flags: number, ...fields: ReadonlyArray<Buffer>) =>
  Buffer.concat([Buffer.alloc(12), Buffer.from([flags >> 8, flags & 0xff]), ...fields])
const withHeaders = (...entries: ReadonlyArray<Buffer>) => header(0x2000, long(Buffer.concat(entries)))

/** Wherever it stands in what was read from the socket. */
const read = (payload: Buffer) => properties(Buffer.concat([Buffer.alloc(5, 0xff), payload]), 5)

it("reads texts, whole numbers of every size and truths without the client", () => {
  const found = read(
    withHeaders(
      entry("text", "S", long(Buffer.from("ü"))),
      entry("byte", "b", [0xff]),
      entry("short", "s", [0x80, 0x00]),
      entry("int", "I", [0, 1, 0, 0]),
      entry("long", "l", [0, 0, 0, 1, 0, 0, 0, 0]),
      entry("yes", "t", [1]),
      entry("nothing", "V", [])
    )
  )
  expect(found).toEqual({
    headers: { text: "ü", byte: -1, short: -32_768, int: 65_536, long: 4_294_967_296, yes: true, nothing: null }
  })
})

it("leaves a table with anything else in it to the client", () => {
  expect(read(withHeaders(entry("half", "d", Buffer.alloc(8))))).toBeUndefined()
  expect(read(withHeaders(entry("x-death", "A", long(Buffer.alloc(0)))))).toBeUndefined()
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
