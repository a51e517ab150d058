// Material that an order takes, gives back and makes: recorded line by line, and taken back whole.
import { expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"

const order = () => specification(orderDecider)
const consumed = floor.moved("MaterialConsumed", { id: "c" })

it("is recorded at once, before the release too", () => {
  const data = { orderId: floor.orderId, materials: [floor.material(1)] }
  order().when(consumed).thenRecords({ type: "MaterialConsumed", data })
  order()
    .when(floor.moved("MaterialProduced", { id: "p" }))
    .thenRecords({ type: "MaterialProduced", data })
})

it("is reversed once, by its version; a reversal that comes first waits", () => {
  order()
    .when(consumed, floor.reversed({ id: "r" }, "c"))
    .thenRecordsLike(["ReportReversed", { version: 1, material: true }])
    .when(floor.reversed({ id: "s" }, "c"))
    .thenRecordsLike(["MessageNoted", { reason: "The report was reversed before" }])
  order()
    .when(floor.reversed({ id: "r" }, "c"))
    .thenRecordsLike(["MessageDeferred"])
    .when(consumed)
    .thenRecordsLike(["MaterialConsumed"], ["ReportReversed", { version: 2, material: true }])
})

it("isn't corrected, whether it was reversed or not", () => {
  const corrected = floor.corrected({ id: "x" }, "c", { yield: floor.quantity(1) }, floor.op10, floor.mes)
  const reversed = floor.reversed({ id: "r" }, "c")
  for (const messages of [
    [consumed, corrected],
    [consumed, reversed, corrected]
  ]) {
    order()
      .when(...messages)
      .thenRecordsLike(["MessageNoted", { reason: "Material isn't corrected: reverse the report and send another" }])
      .thenState(({ facts }) => expect(facts.operations).toEqual(order().state.facts.operations))
  }
})
