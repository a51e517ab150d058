// Master data belongs to the ERP: it comes by the ERP's exchange alone, each record to its own stream.
import { describe, expect, it } from "vitest"
import { understand } from "../../actors/understand.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import type { Delivery } from "../../core/port/broker.ts"

const item = { itemId: "STEEL/7", occurredAt: "2026-11-02T08:00:00+01:00", unit: "KGM" }
const routing = {
  operationsDefinitionId: "R-7",
  version: "B/1",
  occurredAt: "2026-11-02T08:00:00+01:00",
  operations: [{ operationId: "10" }]
}

const from = (exchange: string, type: string, body: object): Delivery => ({
  queue: "traveler.in.ulm",
  plant: PlantId.make("ulm"),
  exchange,
  routingKey: `ulm.${type}`,
  redelivered: false,
  type,
  contentType: "application/json",
  schemaVersion: "1",
  messageId: "m-1",
  appId: "erp",
  body: new TextEncoder().encode(JSON.stringify(body))
})

const understood = (delivery: Delivery) => understand(delivery, OccurredAt.make("2026-11-23T06:00:00Z"))

describe("master data", () => {
  it("goes to its record at the plant", () => {
    const { content, stream } = understood(from("erp.events", "MaterialDefinitionPublished", item))
    expect(content._tag).toBe("Understood")
    expect(stream).toBe("masterData/ulm/MaterialDefinition/STEEL%2F7")
  })

  it("goes to the record of its version, where it has versions", () => {
    expect(understood(from("erp.events", "OperationsDefinitionPublished", routing)).stream).toBe(
      "masterData/ulm/OperationsDefinition/R-7/B/1"
    )
  })

  it("is parked where anyone else sends it", () => {
    const { content } = understood(from("mes.events", "MaterialDefinitionPublished", item))
    expect(content).toMatchObject({
      _tag: "NotUnderstood",
      failure: { class: "DataQualityIssue", field: "exchange", value: "mes.events" }
    })
  })

  it("names the field that is wrong", () => {
    const wrong = { ...item, conversions: [{ unit: "MTR", numerator: "0" }] }
    const { content } = understood(from("erp.events", "MaterialDefinitionPublished", wrong))
    expect(content).toMatchObject({ _tag: "NotUnderstood", failure: { field: "conversions.0.numerator", value: "0" } })
  })
})
