// Which messages say a badge: those with a field of that name at any depth, and what nobody can read if the word stands there.
import { describe, expect, it } from "vitest"
import { bytesSay, saysBadge } from "../../../adapters/archive/badge.ts"
import { archivedMessage, entryOf } from "../../../adapters/archive/message.ts"
import { encode } from "../../../core/journal/codec.ts"
import { Badge, PlantId } from "../../../core/plant/identifiers.ts"
import { arrivalOf, publication } from "./archiving.ts"

const json = (body: unknown) => Buffer.from(JSON.stringify(body))

describe("Bytes say a badge", () => {
  it.each([
    ["in JSON", json({ badge: "B-17" })],
    ["in JSON with escapes", Buffer.from('{"b\\u0061dge":"B\\u002d17"}')],
    ["deep in JSON", json({ lines: [{ who: { badge: "B-17" } }] })],
    ["in MessagePack", encode({ badge: "B-17" })],
    ["in bytes that MessagePack carries", encode({ replacement: { bytes: json({ badge: "B-17" }) } })],
    ["in JSON that was cut off", Buffer.from('{"badge":"B-17","orderId":"47')],
    ["in something else", Buffer.from("who=B-17;")]
  ])("%s", (_where, bytes) => expect(bytesSay(bytes, "B-17")).toBe(true))

  it.each([
    ["somebody else's", json({ badge: "B-18" })],
    ["an order of the same number", json({ orderId: "B-17" })],
    ["a longer word, in what nobody can read", Buffer.from("{B-174")],
    ["nothing", new Uint8Array()]
  ])("but not where they say %s", (_what, bytes) => expect(bytesSay(bytes, "B-17")).toBe(false))

  it("that is a number in JSON", () => expect(bytesSay(json({ badge: 17 }), "17")).toBe(true))
})

describe("A message says a person's badge", () => {
  const holder = { plant: PlantId.make("ulm"), badge: Badge.make("B-17") }
  const message = (routingKey: string, exchange: "mes.events" | "traveler.commands", body: Uint8Array) =>
    archivedMessage(1, entryOf(arrivalOf(0, publication("m", { routingKey, exchange, body })), 0))

  it("where it is of the badge's plant", () =>
    expect(saysBadge(message("ulm.OperationStarted", "mes.events", json({ badge: "B-17" })), holder)).toBe(true))

  it("not where it is of another, whose badges are its own", () =>
    expect(saysBadge(message("graz.OperationStarted", "mes.events", json({ badge: "B-17" })), holder)).toBe(false))

  it("where a person's command carries it in a corrected message, whoever sent the command", () => {
    const corrected = encode({ badge: "anna", replacement: { bytes: json({ badge: "B-17" }) } })
    expect(saysBadge(message("traveler.ExceptionResubmitted", "traveler.commands", corrected), holder)).toBe(true)
    const own = encode({ badge: "B-17" })
    expect(saysBadge(message("traveler.ExceptionWaived", "traveler.commands", own), holder)).toBe(false)
  })
})
