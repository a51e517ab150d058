// Every version of every event that was ever written is read by today's code, and is valid today.
import { readdirSync, readFileSync } from "node:fs"
import { Record, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { eventSchemas, schemaVersionOf } from "../../../core/event/catalogue.ts"
import { decode, encode } from "../../../core/journal/codec.ts"
import { genesis, hex } from "../../../core/journal/hash.ts"
import { recordedEvent } from "../../../core/journal/recorded.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import { MessageMetadata } from "../../../core/message/metadata.ts"
import { asJson, folder, Golden } from "./golden.ts"

const read = (name: string): Golden =>
  Schema.decodeUnknownSync(Golden)(JSON.parse(readFileSync(new URL(name, folder), "utf8")))

const files = readdirSync(folder).sort()
const strict = { onExcessProperty: "error" } as const
const isMetadata = Schema.decodeUnknownSync(Schema.toType(MessageMetadata), strict)

describe.each(files)("%s", (name) => {
  const { type, schemaVersion, bytes, content } = read(name)

  it("holds what it held", () => {
    expect(asJson(decode(Buffer.from(bytes, "hex")))).toEqual(content)
  })

  it("becomes an event of today", () => {
    const row = {
      partition: 0,
      offset: 1,
      stream: StreamName("golden"),
      version: 1,
      type,
      schemaVersion,
      recordedAt: 0,
      content: Buffer.from(bytes, "hex"),
      hash: genesis
    }
    const event = recordedEvent(row)
    const valid: unknown = Schema.decodeUnknownSync(Schema.toType(eventSchemas[event.type]), strict)(event.data)
    expect(valid).toEqual(event.data)
    expect(isMetadata(event.metadata)).toEqual(event.metadata)
  })

  it("has the bytes that today's codec writes", () => {
    const again = hex(encode(decode(Buffer.from(bytes, "hex"))))
    expect(again).toBe(bytes)
  })
})

it("every version of every event type has a golden file", () => {
  const expected = Record.keys(eventSchemas).flatMap((type) =>
    Array.from({ length: schemaVersionOf(type) }, (_, index) => `${type}.${index + 1}.json`)
  )
  expect(files).toEqual(expected.sort())
})
