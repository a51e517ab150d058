// The status of an order and its operations, derived from the state.
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import { operationStatus, orderStatus } from "../../../actors/order/status.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"
import { op10, op20 } from "./floor.ts"

const release = floor.released({ id: "release" })
const start = floor.started({ id: "start" })
const final = (id: string, operationId = op10, sequence?: number) =>
  floor.confirmed({ id, ...(sequence === undefined ? {} : { sequence }) }, { final: true }, operationId)
const hold = floor.word("ProductionOrderHeld", { id: "hold", minute: 1 })
const restart = floor.word("ProductionOrderRestarted", { id: "restart", minute: 2 })
const cancel = floor.word("ProductionOrderCancelled", { id: "cancel" })
const complete = floor.word("ProductionOrderTechnicallyCompleted", { id: "teco" })
const close = floor.word("ProductionOrderClosed", { id: "close" })

describe("an order is", () => {
  const cases: ReadonlyArray<[status: string, messages: ReadonlyArray<floor.Message>]> = [
    ["Released", [release]],
    ["Running", [release, start]],
    ["Running", [final("a")]],
    ["Held", [release, start, hold]],
    ["Running", [release, start, hold, restart]],
    ["Running", [release, start, restart, hold]],
    ["Completed", [release, final("a"), final("b", op20)]],
    ["Running", [release, final("a"), final("b", op20, 2)]],
    ["Running", [release, final("a"), final("b", op20), floor.reversed({ id: "r" }, "b")]],
    ["Completed", [release, start, complete]],
    ["Closed", [release, start, close]],
    ["Cancelled", [release, cancel]],
    ["Aborted", [release, start, cancel]]
  ]
  it.each(cases)("%s", (status, messages) => {
    const { state } = specification(orderDecider).when(...messages)
    expect(orderStatus(state)).toBe(status)
  })

  it("Forecast before anything is known", () => {
    expect(orderStatus(orderDecider.initial)).toBe("Forecast")
  })
})

describe("an operation is", () => {
  const cases: ReadonlyArray<[status: string, messages: ReadonlyArray<floor.Message>]> = [
    ["Pending", [release]],
    ["Running", [start]],
    ["Held", [start, hold]],
    ["Completed", [final("a")]],
    ["Running", [final("a", op10, 2)]],
    ["Aborted", [start, cancel]]
  ]
  it.each(cases)("%s", (status, messages) => {
    const { state } = specification(orderDecider).when(...messages)
    expect(operationStatus(state, op10)).toBe(status)
  })
})
