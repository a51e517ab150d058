// Whatever a sender puts into properties and headers becomes a delivery; nothing throws.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { toDelivery, toEnvelope, unsendable } from "../../../adapters/rabbitmq/properties.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { deadLetterQueue, inboundQueue, type Publication } from "../../../core/port/broker.ts"

const plant = PlantId.make("P1")
const queue = inboundQueue(plant)

const raw = (properties: Parameters<typeof toDelivery>[0]["properties"]) => ({
  redelivered: false,
  exchange: "mes.events",
  routingKey: "P1.OperationConfirmed",
  body: Buffer.from("{}"),
  properties
})

const withHeaders = (headers: { readonly [name: string]: unknown }) => toDelivery(raw({ headers }), queue, plant)

describe("a delivery's properties", () => {
  it.each([
    [7, 7],
    ["7", 7],
    [7n, undefined],
    ["7.5", undefined],
    [7.5, undefined],
    ["seven", undefined],
    ["", undefined],
    [null, undefined],
    [Number.MAX_SAFE_INTEGER + 1, undefined],
    [0, 0]
  ])("reads sequence %o as %o", (sent, read) => {
    expect(withHeaders({ sequence: sent }).sequence).toBe(read)
  })

  it.each([
    ["1", "1"],
    [1, "1"],
    [true, "true"],
    [{ major: 1 }, '{"major":1}'],
    ["", undefined],
    [null, undefined]
  ])("keeps schema-version %o as %o, so that whoever mends it sees what was sent", (sent, read) => {
    expect(withHeaders({ "schema-version": sent }).schemaVersion).toBe(read)
  })

  it("names the exchange that a dead letter was sent to, but only in the dead-letter queue", () => {
    const headers = { "x-first-death-exchange": "erp.events" }
    expect(toDelivery(raw({ headers }), deadLetterQueue(plant), plant).exchange).toBe("erp.events")
    expect(toDelivery(raw({ headers }), queue, plant).exchange).toBe("mes.events")
  })

  it("survives anything", () => {
    const names = ["schema-version", "sequence", "causation-id", "traceparent", "__proto__", "x-first-death-exchange"]
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.anything({ withBigInt: false })), (headers) => {
        const delivery = withHeaders(headers)
        for (const text of [delivery.schemaVersion, delivery.causationId, delivery.traceparent]) {
          expect(["string", "undefined"]).toContain(typeof text)
        }
        expect(delivery.sequence === undefined || Number.isSafeInteger(delivery.sequence)).toBe(true)
      })
    )
  })
})

describe("a publication", () => {
  const publication: Publication = {
    exchange: "mes.events",
    routingKey: "P1.OperationConfirmed",
    type: "OperationConfirmed",
    contentType: "application/json",
    body: Buffer.from("{}"),
    appId: "mes",
    messageId: "m1",
    sequence: 3,
    schemaVersion: "1"
  }

  it("is read as it was written", () => {
    const { exchange, routingKey, durable, immediate: _, mandatory: __, ...properties } = toEnvelope(publication)
    expect({ exchange, routingKey, durable }).toEqual({
      exchange: "mes.events",
      routingKey: "P1.OperationConfirmed",
      durable: true
    })
    expect(toDelivery(raw(properties), queue, plant)).toEqual({ ...publication, queue, plant, redelivered: false })
  })

  it("can't hold more than AMQP's 255 bytes in a property", () => {
    expect(unsendable(publication)).toBeUndefined()
    expect(unsendable({ ...publication, messageId: "ü".repeat(128) })).toBe("messageId")
  })
})
