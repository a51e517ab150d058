// Material that an order takes, gives back and makes: recorded line by line, and taken back whole.
import { HashMap } from "effect"
import { expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import { documentNumber } from "../../../actors/posting/documents.ts"
import { Source } from "../../../core/plant/identifiers.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"

const order = () => specification(orderDecider)
const consumed = floor.moved("MaterialConsumed", { id: "c" })

it("is recorded at once, before the release too", () => {
  const data = { orderId: floor.orderId, materials: [floor.material(1)], posting: "requested" } as const
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

it("asks for a goods movement, withheld while something is open; not where the ERP itself tells of it", () => {
  order()
    .when(floor.released({ id: "release" }), consumed)
    .thenRecordsLike(["MaterialConsumed", { posting: "requested" }])
    .thenState(({ course }) => expect(HashMap.has(course.postings, documentNumber(2, "goodsMovement"))).toBe(true))
  order()
    .when(floor.released({ id: "release" }), floor.confirmed({ id: "much" }, { yield: floor.quantity(1_000) }))
    .when(consumed)
    .thenRecordsLike(["MaterialConsumed", { posting: "withheld" }])
  const { posting: _, ...data } = { orderId: floor.orderId, materials: [floor.material(1)], posting: "requested" }
  order()
    .when({ ...consumed, metadata: floor.metadata({ id: "c", source: Source.make("ulm/erp.events/erp") }) })
    .thenRecords({ type: "MaterialConsumed", data })
})

it("that was backflushed asks for nothing: the ERP books it by the same rule", () => {
  if (consumed.type !== "MaterialConsumed") throw new Error("It is a consumption")
  const backflushed: floor.Message = { ...consumed, body: { ...consumed.body, backflush: true } }
  order()
    .when(backflushed, floor.reversed({ id: "r" }, "c"))
    .thenRecordsLike(["ReportReversed", { material: true }])
    .thenState(({ course }) => expect(HashMap.size(course.postings) + HashMap.size(course.withheld)).toBe(0))
})

it("is taken back by a reversal of its document; one that was refused is withdrawn", () => {
  order()
    .when(consumed, floor.failed("f", 1, 1, "goodsMovement"), floor.reversed({ id: "r" }, "c"))
    .thenRecordsLike(
      ["ReportReversed", { version: 1, material: true, posting: "requested" }],
      ["PostingWithdrawn", { version: 1, kind: "goodsMovement" }]
    )
})
