// From bytes to a canonical message, or to a parked one that says why.
import { describe, expect, it } from "vitest"
import { understand } from "../../actors/understand.ts"
import { encode } from "../../core/journal/codec.ts"
import { hex, sha256 } from "../../core/journal/hash.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import type { Delivery } from "../../core/port/broker.ts"

const plant = PlantId.make("ulm")
const receivedAt = OccurredAt.make("2026-11-23T06:00:00Z")

const body = {
  orderId: "PO-1",
  operationId: "OP10",
  occurredAt: "2026-11-23T05:59:00+01:00",
  yield: { value: "12.50", unit: "KGM" },
  badge: "B7"
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

const delivery = (changed: Partial<Delivery> = {}, content: unknown = body): Delivery => ({
  queue: "traveler.in.ulm",
  plant,
  exchange: "mes.events",
  routingKey: "ulm.OperationConfirmed",
  redelivered: false,
  type: "OperationConfirmed",
  contentType: "application/json",
  schemaVersion: "1",
  messageId: "m-1",
  appId: "mes-7",
  body: bytesOf(JSON.stringify(content)),
  ...changed
})

const failureOf = (given: Delivery) => {
  const { content } = understand(given, receivedAt).incoming
  return content._tag === "NotUnderstood" ? content.failure : undefined
}

const messageOf = (given: Delivery) => {
  const { content } = understand(given, receivedAt).incoming
  return content._tag === "Understood" ? content.message : content.failure
}

describe("a message that is understood", () => {
  it("goes to its order's stream at the queue's plant, with source, id, digest and time", () => {
    const given = delivery({ sequence: 4, correlationId: "c-9" })
    const { incoming, badge } = understand(given, receivedAt)
    expect(incoming.stream).toBe("order/ulm/PO-1")
    expect(incoming.metadata).toEqual({
      source: "ulm/mes.events/mes-7",
      messageId: "m-1",
      digest: sha256(given.body),
      queue: "traveler.in.ulm",
      occurredAt: "2026-11-23T05:59:00+01:00",
      sequence: 4,
      correlationId: "c-9"
    })
    expect(badge).toBe("B7")
  })

  it("has its quantities in canonical form", () => {
    expect(messageOf(delivery())).toMatchObject({ body: { yield: { value: "12.5", unit: "KGM" } } })
  })

  it("is the same from MessagePack", () => {
    const packed = delivery({ contentType: "application/msgpack", body: encode(body) })
    expect(messageOf(packed)).toEqual(messageOf(delivery()))
  })

  it("may give a quantity as a JSON number, of which no digit is lost", () => {
    const text = JSON.stringify(body).replace('"12.50"', "0.100000000005")
    expect(messageOf(delivery({ body: bytesOf(text) }))).toMatchObject({ body: { yield: { value: "0.100000000005" } } })
  })

  it("is known by its body's hash where its sender gives no id", () => {
    const { messageId: _, ...anonymous } = delivery()
    expect(understand(anonymous, receivedAt).incoming.metadata.messageId).toBe(`sha256:${hex(sha256(anonymous.body))}`)
  })
})

describe("a message that is not understood names field, value, reason and next step", () => {
  const cases: ReadonlyArray<readonly [string, Delivery, string, string]> = [
    ["cut off", delivery({ body: bytesOf('{"orderId":"PO-1"') }), "body", "17 bytes of application/json"],
    ["not UTF-8", delivery({ body: new Uint8Array([0x22, 0xff, 0x22]) }), "body", "3 bytes of application/json"],
    ["in another format", delivery({ contentType: "text/xml" }), "body", "text/xml"],
    ["of an unknown type", delivery({ type: "OperationDreamt" }), "type", "OperationDreamt"],
    ["of another version", delivery({ schemaVersion: "2" }), "schema-version", "2"],
    ["with a sequence below 1", delivery({ sequence: 0 }), "sequence", "0"],
    ["of another plant", delivery({}, { ...body, plantId: "bonn" }), "plantId", "bonn"],
    [
      "with a time that doesn't exist",
      delivery({}, { ...body, occurredAt: "2026-13-01T00:00:00Z" }),
      "occurredAt",
      "2026-13-01T00:00:00Z"
    ],
    [
      "with a quantity out of range",
      delivery({}, { ...body, yield: { value: "1e400", unit: "EA" } }),
      "yield.value",
      "1e400"
    ],
    [
      "with a number that isn't a plain decimal",
      delivery({ body: bytesOf(JSON.stringify(body).replace('"12.50"', "1e400")) }),
      "yield.value",
      "1e400"
    ],
    ["meant for another queue", delivery({ type: "ExceptionWaived" }), "type", "ExceptionWaived"]
  ]
  it.each(cases)("%s", (_name, given, field, value) => {
    const failure = failureOf(given)
    expect(failure).toMatchObject({ class: "DataQualityIssue", field })
    expect(failure?.value).toContain(value)
    expect(failure?.reason).not.toBe("")
    expect(failure?.nextStep).not.toBe("")
  })

  it("and is parked on the order that it names, with its bytes", () => {
    const given = delivery({}, { ...body, occurredAt: "yesterday" })
    const { incoming } = understand(given, receivedAt)
    expect(incoming.stream).toBe("order/ulm/PO-1")
    expect(incoming.raw).toEqual({ digest: sha256(given.body), bytes: given.body })
    expect(incoming.metadata.occurredAt).toBe(receivedAt)
  })

  it("or on its own case where it names none", () => {
    const { incoming } = understand(delivery({ body: bytesOf("{") }), receivedAt)
    expect(incoming.stream).toMatch(/^case\/[0-9a-f]{32}$/)
  })
})
