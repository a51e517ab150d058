// History sent again: which exchange takes what, what changes in a message, and what stays.
import { describe, expect, it } from "vitest"
import { archivedMessage, entryOf, redacted } from "../../../adapters/archive/message.ts"
import { dueAfter, exchangeFor, replayed } from "../../../adapters/archive/replay.ts"
import { hex, sha256 } from "../../../core/journal/hash.ts"
import type { Publication } from "../../../core/port/broker.ts"
import { arrivalOf, publication } from "./archiving.ts"

const archived = (sent: Publication) => archivedMessage(1, entryOf(arrivalOf(7, sent), 0))
const again = (sent: Publication) => replayed("run1", archived(sent), ["load"])

describe("A message of history that is sent again", () => {
  it("has a new id and says what it was; its trace stays behind, all else is as it came", () => {
    const sent = publication("m-1", {
      correlationId: "4711",
      causationId: "m-0",
      sequence: 2,
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    })
    const { traceparent: _traceparent, ...rest } = sent
    expect(again(sent)).toEqual({
      ...rest,
      exchange: "load",
      messageId: "run1/m-1",
      headers: {
        "traveler-replay": "run1",
        "traveler-replay-source": "ulm/mes.events/mes",
        "traveler-replay-message": "m-1"
      }
    })
  })

  it("has the same new id when it came twice, one by its bytes where it had none, and one that fits where it was long", () => {
    const { messageId: _none, ...without } = publication("m-1")
    expect(again(publication("m-1"))).toEqual(again(publication("m-1")))
    expect(again({ ...without })).toMatchObject({ messageId: `run1/sha256:${hex(sha256(without.body))}` })
    const long = again(publication("ü".repeat(127), { body: Buffer.from("{}") }))
    expect(long).toMatchObject({ messageId: expect.stringMatching(/^run1\/sha256:[0-9a-f]{64}$/) })
  })

  it("keeps every byte, but that a reversal names the new id of what it reverses", () => {
    const body = (id: string) =>
      `{"orderId":"ü","value":0.1000000000000000055,"reverses":{"source":"a", "messageId" : "${id}"}}`
    expect(again(publication("m-2", { body: Buffer.from(body("m-1")) }))).toMatchObject({
      body: Buffer.from(body("run1/m-1"))
    })
    const binary = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    expect(again(publication("m-3", { body: binary, contentType: "application/msgpack" }))).toMatchObject({
      body: binary
    })
  })

  it("is none where its bytes were redacted", () => {
    const message = archivedMessage(1, redacted(entryOf(arrivalOf(7), 0)))
    expect(replayed("run1", message, ["load"])).toBe("redacted")
  })

  it("goes to its own exchange of the contract, else to another one; people's commands only to their own", () => {
    expect(exchangeFor("mes.events", ["mes.events", "load"])).toBe("mes.events")
    expect(exchangeFor("erp.events", ["mes.events", "load"])).toBe("load")
    expect(exchangeFor("erp.events", ["mes.events"])).toBeUndefined()
    expect(exchangeFor("traveler.commands", ["load"])).toBeUndefined()
    expect(exchangeFor("traveler.commands", ["traveler.commands"])).toBe("traveler.commands")
  })

  it("is due after its own time divided by the speed", () => {
    expect([1, 10, 0.5].map((speed) => dueAfter(1_000, 2_000, speed))).toEqual([1_000, 100, 2_000])
  })
})
