// Where an ERP takes all that an order reports in one document: which documents go into it, and what becomes of them.
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import type { DocumentOfOrder } from "../../../core/event/posting.ts"
import { plain, specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"

const of = (version: number, kind: DocumentOfOrder["kind"] = "confirmation") => ({ version, kind })

/** Reports at versions 1 and 2; their documents go as event 3's. */
const grouped = () =>
  specification(orderDecider).when(
    floor.confirmed({ id: "a" }),
    floor.booked({ id: "b" }),
    floor.due("due", [1, "confirmation"], [2, "confirmation"])
  )

const waived = floor.closedNotice("waived", floor.someCase, floor.postingSubject(3, "group"), "waived")

describe("documents that are due", () => {
  it("go as one, whose own document is the group's", () => {
    grouped().thenRecords({ type: "PostingsGrouped", data: { documents: [of(1), of(2)] } })
  })

  it("are those that are requested: not what is withheld, verified, or was never asked for", () => {
    specification(orderDecider)
      .when(floor.confirmed({ id: "a" }), floor.verified("v", 1), floor.booked({ id: "b" }))
      .when(floor.due("due", [1, "confirmation", 2], [3, "confirmation"], [7, "confirmation"]))
      .thenRecords({ type: "PostingsGrouped", data: { documents: [of(3)] } })
  })

  it("are none where nothing waits to be posted, or they are in a group already", () => {
    grouped()
      .when(floor.verified("v", 3, 1, "group"), floor.due("again", [1, "confirmation"], [2, "confirmation"]))
      .thenRecordsLike(["MessageNoted"])
  })

  it.each([
    ["on its way", []],
    ["in doubt", [floor.inDoubt("d", 3, 1)]],
    ["refused", [floor.failed("f", 3, 1, "group")]]
  ])("wait while a group before them is %s", (_, heard) => {
    grouped()
      .when(...heard, floor.booked({ id: "c" }))
      .when(floor.due("later", [4, "confirmation"], [5, "confirmation"]))
      .thenRecordsLike(["MessageNoted"])
  })

  it("take a reversal along only with what it takes back, or once that is in the ERP", () => {
    const order = specification(orderDecider).when(floor.confirmed({ id: "a" }), floor.inDoubt("d", 1, 1))
    order
      .when(floor.reversed({ id: "x" }, "a"), floor.due("due", [1, "confirmation"], [3, "reversal"]))
      .thenRecordsLike(["MessageNoted"])
      .when(floor.verified("v", 1), floor.due("later", [3, "reversal"]))
      .thenRecords({ type: "PostingsGrouped", data: { documents: [of(3, "reversal")] } })
  })

  it("are told apart at one version, and by their attempts", () => {
    specification(orderDecider)
      .when(floor.confirmed({ id: "a" }), floor.verified("v", 1), floor.corrected({ id: "c" }, "a"))
      .when(floor.postponed("p", 3, 1), floor.resumed("r", 3, 1))
      .when(floor.due("due", [3, "confirmation", 1], [3, "reversal", 1]))
      .thenRecords({ type: "PostingsGrouped", data: { documents: [of(3, "reversal")] } })
  })

  it("end the resubmission of one of them: the group has a case of its own, should it be refused", () => {
    const resubmission = { caseId: floor.someCase, attempt: 1 }
    specification(orderDecider)
      .when(floor.confirmed({ id: "a" }), floor.failed("f", 1), floor.askedAgain("again", 1))
      .when(floor.due("due", [1, "confirmation", 2]))
      .thenRecords({ type: "PostingsGrouped", data: { documents: [of(1)], resubmissions: [resubmission] } })
      .when(floor.verified("v", 4, 1, "group"))
      .thenRecords({
        type: "PostingVerified",
        data: { posting: floor.key(4, "group"), attempt: 1, document: "5000001" }
      })
  })

  it("are none that the ERP has given a number", () => {
    specification(orderDecider)
      .when(floor.confirmed({ id: "a" }), floor.failed("f", 1, 1, "confirmation", "5000001"))
      .when(floor.askedAgain("again", 1), floor.due("due", [1, "confirmation", 2]))
      .thenRecordsLike(["MessageNoted"])
  })

  it("take what was taken back with them, a reversal of what is posted already, too", () => {
    grouped()
      .when(floor.verified("v", 3, 1, "group"), floor.reversed({ id: "x" }, "a"))
      .thenRecordsLike(["ReportReversed", { posting: "requested", version: 1 }])
      .when(floor.due("due 2", [5, "reversal"]))
      .thenRecords({ type: "PostingsGrouped", data: { documents: [of(5, "reversal")] } })
  })
})

describe("a document in a group", () => {
  it("hears nothing of itself any more", () => {
    grouped()
      .when(floor.verified("v", 1))
      .thenRecordsLike(["MessageNoted", { reason: expect.stringContaining("event 3") }])
  })

  it("is due anew, with what takes it back, where the group was refused", () => {
    grouped()
      .when(floor.failed("f", 3, 1, "group"), floor.corrected({ id: "c" }, "a"))
      .thenRecordsLike(["ReportCorrected", { posting: "requested", version: 1 }], ["PostingsUngrouped", { group: 3 }])
      .when(floor.askedAgain("again", 3, 1, "group"))
      .thenRecordsLike(["MessageNoted"])
      .when(floor.due("anew", [1, "confirmation"], [2, "confirmation"], [5, "reversal"], [5, "confirmation"]))
      .thenRecords({
        type: "PostingsGrouped",
        data: { documents: [of(1), of(2), of(5, "reversal"), of(5)] }
      })
  })

  it("is due anew where it was taken back before the group was refused", () => {
    grouped()
      .when(floor.reversed({ id: "x" }, "a"), floor.failed("f", 3, 1, "group"))
      .thenRecordsLike(["PostingFailed", {}], ["PostingsUngrouped", { group: 3 }])
  })

  it("stays out of the next group until what takes it back is free, too: else that would be refused again", () => {
    const order = specification(orderDecider).when(
      floor.released({ id: "r" }, floor.plan(100)),
      floor.confirmed({ id: "a" }),
      floor.booked({ id: "b" }),
      floor.due("due", [2, "confirmation"], [3, "confirmation"])
    )
    // Something else withholds from now on: what can't be read may come before it.
    order.when(
      floor.failed("f", 4, 1, "group"),
      floor.confirmed({ id: "much", minute: 5 }, { yield: floor.quantity(1_000) })
    )
    order
      .when(floor.reversed({ id: "x", minute: 9 }, "a"))
      .thenRecordsLike(["ReportReversed", { posting: "withheld" }], ["PostingsUngrouped", { group: 4 }])
      .when(floor.due("anew", [2, "confirmation"], [3, "confirmation"]))
      .thenRecords({ type: "PostingsGrouped", data: { documents: [of(3)] } })
  })

  it("is waived with a group that a person had ended before a report in it was taken back", () => {
    grouped()
      .when(floor.failed("f", 3, 1, "group"), floor.reversed({ id: "x" }, "a"), waived)
      .thenRecords(
        { type: "PostingWaived", data: { posting: floor.key(1), caseId: floor.someCase, reversal: 5 } },
        { type: "PostingWaived", data: { posting: floor.key(2), caseId: floor.someCase } }
      )
      .when(floor.due("later", [1, "confirmation"], [2, "confirmation"], [5, "reversal"]))
      .thenRecordsLike(["MessageNoted"])
  })

  it("ends with a group that is waived", () => {
    grouped()
      .when(floor.failed("f", 3, 1, "group"), waived)
      .thenRecords({ type: "PostingWaived", data: { posting: floor.key(3, "group"), caseId: floor.someCase } })
      .when(
        floor.reversed({ id: "x" }, "a"),
        floor.due("later", [1, "confirmation"], [2, "confirmation"], [6, "reversal"])
      )
      .thenRecordsLike(["MessageNoted"])
  })

  it("keeps its reversal where the ERP had given the waived group a number", () => {
    grouped()
      .when(floor.failed("f", 3, 1, "group", "5000001"), floor.reversed({ id: "x" }, "a"), waived)
      .thenRecords({ type: "PostingWaived", data: { posting: floor.key(3, "group"), caseId: floor.someCase } })
      .when(floor.due("later", [5, "reversal"]))
      .thenRecords({ type: "PostingsGrouped", data: { documents: [of(5, "reversal")] } })
  })
})

it("what the ERP has no word for is over, and nothing takes it back there", () => {
  specification(orderDecider)
    .when(floor.confirmed({ id: "a" }), floor.omitted("o", 1))
    .thenRecordsLike(["PostingOmitted", { attempt: 1 }])
    .when(floor.verified("v", 1, 2))
    .thenRecordsLike(["MessageNoted"])
    .when(floor.reversed({ id: "x" }, "a"), floor.due("due", [1, "confirmation", 3], [4, "reversal"]))
    .thenRecordsLike(["MessageNoted"])
})

it("groups are kept by a snapshot", () => {
  const order = grouped().when(floor.failed("f", 3, 1, "group"))
  const { pack, unpack } = orderDecider
  expect(plain(unpack(pack(order.state)))).toEqual(plain(order.state))
})
