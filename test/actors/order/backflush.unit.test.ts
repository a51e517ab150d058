// What the ERP takes out of stock by itself is never issued by us as well; what it doesn't take is.
import { HashMap } from "effect"
import { expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import { ItemId } from "../../../core/plant/identifiers.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"
import { op10, op20 } from "./floor.ts"

const order = () => specification(orderDecider)
const [steel, oil] = [ItemId.make("STEEL"), ItemId.make("OIL")]

type Component = { readonly itemId: ItemId; readonly operationId?: typeof op10 }
const released = (...backflushedComponents: ReadonlyArray<Component>) =>
  floor.released({ id: "release" }, floor.plan(100, { backflushedComponents }))

/** Scanned: a line of each item. */
const scanned = (
  items: ReadonlyArray<ItemId>,
  more: { readonly id?: string; readonly operationId?: typeof op10; readonly type?: "MaterialReturned" } = {}
): floor.Message => {
  const message = floor.moved(more.type ?? "MaterialConsumed", { id: more.id ?? "c" })
  if (message.type !== "MaterialConsumed" && message.type !== "MaterialReturned") throw new Error("It moves material")
  const body = {
    ...message.body,
    ...(more.operationId === undefined ? {} : { operationId: more.operationId }),
    materials: items.map((itemId) => ({ ...floor.material(1), itemId }))
  }
  return { ...message, body }
}

it("a scanned component that the ERP backflushes makes no document, and is recorded as it was scanned", () => {
  const specified = order().when(released({ itemId: steel }), scanned([steel]))
  specified.thenRecords({
    type: "MaterialConsumed",
    data: { orderId: floor.orderId, materials: [floor.material(1)], backflushed: [0] }
  })
  expect(HashMap.size(specified.state.course.postings)).toBe(0)
  specified
    .when(floor.reversed({ id: "r" }, "c"))
    .thenRecordsLike(["ReportReversed", { material: true }])
    .thenState(({ course }) => expect(HashMap.size(course.postings)).toBe(0))
})

it("one that it doesn't backflush is issued, beside another that it does", () => {
  order()
    .when(released({ itemId: steel }), scanned([oil]))
    .thenRecordsLike(["MaterialConsumed", { posting: "requested" }])
    .when(scanned([steel, oil, steel], { id: "d" }))
    .thenRecordsLike(["MaterialConsumed", { posting: "requested", backflushed: [0, 2] }])
})

it("what the floor takes by the bill itself is issued where the ERP is known not to take it", () => {
  const byBill = (items: ReadonlyArray<ItemId>): floor.Message => {
    const message = scanned(items)
    if (message.type !== "MaterialConsumed") throw new Error("It is a consumption")
    return { ...message, body: { ...message.body, backflush: true } }
  }
  order()
    .when(released(), byBill([steel]))
    .thenRecordsLike(["MaterialConsumed", { backflush: true, posting: "requested" }])
  order()
    .when(released({ itemId: steel }), byBill([steel, oil]))
    .thenRecordsLike(["MaterialConsumed", { backflush: true, posting: "requested", backflushed: [0] }])
  const unsaid = order().when(floor.released({ id: "release" }), byBill([steel]))
  expect(HashMap.size(unsaid.state.course.postings)).toBe(0)
})

it("at the operation that it is for alone, or where none is said", () => {
  order()
    .when(released({ itemId: steel, operationId: op10 }), scanned([steel], { operationId: op20 }))
    .thenRecordsLike(["MaterialConsumed", { posting: "requested" }])
    .when(scanned([steel], { id: "d", operationId: op10 }))
    .thenRecordsLike(["MaterialConsumed", { backflushed: [0] }])
    .when(scanned([steel], { id: "e" }))
    .thenRecordsLike(["MaterialConsumed", { backflushed: [0] }])
})

it("what is given back of it was never issued, so it isn't returned either", () => {
  const specified = order().when(released({ itemId: steel }), scanned([steel], { type: "MaterialReturned" }))
  specified.thenRecordsLike(["MaterialReturned", { backflushed: [0] }])
  expect(HashMap.size(specified.state.course.postings)).toBe(0)
})

it("by the revision that rules when it is reported", () => {
  order()
    .when(released({ itemId: steel }), floor.changed({ id: "p" }, floor.plan(100, { revision: 2 })), scanned([steel]))
    .thenRecordsLike(["MaterialConsumed", { posting: "requested" }])
})

it("nothing is left out before the release, which nobody knows then", () => {
  order()
    .when(scanned([steel]), released({ itemId: steel }))
    .thenRecordsLike(["ProductionOrderReleased"])
    .thenState(({ course }) => expect(HashMap.size(course.postings)).toBe(1))
})
