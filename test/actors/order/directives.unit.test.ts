// Directives apply once what they name is known, and wait until then; one that changes nothing is noted.
import { HashMap, Option } from "effect"
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import type { OrderState } from "../../../actors/order/state.ts"
import { documentNumber } from "../../../actors/posting/documents.ts"
import { messageKey } from "../../../core/message/metadata.ts"
import type { OperationId } from "../../../core/plant/identifiers.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"
import { op10, op20, quantity } from "./floor.ts"

const order = () => specification(orderDecider)
const good = (state: OrderState, operationId: OperationId = op10) =>
  Option.match(HashMap.get(state.facts.operations, operationId), { onNone: () => undefined, onSome: (one) => one.good })

const report = floor.confirmed({ id: "report", minute: 1 }, { yield: quantity(7) })

describe("a change", () => {
  const change = floor.changed({ id: "change" }, floor.plan(120, { revision: 2 }))

  it("applies to a released order", () => {
    order()
      .when(floor.released({ id: "release" }), change)
      .thenRecordsLike(["ProductionOrderChanged", { revision: 2 }])
  })

  it("waits for the release and follows it in the same turn, under its own envelope", () => {
    order()
      .when(change)
      .thenRecords({
        type: "MessageDeferred",
        data: { type: "ProductionOrderChanged", body: expect.objectContaining({ revision: 2 }), waitsFor: "release" }
      })
      .thenState(({ facts }) => expect(facts.plan).toBeUndefined())
      .when(floor.released({ id: "release" }))
      .thenRecords(
        { type: "ProductionOrderReleased", data: { orderId: floor.orderId, ...floor.plan(100) } },
        {
          type: "ProductionOrderChanged",
          data: { orderId: floor.orderId, ...floor.plan(120, { revision: 2 }) },
          of: change.metadata
        }
      )
  })

  it("keeps no badge while it waits", () => {
    const [event] = order().when(change).events
    expect(JSON.stringify(event)).not.toContain("badge")
  })
})

describe("a reversal", () => {
  it("takes back a report", () => {
    order()
      .when(floor.started({ id: "s" }), report, floor.reversed({ id: "reversal" }, "report"))
      .thenRecords({
        type: "ReportReversed",
        data: {
          orderId: floor.orderId,
          reverses: { messageId: floor.reference("report").messageId },
          reason: "Wrong order",
          posting: "requested",
          version: 2
        }
      })
      .thenState((state) => expect(good(state)).toEqual({}))
  })

  it("waits for the report, which it then takes back at once", () => {
    order()
      .when(floor.reversed({ id: "reversal" }, "report"))
      .thenRecordsLike(["MessageDeferred", { waitsFor: messageKey(floor.reference("report")) }])
      .when(report)
      .thenRecordsLike(["OperationConfirmed", { posting: "requested" }], ["ReportReversed", { version: 2 }])
      .thenState((state) => expect(good(state)).toBeUndefined())
  })

  it("may name another sender's report", () => {
    const fromErp = floor.reversed({ id: "reversal", source: floor.erp }, "report", floor.mes)
    order()
      .when(report, fromErp)
      .thenRecordsLike(["ReportReversed", { version: 1 }])
  })

  it.each([
    ["of a report that was reversed before", [report, floor.reversed({ id: "x" }, "report")], "report"],
    ["of a reversal", [report, floor.reversed({ id: "x" }, "report")], "x"],
    ["of a report that was corrected", [report, floor.corrected({ id: "x" }, "report")], "report"],
    ["of what is no report", [floor.word("ProductionOrderHeld", { id: "x" })], "x"],
    ["of itself", [], "reversal"]
  ])("%s is noted", (_, before, target) => {
    order()
      .when(...before, floor.reversed({ id: "reversal" }, target))
      .thenRecordsLike(["MessageNoted", { type: "ReportReversed" }])
  })

  it("that waited for what turns out to be no report is noted under its own envelope", () => {
    const reversal = floor.reversed({ id: "reversal" }, "hold")
    order()
      .when(reversal, floor.word("ProductionOrderHeld", { id: "hold" }))
      .thenRecords(
        { type: "ProductionOrderHeld", data: { orderId: floor.orderId, reason: "Said so" } },
        {
          type: "MessageNoted",
          data: { type: "ReportReversed", reason: "What it names is no report of this order" },
          of: reversal.metadata
        }
      )
      .thenState(({ course }) => expect(HashMap.isEmpty(course.deferred)).toBe(true))
  })

  it("of a nonconformance or a start asks for no document", () => {
    order()
      .when(floor.nonconforming({ id: "n" }), floor.reversed({ id: "r" }, "n"))
      .thenRecordsLike(["ReportReversed", { version: 1 }])
      .thenState(({ course }) => expect(HashMap.isEmpty(course.postings)).toBe(true))
  })

  it("of the earliest start leaves the next one", () => {
    order()
      .when(
        floor.started({ id: "a", minute: 1 }),
        floor.started({ id: "b", minute: 5 }),
        floor.reversed({ id: "r" }, "a")
      )
      .thenState(({ facts }) =>
        expect(HashMap.toValues(facts.operations)).toMatchObject([{ startedAt: Date.parse(floor.at(5)) }])
      )
  })
})

