// A document that the ERP refuses waits for a person: it is asked for again, waived, or withdrawn with its report. What
// isn't in the ERP is never reversed there.
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"

const resubmission = { caseId: floor.someCase, attempt: 1 }

/** The report's document, version 1, was refused. */
const refused = () => specification(orderDecider).when(floor.confirmed({ id: "report" }), floor.failed("f", 1))

const waived = (version: number, kind?: "reversal") =>
  floor.closedNotice("waived", floor.someCase, floor.postingSubject(version, kind), "waived")

describe("a person", () => {
  it("has it asked for again; what becomes of that names the resubmission, whatever comes between", () => {
    refused()
      .when(floor.askedAgain("again", 1))
      .thenRecords({ type: "PostingRequestedAgain", data: { posting: floor.key(1), attempt: 1, resubmission } })
      .when(floor.postponed("p", 1, 2), floor.resumed("r", 1, 2), floor.inDoubt("d", 1, 3), floor.verified("v", 1, 3))
      .thenRecords({
        type: "PostingVerified",
        data: { posting: floor.key(1), attempt: 3, document: "5000001", resubmission }
      })
  })

  it("has it asked for once more where it is refused again, by a resubmission of its own", () => {
    refused()
      .when(floor.askedAgain("again", 1), floor.failed("f2", 1, 2))
      .thenRecordsLike(["PostingFailed", { attempt: 2, resubmission }])
      .when(floor.askedAgain("again2", 1, 2))
      .thenRecordsLike(["PostingRequestedAgain", { attempt: 2, resubmission: { ...resubmission, attempt: 2 } }])
      .when(floor.failed("f3", 1, 3))
      .thenRecordsLike(["PostingFailed", { resubmission: { ...resubmission, attempt: 2 } }])
  })

  it("waives it: it ends without a document, and no word about it changes that", () => {
    refused()
      .when(waived(1))
      .thenRecords({ type: "PostingWaived", data: { posting: floor.key(1), caseId: floor.someCase } })
      .when(floor.verified("v", 1, 2))
      .thenRecordsLike(["MessageNoted"])
      .when(floor.askedAgain("again", 1))
      .thenRecordsLike(["MessageNoted"])
  })

  it("waives a refused reversal", () => {
    refused()
      .when(floor.askedAgain("again", 1), floor.verified("v", 1, 2), floor.reversed({ id: "x" }, "report"))
      .when(floor.failed("f2", 5, 1, "reversal"), waived(5, "reversal"))
      .thenRecords({ type: "PostingWaived", data: { posting: floor.key(5, "reversal"), caseId: floor.someCase } })
  })

  it.each([
    ["what is on its way", floor.postingSubject(1)],
    ["what was never asked for", floor.postingSubject(7)]
  ])("decides nothing about %s", (_, subject) => {
    const order = specification(orderDecider).when(floor.confirmed({ id: "report" }))
    order.when(floor.closedNotice("n", floor.someCase, subject, "waived")).thenRecordsLike(["MessageNoted"])
  })
})

describe("a report whose document was refused is taken back", () => {
  it("by a reversal: nothing is reversed in the ERP, and nobody need decide any more", () => {
    const order = refused()
      .when(floor.reversed({ id: "x" }, "report"))
      .thenRecordsLike(["ReportReversed", { version: 1 }], ["PostingWithdrawn", { version: 1 }])
    order.when(floor.verified("v", 3, 1, "reversal")).thenRecordsLike(["MessageNoted"])
    order.when(floor.askedAgain("again", 1)).thenRecordsLike(["MessageNoted"])
  })

  it("by a correction: only the replacement is posted", () => {
    refused()
      .when(floor.corrected({ id: "c" }, "report"))
      .thenRecordsLike(["ReportCorrected", { version: 1 }], ["PostingWithdrawn", { version: 1 }])
      .when(floor.verified("v", 3))
      .thenRecordsLike(["PostingVerified"])
      .when(floor.reversed({ id: "x" }, "c"))
      .when(floor.verified("v2", 6, 1, "reversal"))
      .thenRecordsLike(["PostingVerified", { posting: floor.key(6, "reversal") }])
  })

  it("before it was refused: the reversal that waits for it ends with it, also where that is withheld", () => {
    const asked = () => specification(orderDecider).when(floor.confirmed({ id: "report" }))
    asked()
      .when(floor.reversed({ id: "x" }, "report"), floor.failed("f", 1))
      .thenRecordsLike(["PostingFailed"], ["PostingWithdrawn", { version: 1, reversal: 2 }])
      .when(floor.verified("v", 2, 1, "reversal"))
      .thenRecordsLike(["MessageNoted"])
    asked()
      .given(floor.metadata({ id: "bad" }), {
        type: "MessageParked",
        data: { failure, subject: floor.parkedSubject({ id: "bad" }) }
      })
      .when(floor.corrected({ id: "c" }, "report"), floor.failed("f", 1))
      .thenRecordsLike(["PostingFailed"], ["PostingWithdrawn", { version: 1, reversal: 3 }])
      .thenState(({ course }) => {
        expect([...course.withheld]).toEqual([[3, { kinds: ["confirmation"], final: false }]])
      })
  })

  it("while it waits to be posted again: so it is when it is refused again", () => {
    refused()
      .when(floor.askedAgain("again", 1), floor.reversed({ id: "x" }, "report"), floor.failed("f2", 1, 2))
      .thenRecordsLike(["PostingFailed", { resubmission }], ["PostingWithdrawn", { version: 1, reversal: 4 }])
  })

  it("after a person waived it: nothing is reversed", () => {
    refused()
      .when(waived(1), floor.reversed({ id: "x" }, "report"))
      .thenRecordsLike(["ReportReversed"])
      .when(floor.verified("v", 4, 1, "reversal"))
      .thenRecordsLike(["MessageNoted"])
  })
})

describe("where the ERP gave the refused document a number, its books may hold something", () => {
  const numbered = () =>
    specification(orderDecider).when(
      floor.confirmed({ id: "report" }),
      floor.failed("f", 1, 1, "confirmation", "5000001"),
      floor.reversed({ id: "x" }, "report")
    )

  it("so a person still decides, and the reversal waits for that", () => {
    numbered()
      .thenRecordsLike(["ReportReversed"])
      .when(floor.askedAgain("again", 1), floor.verified("v", 1, 2), floor.verified("v2", 3, 1, "reversal"))
      .thenRecordsLike(["PostingVerified", { posting: floor.key(3, "reversal") }])
  })

  it("so a waiver ends the question and not the reversal, now or later", () => {
    numbered()
      .when(waived(1))
      .thenRecords({ type: "PostingWaived", data: { posting: floor.key(1), caseId: floor.someCase } })
      .when(floor.verified("v", 3, 1, "reversal"))
      .thenRecordsLike(["PostingVerified", { posting: floor.key(3, "reversal") }])
    specification(orderDecider)
      .when(floor.confirmed({ id: "report" }), floor.failed("f", 1, 1, "confirmation", "5000001"), waived(1))
      .when(floor.reversed({ id: "x" }, "report"), floor.verified("v", 4, 1, "reversal"))
      .thenRecordsLike(["PostingVerified", { posting: floor.key(4, "reversal") }])
  })
})

const failure = {
  class: "DataQualityIssue",
  field: "yield.value",
  value: "x",
  reason: "No number",
  nextStep: "Correct it"
} as const
