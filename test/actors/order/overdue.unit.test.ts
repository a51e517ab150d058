// A directive that names what doesn't come keeps the order open; when it is overdue a person decides.
import { describe, expect, it } from "vitest"
import { hasGap } from "../../../actors/order/course.ts"
import { orderDecider } from "../../../actors/order/decider.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"

const directive = floor.reference("r")
const final = floor.confirmed({ id: "final" }, { yield: floor.quantity(1), final: true })

/** Its final report and its close wait for the reversal of a report that nobody has sent. */
const stuck = (naming = floor.reversed({ id: "r" }, "never")) =>
  specification(orderDecider).when(
    floor.released({ id: "release" }),
    naming,
    final,
    floor.word("ProductionOrderClosed", { id: "close" })
  )

const waived = floor.closedNotice("w", floor.someCase, floor.directiveSubject(directive), "waived")

it("its timer has it recorded what it waits for", () => {
  stuck()
    .when(floor.overdue("t", directive))
    .thenRecords({
      type: "DirectiveOverdue",
      data: { directive, type: "ReportReversed", waitsFor: `${floor.mes}\nnever` }
    })
})

describe.each([
  ["a reversal", floor.reversed({ id: "r" }, "never"), "ReportReversed"],
  ["a correction", floor.corrected({ id: "r" }, "never"), "ReportCorrected"]
] as const)("%s whose wait is waived", (_, naming, type) => {
  it("is noted, and the order goes on", () => {
    stuck(naming)
      .when(floor.overdue("t", directive), waived)
      .thenRecords(
        { type: "DirectiveWaived", data: { directive, caseId: floor.someCase } },
        {
          type: "MessageNoted",
          data: { type, reason: `Waived by case ${floor.someCase}` },
          of: naming.metadata
        },
        {
          type: "ProductionOrderClosed",
          data: { orderId: floor.orderId, reason: "Said so" },
          of: floor.word("ProductionOrderClosed", { id: "close" }).metadata
        },
        { type: "PostingsFreed", data: { versions: [3] } }
      )
      .thenState(({ course }) => expect(hasGap(course)).toBe(false))
  })

  it("changes nothing when what it named comes after all", () => {
    stuck(naming)
      .when(floor.overdue("t", directive), waived, floor.confirmed({ id: "never" }))
      .thenRecordsLike(["OperationConfirmed", { posting: "requested" }])
  })
})

it("a change whose release doesn't come is overdue too", () => {
  const change = floor.reference("c", floor.erp)
  specification(orderDecider)
    .when(floor.changed({ id: "c" }, floor.plan(10)), floor.overdue("t", change))
    .thenRecordsLike(["DirectiveOverdue", { type: "ProductionOrderChanged", waitsFor: "release" }])
})

it("what comes late has it go on, and its case is needed no more", () => {
  stuck()
    .when(floor.overdue("t", directive), floor.confirmed({ id: "never" }))
    .thenRecordsLike(
      ["OperationConfirmed"],
      ["ReportReversed"],
      ["DirectiveWentOn", { directive }],
      ["ProductionOrderClosed"],
      ["PostingsFreed"]
    )
})

it("what goes on in time says nothing of it, and a timer or a decision that comes too late is noted", () => {
  stuck()
    .when(floor.confirmed({ id: "never" }))
    .thenRecordsLike(["OperationConfirmed"], ["ReportReversed"], ["ProductionOrderClosed"], ["PostingsFreed"])
    .when(floor.overdue("t", directive))
    .thenRecordsLike(["MessageNoted", { type: "DirectiveOverdue" }])
    .when(waived)
    .thenRecordsLike(["MessageNoted", { type: "CaseClosedNotice" }])
})
