import * as conventions from "@opentelemetry/semantic-conventions/incubating"
import { describe, expect, it } from "vitest"
import {
  attribute,
  destinationTemplate,
  kindOf,
  processSpan,
  schemaUrl,
  spanKind
} from "../../../adapters/telemetry/names.ts"
import { delivery } from "./delivery.ts"

describe("the names in traces", () => {
  it("are OpenTelemetry's own wherever they aren't Traveler's", () => {
    const known = new Set<unknown>(Object.values(conventions))
    const ours = Object.values(attribute).filter((name) => name.startsWith("traveler."))
    const theirs = Object.values(attribute).filter((name) => !name.startsWith("traveler."))
    expect(theirs.filter((name) => !known.has(name))).toEqual([])
    expect(ours.length + theirs.length).toBe(Object.keys(attribute).length)
    expect(schemaUrl).toMatch(/^https:\/\/opentelemetry\.io\/schemas\/\d+\.\d+\.\d+$/)
  })

  it("put neither plant nor type nor order into a span's name, whatever the routing key", () => {
    expect(processSpan(delivery({ routingKey: "leeds.OperationReported" }))).toBe(
      "process mes.events:{plant}.{type}:traveler.in.{plant}"
    )
    expect(processSpan(delivery({ routingKey: "leeds.order-4711" }))).toBe(processSpan(delivery({})))
    expect(destinationTemplate(delivery({ exchange: "", queue: "traveler.in.commands" }))).toBe(
      "{plant}.{type}:traveler.in.commands"
    )
  })

  it("give each verb its kind", () => {
    expect(kindOf(processSpan(delivery({})))).toBe(spanKind.consumer)
    expect(kindOf("post sandbox")).toBe(spanKind.client)
    expect([kindOf("append"), kindOf("project orders"), kindOf("react case")]).toEqual([1, 1, 1])
  })
})
