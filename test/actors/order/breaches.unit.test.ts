// Facts that break a rule of the plant are recorded in full; the breach shows, and goes when a later fact mends it.
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"
import { op10, op20, quantity } from "./floor.ts"

const order = () => specification(orderDecider)
const release = floor.released({ id: "release" })
const makes = (id: string, each: string | number, operationId = op10, unit = "EA") =>
  floor.confirmed({ id, minute: 10 }, { yield: quantity(each, unit) }, operationId)

describe("over-production", () => {
  it("is found when the good quantity passes the planned one, per operation", () => {
    order()
      .when(release, makes("a", 100))
      .thenRecordsLike(["OperationConfirmed", { posting: "requested" }])
      .when(makes("b", 1))
      .thenRecordsLike(
        ["OperationConfirmed", { posting: "withheld" }],
        [
          "BreachFound",
          {
            breach: "overproduction/10",
            kind: "overproduction",
            operationId: op10,
            since: 3,
            allowed: "100",
            reported: "101",
            unit: "EA"
          }
        ]
      )
      .when(makes("c", 101, op20))
      .thenRecordsLike(["OperationConfirmed"], ["BreachFound", { breach: "overproduction/20", since: 5 }])
      .when(makes("d", 5))
      .thenRecordsLike(["OperationConfirmed", { posting: "withheld" }])
  })

  it("allows the tolerance, exactly", () => {
    const tolerant = floor.released(
      { id: "r" },
      floor.plan("0.3", { overproductionTolerancePercent: fromText("33.4") })
    )
    order()
      .when(tolerant, makes("a", "0.4002"))
      .thenRecordsLike(["OperationConfirmed"])
      .when(makes("b", "0.000001"))
      .thenRecordsLike(["OperationConfirmed"], ["BreachFound", { allowed: "0.4002", reported: "0.400201" }])
  })

  it("compares with the operation's own quantity where the plan gives one", () => {
    const operations = [{ operationId: op10, quantity: quantity(5) }]
    order()
      .when(floor.released({ id: "r" }, floor.plan(100, { operations })), makes("a", 6))
      .thenRecordsLike(["OperationConfirmed"], ["BreachFound", { allowed: "5" }])
      .when(makes("b", 6, op20))
      .thenRecordsLike(["OperationConfirmed"])
  })

  it("isn't judged before the plan is known, and then is", () => {
    order()
      .when(makes("a", 101))
      .thenRecordsLike(["OperationConfirmed", { posting: "requested" }])
      .when(release)
      .thenRecordsLike(["ProductionOrderReleased"], ["BreachFound", { since: 2 }])
  })

  it("is withdrawn by a reversal, a correction, or a plan that allows it", () => {
    const over = [release, makes("a", 90), makes("b", 20)]
    order()
      .when(...over, floor.reversed({ id: "r" }, "a"))
      .thenRecordsLike(["ReportReversed"], ["BreachWithdrawn", { breach: "overproduction/10" }], ["PostingsFreed"])
    order()
      .when(...over, floor.corrected({ id: "c" }, "b", { yield: quantity(10) }))
      .thenRecordsLike(["ReportCorrected"], ["BreachWithdrawn"], ["PostingsFreed"])
    order()
      .when(...over, floor.changed({ id: "p" }, floor.plan(110, { revision: 2 })))
      .thenRecordsLike(["ProductionOrderChanged"], ["BreachWithdrawn"], ["PostingsFreed", { versions: [3] }])
  })

  it("is found again after it was withdrawn", () => {
    order()
      .when(release, makes("a", 101), floor.reversed({ id: "r" }, "a"), makes("b", 102))
      .thenRecordsLike(["OperationConfirmed"], ["BreachFound", { reported: "102", since: 7 }])
  })

  it("caused by a correction withholds the correction", () => {
    order()
      .when(release, makes("a", 10), floor.corrected({ id: "c" }, "a", { yield: quantity(101) }))
      .thenRecordsLike(["ReportCorrected", { posting: "withheld" }], ["BreachFound", { since: 3 }])
  })

  it("that comes and goes within one turn leaves nothing withheld", () => {
    order()
      .when(release, floor.reversed({ id: "r" }, "a"), makes("a", 101))
      .thenRecordsLike(
        ["OperationConfirmed", { posting: "withheld" }],
        ["BreachFound"],
        ["ReportReversed", { posting: "withheld" }],
        ["BreachWithdrawn"],
        ["PostingsFreed", { versions: [3, 5] }]
      )
  })
})

