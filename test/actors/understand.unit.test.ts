// From bytes to a canonical message, or to a parked one that says why.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { badgeOf, read, understand } from "../../actors/understand.ts"
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

const packed = (content: unknown, changed: Partial<Delivery> = {}) =>
  delivery({ contentType: "application/msgpack", body: encode(content), ...changed })

const failureOf = (given: Delivery) => {
  const { content } = understand(given, receivedAt)
  return content._tag === "NotUnderstood" ? content.failure : undefined
}

const messageOf = (given: Delivery) => {
  const { content } = understand(given, receivedAt)
  return content._tag === "Understood" ? content.message : content.failure
}

describe("a message that is understood", () => {
  it("goes to its order's stream at the queue's plant, with source, id, digest and time", () => {
    const given = delivery({ sequence: 4, correlationId: "c-9" })
    const incoming = understand(given, receivedAt)
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
    expect(badgeOf(read(given))).toBe("B7")
  })

  it("has its quantities in canonical form", () => {
    expect(messageOf(delivery())).toMatchObject({ body: { yield: { value: "12.5", unit: "KGM" } } })
  })

  it("is the same from MessagePack", () => {
    expect(messageOf(packed(body))).toEqual(messageOf(delivery()))
  })

  it("may give a quantity as a JSON number, of which no digit is lost", () => {
    const text = JSON.stringify(body).replace('"12.50"', "0.100000000005")
    expect(messageOf(delivery({ body: bytesOf(text) }))).toMatchObject({ body: { yield: { value: "0.100000000005" } } })
  })

  it("is known by its body's hash where its sender gives no id", () => {
    const { messageId: _, ...anonymous } = delivery()
    expect(understand(anonymous, receivedAt).metadata.messageId).toBe(`sha256:${hex(sha256(anonymous.body))}`)
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

  it.each([
    ["the sender's plant, where it says no scope", {}, "lot/plant%2Fulm/A%2FB/L-1"],
    ["the scope that it says", { scope: "enterprise" }, "lot/enterprise/A%2FB/L-1"]
  ])("and is parked on the lot that it names, of %s", (_name, more, stream) => {
    const held = { itemId: "A/B", lotId: "L-1", occurredAt: "2026-11-23T05:59:00+01:00", ...more }
    const given = delivery({ type: "LotHeld" }, held)
    expect(failureOf(given)).toMatchObject({ field: "reason" })
    expect(understand(given, receivedAt).stream).toBe(stream)
    const understood = understand(delivery({ type: "LotHeld" }, { ...held, reason: "Odd" }), receivedAt)
    expect(understood).toMatchObject({ stream, content: { _tag: "Understood" } })
  })

  it("and another plant's lot is none of the sender's", () => {
    const held = { itemId: "A", lotId: "L-1", scope: "plant/bonn", occurredAt: "2026-11-23T05:59:00+01:00" }
    const given = delivery({ type: "LotHeld" }, { ...held, reason: "Odd" })
    expect(failureOf(given)).toMatchObject({ field: "scope", value: "plant/bonn" })
    expect(understand(given, receivedAt).stream).toMatch(/^case\//)
  })

  it.each(["0", "-5"])("and so is a quantity of %s, but for an adjustment's", (value) => {
    const content = { itemId: "A", lotId: "L-1", occurredAt: "2026-11-23T05:59:00+01:00" }
    const scrapped = { ...content, quantity: { value, unit: "KGM" }, scrapReason: "Burst" }
    expect(failureOf(delivery({ type: "LotScrapped" }, scrapped))).toMatchObject({ field: "quantity.value" })
    const adjusted = { ...content, quantity: { value, unit: "KGM" }, reason: "Counted" }
    expect(failureOf(delivery({ type: "LotAdjusted" }, adjusted))).toBeUndefined()
  })

  it("and is parked on the order that it names, with its bytes", () => {
    const given = delivery({}, { ...body, occurredAt: "yesterday" })
    const incoming = understand(given, receivedAt)
    expect(incoming.stream).toBe("order/ulm/PO-1")
    expect(incoming.metadata.digest).toEqual(sha256(given.body))
    expect(incoming.delivery?.body).toEqual(given.body)
    expect(incoming.metadata.occurredAt).toBe(receivedAt)
  })

  it("and has an unknown sender where its name makes no source", () => {
    const sourceOf = (changed: Partial<Delivery>) => understand(delivery(changed), receivedAt).metadata.source
    expect(sourceOf({ appId: "x".repeat(190) })).toBe("ulm/mes.events/unknown")
    expect(sourceOf({ appId: "" })).toBe("ulm/mes.events/unknown")
    expect(sourceOf({ exchange: "x".repeat(500) })).toBe("ulm/unknown/unknown")
  })

  it("with a 64-bit integer from MessagePack as its digits", () => {
    const failure = failureOf(packed({ ...body, yield: { value: 2n ** 63n, unit: "EA" } }))
    expect(failure).toMatchObject({ field: "yield.value", value: "9223372036854775808" })
  })

  it("with no control character or lone surrogate in a recorded text, which a view couldn't hold", () => {
    const incoming = understand(delivery({ type: "\0a", schemaVersion: "\ud800", exchange: "\n" }), receivedAt)
    expect(incoming.content).toMatchObject({
      failure: { field: "type", value: "\ufffda" },
      subject: { delivery: { type: "\ufffda", schemaVersion: "\ufffd", exchange: "\ufffd" } }
    })
  })

  const badges: ReadonlyArray<readonly [unknown, string]> = [
    [4711, "a number"],
    ["Anna\n", "a text of 5 characters"],
    [["Anna", "B", "7"], "an array of 3"],
    [{ name: "Anna" }, "an object"]
  ]
  it.each(badges)("with a badge %j by its kind alone, alone or as the whole body", (badge, value) => {
    expect(failureOf(delivery({}, { ...body, badge }))).toMatchObject({ field: "badge", value })
    if (typeof badge === "object" && !Array.isArray(badge)) return
    expect(failureOf(delivery({}, badge))).toMatchObject({ field: "body", value })
  })

  const quoting: ReadonlyArray<readonly [string, Delivery, string]> = [
    ["JSON", delivery({ body: bytesOf('{"badge":"Anna"x}') }), "Not valid JSON, at position 15"],
    ["short JSON", delivery({ body: bytesOf("Anna") }), "Not valid JSON"],
    [
      "MessagePack with more after it",
      packed(body, { body: new Uint8Array([...encode("Anna"), 0xc0]) }),
      "Not valid MessagePack"
    ]
  ]
  it.each(quoting)("and quotes nothing of invalid %s", (_name, given, reason) => {
    expect(failureOf(given)?.reason).toBe(reason)
  })

  it("on its own case's stream where it names another plant's order", () => {
    const incoming = understand(delivery({}, { ...body, plantId: "bonn" }), receivedAt)
    expect(incoming.stream).toMatch(/^case\/[0-9a-f]{32}$/)
  })

  it("on its own case's stream, as a technical failure, where reading it throws", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`
    const given = delivery({ body: bytesOf(`{"orderId":"PO-1","operationId":7,"deep":${deep}}`) })
    const incoming = understand(given, receivedAt)
    expect(incoming.stream).toMatch(/^case\/[0-9a-f]{32}$/)
    expect(failureOf(given)).toMatchObject({ class: "TechnicalFailure", reason: "Reading it ended in RangeError" })
  })

  it("or on its own case where it names none", () => {
    const incoming = understand(delivery({ body: bytesOf("{") }), receivedAt)
    expect(incoming.stream).toMatch(/^case\/[0-9a-f]{32}$/)
  })
})

describe("whatever is delivered", () => {
  const text = fc.string({ unit: "binary", maxLength: 300 })
  const anyUnit = fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
    .map((c) => String.fromCharCode(...c))
  const property = fc.option(fc.oneof(text, anyUnit, fc.constant("x".repeat(500))), { nil: undefined })
  const value = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true })
  const content = fc.oneof(
    value,
    fc.record(
      Object.fromEntries(
        ["orderId", "operationId", "occurredAt", "plantId", "badge", "yield", "final"].map((field) => [field, value])
      ),
      { requiredKeys: [] }
    ),
    fc
      .record({ orderId: anyUnit, operationId: anyUnit, badge: anyUnit, yield: value })
      .map((some) => ({ ...body, ...some }))
  )
  const encoded = content.map((given) => {
    try {
      return encode(given)
    } catch {
      return encode(String(typeof given))
    }
  })
  const json = fc.oneof(fc.json(), anyUnit).map(bytesOf)
  const deliveries = fc
    .record({
      bytes: fc.oneof(fc.uint8Array(), encoded, json),
      contentType: fc.oneof(fc.constantFrom("application/json", "application/msgpack"), property),
      type: fc.oneof(fc.constantFrom("OperationConfirmed", "ProductionOrderReleased"), property),
      schemaVersion: fc.oneof(fc.constant("1"), property),
      exchange: fc.oneof(text, anyUnit, fc.constant("x".repeat(500))),
      sequence: fc.option(fc.integer(), { nil: undefined }),
      messageId: property,
      appId: property
    })
    .map(({ bytes, ...properties }): Delivery => {
      const { contentType: _1, type: _2, schemaVersion: _3, messageId: _4, appId: _5, ...bare } = delivery()
      const given = Object.entries(properties).filter(([, property]) => property !== undefined)
      return { ...bare, ...Object.fromEntries(given), body: bytes }
    })

  it("goes to a stream, as a message or with a failure that a view can hold", () => {
    fc.assert(
      fc.property(deliveries, (given) => {
        const incoming = understand(given, receivedAt)
        expect(incoming.stream).toMatch(/^(order\/ulm\/.|case\/[0-9a-f]{32}$)/u)
        expect(incoming.metadata.source.length).toBeLessThanOrEqual(200)
        const recorded = [incoming.stream, ...Object.values(incoming.metadata)]
        if (incoming.content._tag === "NotUnderstood") {
          recorded.push(...Object.values(incoming.content.failure))
          const { subject } = incoming.content
          if (subject.kind === "message") recorded.push(...Object.values(subject.delivery))
        }
        for (const text of recorded) if (typeof text === "string") expect(text).toMatch(/^[^\p{Cc}\p{Cs}]*$/u)
      }),
      { numRuns: 2000 }
    )
  })
})
