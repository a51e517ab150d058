// One order as its events tell it: plan, hold, gap, breaches, status; and which reports count.
import { describe, expect, it } from "vitest"
import type { Event as OrderEvent } from "../../actors/order/event.ts"
import { CaseId, ItemId, MessageId, OperationId, OrderId, Source } from "../../core/plant/identifiers.ts"
import { hasGap, statusOf } from "../../projections/orders/order.ts"
import { at, order, quantity, Writer, type Written } from "./events.ts"
import { told } from "./told.ts"

const stream = order("4711")
const about = { orderId: OrderId.make("4711") }
const operationId = OperationId.make("10")

const planned = (revision: number, ...operations: ReadonlyArray<string>) => ({
  ...about,
  itemId: ItemId.make("gear"),
  quantity: quantity("100"),
  revision,
  operations: operations.map((id) => ({ operationId: OperationId.make(id) }))
})
const released: OrderEvent = { type: "ProductionOrderReleased", data: planned(1, "10") }
const changed = (revision: number, ...operations: ReadonlyArray<string>): OrderEvent => ({
  type: "ProductionOrderChanged",
  data: planned(revision, ...operations)
})
const confirmed = (value: string, final = false): OrderEvent => ({
  type: "OperationConfirmed",
  data: { ...about, operationId, posting: "requested", yield: quantity(value), final }
})
const corrected = (version: number, value: string): OrderEvent => ({
  type: "ReportCorrected",
  data: {
    ...about,
    operationId,
    posting: "requested",
    corrects: { messageId: MessageId.make("m") },
    reason: "wrong",
    yield: quantity(value),
    version
  }
})
const reversed = (version: number): OrderEvent => ({
  type: "ReportReversed",
  data: { ...about, posting: "requested", reverses: { messageId: MessageId.make("m") }, reason: "wrong", version }
})

type Given = OrderEvent | readonly [OrderEvent, Written]

/** The order after these events, with what its reports add up to. */
const having = (...given: ReadonlyArray<Given>) => {
  const writer = new Writer()
  for (const each of given) {
    if ("type" in each) writer.write(stream, each)
    else writer.write(stream, ...each)
  }
  const { order: current, sums } = told(writer.events)
  return { order: current, status: statusOf(current), good: sums.map(({ good, unit }) => `${good} ${unit}`) }
}

describe("status", () => {
  const held: OrderEvent = { type: "ProductionOrderHeld", data: about }
  const restarted: OrderEvent = { type: "ProductionOrderRestarted", data: about }
  const cancelled: OrderEvent = { type: "ProductionOrderCancelled", data: about }
  const started: OrderEvent = { type: "OperationStarted", data: { ...about, operationId } }
  const technicallyCompleted: OrderEvent = { type: "ProductionOrderTechnicallyCompleted", data: about }
  const closed: OrderEvent = { type: "ProductionOrderClosed", data: about }
  it.each<[string, ReadonlyArray<Given>]>([
    ["Forecast", []],
    ["Released", [released]],
    ["Running", [started]],
    ["Running", [released, confirmed("5")]],
    ["Held", [released, confirmed("5"), held]],
    ["Running", [released, confirmed("5"), [restarted, { minute: 9 }], [held, { minute: 8 }]]],
    ["Completed", [released, confirmed("5", true)]],
    ["Running", [changed(2, "10", "20"), released, confirmed("5", true)]],
    ["Completed", [released, technicallyCompleted]],
    ["Cancelled", [released, cancelled]],
    ["Aborted", [released, started, cancelled]],
    ["Closed", [released, cancelled, closed]],
    ["Released", [released, confirmed("5"), reversed(2)]]
  ])("is %s after %j", (status, events) => {
    expect(having(...events).status).toBe(status)
  })

  it("isn't Completed by a final report while something may be missing", () => {
    expect(having([released, { sequence: 1 }], [confirmed("5", true), { sequence: 3 }]).status).toBe("Running")
  })
})

describe("the plan that rules", () => {
  it("is the highest revision, whatever came last", () => {
    expect(having(changed(3, "30"), released, changed(2, "20")).order.plan?.operations).toEqual(["30"])
  })
  it("is of equal revisions the later one", () => {
    const late = { minute: 60 }
    expect(having(released, [changed(2, "b"), late], [changed(2, "a"), { minute: 30 }]).order.plan?.operations).toEqual(
      ["b"]
    )
  })
})

describe("a gap", () => {
  const noted: OrderEvent = { type: "OperationStarted", data: { ...about, operationId } }
  const gapAfter = (...given: ReadonlyArray<Given>) => hasGap(having(...given).order)
  const waiting = (waitsFor: string): OrderEvent => ({
    type: "MessageDeferred",
    data: {
      type: "ReportReversed",
      body: { ...about, reverses: { messageId: MessageId.make("m") }, reason: "r", occurredAt: at(1) },
      waitsFor
    }
  })
  it("is a hole in a sender's sequence, until it is filled", () => {
    expect(gapAfter([noted, { sequence: 1 }], [noted, { sequence: 3 }])).toBe(true)
    expect(gapAfter([noted, { sequence: 1 }], [noted, { sequence: 3 }], [noted, { sequence: 2 }])).toBe(false)
    expect(gapAfter([noted, { sequence: 1 }], [noted, { sequence: 1, source: "plant-1/mes.events/other" }])).toBe(false)
  })
  it("is a directive that waits for a report, until it is resumed; not one that waits for the gap", () => {
    const messageId = "late"
    expect(gapAfter([waiting("a report"), { messageId }])).toBe(true)
    expect(gapAfter([waiting("a report"), { messageId }], [reversed(0), { messageId, part: undefined }])).toBe(false)
    expect(gapAfter([waiting("gap"), { messageId }])).toBe(false)
  })
  it("is a parked message, until it is settled", () => {
    const source = Source.make("plant-1/mes.events/mes")
    const message = { source, messageId: MessageId.make("bad") }
    const caseId = CaseId.make("0".repeat(32))
    const settled: OrderEvent = { type: "ParkedMessageSettled", data: { message, caseId, resolution: "waived" } }
    const writer = new Writer()
    writer.park(stream, "bad")
    writer.write(stream, settled)
    expect(hasGap(told(writer.events.slice(0, 1)).order)).toBe(true)
    expect(hasGap(told(writer.events).order)).toBe(false)
  })
})

describe("reports that count", () => {
  it("are added up exactly", () => {
    expect(having(confirmed("0.1"), confirmed("0.2")).good).toEqual(["0.3 EA"])
  })
  it("are replaced by their correction, and that by the next one", () => {
    expect(having(confirmed("5"), corrected(1, "6")).good).toEqual(["6 EA"])
    expect(having(confirmed("5"), corrected(1, "6"), corrected(2, "7")).good).toEqual(["7 EA"])
  })
  it("are none after a reversal, also of a correction", () => {
    expect(having(confirmed("5"), reversed(1)).good).toEqual(["0 EA"])
    expect(having(confirmed("5"), corrected(1, "6"), reversed(2)).good).toEqual(["0 EA"])
  })
  it("are what a correction adds where nothing counted any more", () => {
    expect(having(confirmed("5"), reversed(1), corrected(0, "7")).good).toEqual(["7 EA"])
  })
  it("say whether their operation is final", () => {
    expect(having(released, confirmed("5", true), corrected(2, "6")).status).toBe("Running")
  })
})