describe("a waiver", () => {
  const over = [release, makes("a", 101)]
  const waiver = (id: string, breach: string, since?: number) =>
    floor.closedNotice(id, floor.someCase, floor.breachSubject(breach, since), "waived")

  it("frees what the breach withheld, and holds for the plan's revision", () => {
    order()
      .when(...over, makes("b", 1), waiver("w", "overproduction/10"))
      .thenRecords(
        { type: "BreachWaived", data: { breach: "overproduction/10", caseId: floor.someCase } },
        { type: "PostingsFreed", data: { versions: [2, 4] } }
      )
      .when(makes("c", 50))
      .thenRecordsLike(["OperationConfirmed", { posting: "requested" }])
      .when(floor.reversed({ id: "r1" }, "a"), floor.reversed({ id: "r2" }, "c"), makes("d", 200))
      .thenRecordsLike(["OperationConfirmed", { posting: "requested" }])
      .when(floor.changed({ id: "p" }, floor.plan(150, { revision: 2 })))
      .thenRecordsLike(["ProductionOrderChanged"], ["BreachFound", { allowed: "150", reported: "201" }])
  })

  it("of one breach leaves what another withholds", () => {
    order()
      .when(...over, makes("b", 101, op20), waiver("w", "overproduction/10"))
      .thenRecordsLike(["BreachWaived"], ["PostingsFreed", { versions: [2] }])
      .when(makes("c", 1))
      .thenRecordsLike(["OperationConfirmed", { posting: "withheld" }])
      .when(waiver("w2", "overproduction/20"))
      .thenRecordsLike(["BreachWaived"], ["PostingsFreed", { versions: [4, 8] }])
  })

  it("given on one finding of a breach says nothing of the next", () => {
    order()
      .when(...over, floor.reversed({ id: "r" }, "a"), makes("b", 300))
      .thenRecordsLike(["OperationConfirmed"], ["BreachFound", { since: 7, reported: "300" }])
      .when(waiver("w", "overproduction/10", 2))
      .thenRecordsLike(["MessageNoted", { type: "CaseClosedNotice" }])
      .when(waiver("w2", "overproduction/10", 7))
      .thenRecordsLike(["BreachWaived"], ["PostingsFreed", { versions: [7] }])
  })

  it("of a breach that isn't open is noted", () => {
    order()
      .when(waiver("w", "overproduction/10"))
      .thenRecordsLike(["MessageNoted", { type: "CaseClosedNotice" }])
    order()
      .when(...over, floor.closedNotice("n", floor.someCase, floor.breachSubject("overproduction/10"), "resubmitted"))
      .thenRecordsLike(["MessageNoted"])
  })
})

it("a good quantity in another unit than planned isn't compared but shown", () => {
  order()
    .when(release, makes("a", 500, op10, "KGM"))
    .thenRecordsLike(
      ["OperationConfirmed", { posting: "withheld" }],
      ["BreachFound", { breach: "unitNotPlanned/10", kind: "unitNotPlanned", reported: "500", unit: "KGM" }]
    )
    .when(floor.reversed({ id: "r" }, "a"))
    .thenRecordsLike(["ReportReversed"], ["BreachWithdrawn"], ["PostingsFreed"])
})

describe.each([
  ["ProductionOrderCancelled", "reportAfterCancellation"],
  ["ProductionOrderTechnicallyCompleted", "reportAfterTechnicalCompletion"],
  ["ProductionOrderClosed", "reportAfterTechnicalCompletion"]
] as const)("work after %s", (type, kind) => {
  const end = floor.word(type, { id: "end", minute: 10 })

  it("is a breach, whichever was heard of first", () => {
    const late = floor.booked({ id: "late", minute: 11 })
    order()
      .when(end, late)
      .thenRecordsLike(
        ["LaborBooked", { posting: "withheld" }],
        ["BreachFound", { breach: `${kind}/10`, kind, since: 2 }]
      )
    order()
      .when(late, end)
      .thenRecordsLike([type], ["BreachFound", { breach: `${kind}/10`, kind, since: 2 }])
  })

  it("that happened before it is none, nor is a correction of that, or a start", () => {
    order()
      .when(end, floor.booked({ id: "a", minute: 9 }), floor.corrected({ id: "c", minute: 30 }, "a"))
      .thenRecordsLike(["ReportCorrected", { posting: "requested" }])
      .when(floor.started({ id: "s", minute: 20 }))
      .thenRecordsLike(["OperationStarted"])
  })

  it("is no breach any more once it was reversed", () => {
    order()
      .when(end, floor.nonconforming({ id: "late", minute: 11 }), floor.booked({ id: "a", minute: 5 }))
      .when(floor.reversed({ id: "r" }, "late"))
      .thenRecordsLike(["ReportReversed"], ["BreachWithdrawn"], ["PostingsFreed", { versions: [4] }])
  })
})

it("names the version of the event that shows the breach", () => {
  const { events } = order().when(release, makes("a", 101))
  expect(events[1]?.type).toBe("OperationConfirmed")
  expect(events[2]).toMatchObject({ type: "BreachFound", data: { since: 2 } })
})
