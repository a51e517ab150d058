// Where an ERP takes all that an order reports in one document: which documents go into it, and what becomes of them.
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import { plain, specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"

/** Reports at versions 1 and 2; their documents go as event 3's. */
const grouped = () =>
  specification(orderDecider).when(floor.confirmed({ id: "a" }), floor.booked({ id: "b" }), floor.due("due", 1, 2))

const waived = floor.closedNotice("waived", floor.someCase, floor.postingSubject(3, "group"), "waived")

describe("documents that are due", () => {
  it("go as one, whose own document is the group's", () => {
    grouped().thenRecords({ type: "PostingsGrouped", data: { versions: [1, 2] } })
  })

  it("are those that are requested: not what is withheld, verified, or was never asked for", () => {
    specification(orderDecider)
      .when(floor.confirmed({ id: "a" }), floor.verified("v", 1), floor.booked({ id: "b" }))
      .when(floor.due("due", 1, 3, 7))
      .thenRecords({ type: "PostingsGrouped", data: { versions: [3] } })
  })

  it("are none where nothing waits to be posted, or they are in a group already", () => {
    grouped()
      .when(floor.verified("v", 3, 1, "group"), floor.due("again", 1, 2))
      .thenRecordsLike(["MessageNoted"])
  })

  it.each([
    ["on its way", []],
    ["in doubt", [floor.inDoubt("d", 3, 1)]],
    ["refused", [floor.failed("f", 3, 1, "group")]]
  ])("wait while a group before them is %s", (_, heard) => {
    grouped()
      .when(...heard, floor.booked({ id: "c" }))
      .when(floor.due("later", 4, 5))
      .thenRecordsLike(["MessageNoted"])
  })

  it("take what was taken back with them, a reversal of what is posted already, too", () => {
    grouped()
      .when(floor.verified("v", 3, 1, "group"), floor.reversed({ id: "x" }, "a"))
      .thenRecordsLike(["ReportReversed", { posting: "requested", version: 1 }])
      .when(floor.due("due 2", 5))
      .thenRecords({ type: "PostingsGrouped", data: { versions: [5] } })
  })
})

describe("a document in a group", () => {
  it("hears nothing of itself any more", () => {
    grouped()
      .when(floor.verified("v", 1))
      .thenRecordsLike(["MessageNoted", { reason: expect.stringContaining("event 3") }])
  })

  it("is reversed by a document of its own while the group is refused: a person decides on the group", () => {
    grouped()
      .when(floor.failed("f", 3, 1, "group"), floor.reversed({ id: "x" }, "a"))
      .thenRecordsLike(["ReportReversed", { posting: "requested", version: 1 }])
  })

  it("ends with a group that is waived, and so does what takes it back", () => {
    const order = grouped().when(floor.failed("f", 3, 1, "group"), floor.reversed({ id: "x" }, "a"))
    order
      .when(waived)
      .thenRecords({
        type: "PostingWaived",
        data: { posting: floor.key(3, "group"), caseId: floor.someCase, reversals: [5] }
      })
      .when(floor.due("later", 1, 2, 5))
      .thenRecordsLike(["MessageNoted"])
  })

  it("keeps its reversal where the ERP had given the waived group a number", () => {
    grouped()
      .when(floor.failed("f", 3, 1, "group", "5000001"), floor.reversed({ id: "x" }, "a"), waived)
      .thenRecords({ type: "PostingWaived", data: { posting: floor.key(3, "group"), caseId: floor.someCase } })
      .when(floor.due("later", 5))
      .thenRecords({ type: "PostingsGrouped", data: { versions: [5] } })
  })
})

it("what the ERP has no word for is over, and nothing takes it back there", () => {
  specification(orderDecider)
    .when(floor.confirmed({ id: "a" }), floor.omitted("o", 1))
    .thenRecordsLike(["PostingOmitted", { attempt: 1 }])
    .when(floor.verified("v", 1, 2))
    .thenRecordsLike(["MessageNoted"])
    .when(floor.reversed({ id: "x" }, "a"), floor.due("due", 1, 4))
    .thenRecordsLike(["MessageNoted"])
})

it("groups are kept by a snapshot", () => {
  const order = grouped().when(floor.failed("f", 3, 1, "group"))
  const { pack, unpack } = orderDecider
  expect(plain(unpack(pack(order.state)))).toEqual(plain(order.state))
})
