// Where an event leads is remembered for whoever asks next: only the very same question may get the same answer.
import { describe, expect, it } from "vitest"
import { evolveFacts, noFacts } from "../../../actors/order/facts.ts"
import { orderId, word } from "./floor.ts"

const data = { orderId, reason: "Said so" }
const { metadata } = word("ProductionOrderHeld", { id: "m1" })
const held = { type: "ProductionOrderHeld", data, metadata, version: 1 } as const
const known = evolveFacts(noFacts, held)

describe("facts after an event", () => {
  it("are the same for the same event in another envelope", () => {
    expect(evolveFacts(noFacts, held)).toBe(evolveFacts(noFacts, { ...held, version: 7 }))
  })

  it("are others where the facts before, the message or the type differ", () => {
    const other = word("ProductionOrderHeld", { id: "m2" }).metadata
    evolveFacts(noFacts, held)
    expect(evolveFacts(noFacts, { ...held, type: "ProductionOrderRestarted" }).hold?.held).toBe(false)
    evolveFacts(noFacts, held)
    expect(evolveFacts(noFacts, { ...held, metadata: other }).hold?.messageId).toBe("m2")
    evolveFacts(noFacts, held)
    expect(evolveFacts({ ...known, released: true }, held).released).toBe(true)
  })

  it("are others where the message says something else", () => {
    const deferred = (type: "ReportReversed" | "ReportCorrected") =>
      evolveFacts(noFacts, { type: "MessageNoted", data: { type, reason: "Late" }, metadata, version: 1 })
    expect(deferred("ReportReversed")).not.toEqual(deferred("ReportCorrected"))
  })
})