describe("a correction", () => {
  it("replaces a report, on another operation if need be", () => {
    order()
      .when(report, floor.corrected({ id: "c" }, "report", { yield: quantity(5) }, op20))
      .thenRecordsLike(["ReportCorrected", { version: 1, posting: "requested", operationId: op20 }])
      .thenState((state) => {
        expect(good(state, op10)).toBeUndefined()
        expect(good(state, op20)).toEqual({ EA: "5" })
      })
      .thenState(({ course }) =>
        expect([...HashMap.keys(course.postings)].sort()).toEqual([
          documentNumber(1, "confirmation"),
          documentNumber(2, "confirmation"),
          documentNumber(2, "reversal")
        ])
      )
  })

  it("takes back an earlier correction of the same report, if it ranks higher", () => {
    const first = floor.corrected({ id: "c1", minute: 2 }, "report", { yield: quantity(5) })
    const second = floor.corrected({ id: "c2", minute: 3 }, "report", { yield: quantity(4) })
    order()
      .when(report, first, second)
      .thenRecordsLike(["ReportCorrected", { version: 2 }])
      .thenState((state) => expect(good(state)).toEqual({ EA: "4" }))
    order()
      .when(report, second, first)
      .thenRecordsLike(["MessageNoted", { type: "ReportCorrected" }])
      .thenState((state) => expect(good(state)).toEqual({ EA: "4" }))
  })

  it("of a reversed report takes nothing back and counts", () => {
    order()
      .when(report, floor.reversed({ id: "r" }, "report"), floor.corrected({ id: "c" }, "report"))
      .thenRecordsLike(["ReportCorrected", { version: 0 }])
      .thenState((state) => expect(good(state)).toEqual({ EA: "1" }))
  })

  it("of a correction replaces that one; of one that was outranked it counts nothing", () => {
    const first = floor.corrected({ id: "c1", minute: 2 }, "report", { yield: quantity(5) })
    const ofFirst = floor.corrected({ id: "c2", minute: 9 }, "c1", { yield: quantity(3) })
    const better = floor.corrected({ id: "c3", minute: 4 }, "report", { yield: quantity(2) })
    order()
      .when(report, first, ofFirst)
      .thenState((state) => expect(good(state)).toEqual({ EA: "3" }))
    order()
      .when(report, first, ofFirst, better)
      .thenRecordsLike(["ReportCorrected", { version: 3 }])
    order()
      .when(report, better, first, ofFirst)
      .thenRecordsLike(["MessageNoted", { type: "ReportCorrected" }])
      .thenState((state) => expect(good(state)).toEqual({ EA: "2" }))
  })

  it("that waits for another waiting one goes on after it, in one turn", () => {
    order()
      .when(
        floor.corrected({ id: "c2" }, "c1", { yield: quantity(3) }),
        floor.corrected({ id: "c1" }, "report"),
        report
      )
      .thenRecordsLike(["OperationConfirmed"], ["ReportCorrected", { version: 3 }], ["ReportCorrected", { version: 4 }])
      .thenState((state) => expect(good(state)).toEqual({ EA: "3" }))
  })
})

describe("technical completion and close", () => {
  const types = ["ProductionOrderTechnicallyCompleted", "ProductionOrderClosed"] as const

  it.each(types)("%s waits while the sender's count has a hole", (type) => {
    const directive = floor.word(type, { id: "directive", sequence: 9 })
    const held = (id: string, sequence: number) => floor.word("ProductionOrderHeld", { id, sequence })
    const beforeIt = Array.from({ length: 7 }, (_, index) => held(`h${index + 1}`, index + 1))
    order()
      .when(...beforeIt, directive)
      .thenRecordsLike(["MessageDeferred", { waitsFor: "gap" }])
      .when(held("h8", 8))
      .thenRecordsLike(["ProductionOrderHeld"], [type])
  })

  it("waits while a directive waits", () => {
    order()
      .when(floor.reversed({ id: "r" }, "report"), floor.word("ProductionOrderTechnicallyCompleted", { id: "teco" }))
      .thenRecordsLike(["MessageDeferred", { type: "ProductionOrderTechnicallyCompleted" }])
      .when(floor.word("ProductionOrderClosed", { id: "close", minute: 5 }))
      .thenRecordsLike(["MessageDeferred", { type: "ProductionOrderClosed" }])
      .when(report)
      .thenRecordsLike(
        ["OperationConfirmed"],
        ["ReportReversed"],
        ["ProductionOrderTechnicallyCompleted"],
        ["ProductionOrderClosed"]
      )
  })

  it("goes on though what it lets go on breaks a rule in the same turn", () => {
    order()
      .when(floor.confirmed({ id: "after the end", minute: 9 }))
      .when(floor.reversed({ id: "r" }, "close"))
      .when(floor.word("ProductionOrderTechnicallyCompleted", { id: "teco", minute: 1 }))
      .when(floor.word("ProductionOrderClosed", { id: "close", minute: 2 }))
      .thenRecordsLike(
        ["MessageDeferred", { waitsFor: "gap" }],
        ["MessageNoted"],
        ["ProductionOrderTechnicallyCompleted"],
        ["BreachFound"],
        ["ProductionOrderClosed"]
      )
      .thenState(({ course }) => expect(HashMap.size(course.deferred)).toBe(0))
  })

  it("doesn't wait for itself, nor one for the other", () => {
    order()
      .when(floor.word("ProductionOrderTechnicallyCompleted", { id: "teco" }))
      .when(floor.word("ProductionOrderClosed", { id: "close" }))
      .thenRecordsLike(["ProductionOrderClosed"])
  })
})

it("a directive that names a message of no plant waits, and doesn't go round in circles", () => {
  order()
    .when(report, floor.reversed({ id: "r" }, "v", floor.erp), floor.verified("v", 1))
    .thenRecordsLike(["PostingVerified"])
  order()
    .when(floor.corrected({ id: "a" }, "b"), floor.corrected({ id: "b" }, "a"))
    .thenRecordsLike(["MessageDeferred"])
})
