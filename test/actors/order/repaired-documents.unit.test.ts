// What a person decides on a document that the ERP holds no more, or that isn't ours.
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"

const decided = { plant: floor.plant, orderId: floor.orderId, occurredAt: floor.at(9), reason: "It was cancelled" }
const again = (id: string, version = 2, kind?: "group") =>
  floor.repeated(id, { ...decided, posting: floor.key(version, kind) })

/** The confirmation of version 2 is in the ERP. */
const posted = () =>
  specification(orderDecider).when(
    floor.released({ id: "release" }),
    floor.confirmed({ id: "one" }),
    floor.verified("posted", 2)
  )

describe("a document that is posted again", () => {
  it("is asked for by an event of its own, which is the next attempt", () => {
    const order = posted()
      .when(again("again"))
      .thenRecordsLike(["PostingRepeated", { posting: floor.key(2) }])
    order.when(floor.failed("old attempt", 4, 1)).thenRecordsLike(["MessageNoted"])
    order.when(floor.verified("next attempt", 4, 2)).thenRecordsLike(["PostingVerified", { posting: floor.key(4) }])
  })

  it("is so once, and only where it is in the ERP by what is known", () => {
    posted().when(again("again"), again("and again")).thenRecordsLike(["MessageNoted"])
    posted().when(again("another", 9)).thenRecordsLike(["MessageNoted"])
    specification(orderDecider)
      .when(floor.released({ id: "release" }), floor.confirmed({ id: "one" }), again("early"))
      .thenRecordsLike(["MessageNoted"])
  })

  it("is so where a person waived it although the ERP had given it a number: then it was there", () => {
    const refused = (document?: string) =>
      specification(orderDecider).when(
        floor.released({ id: "release" }),
        floor.confirmed({ id: "one" }),
        floor.failed("refused", 2, 1, "confirmation", document),
        floor.closedNotice("waived", floor.someCase, floor.postingSubject(2), "waived"),
        again("again")
      )
    refused("77").thenRecordsLike(["PostingRepeated"])
    refused().thenRecordsLike(["MessageNoted"])
  })

  it("can be lost once more", () => {
    posted()
      .when(again("again"), floor.verified("there", 4, 2), again("and again", 4))
      .thenRecordsLike(["PostingRepeated", { posting: floor.key(4) }])
  })

  it("isn't where its report was taken back: then it isn't needed", () => {
    posted()
      .when(floor.reversed({ id: "no" }, "one"), again("again"))
      .thenRecordsLike(["MessageNoted", { reason: "What it says was taken back" }])
  })

  it("is what a reversal takes back, once it is there", () => {
    posted()
      .when(again("again"), floor.verified("there", 4, 2), floor.reversed({ id: "no" }, "one"))
      .thenRecordsLike(["ReportReversed", { posting: "requested", version: 2 }])
  })

  it("goes with all that it was posted with", () => {
    const order = specification(orderDecider).when(
      floor.released({ id: "release" }),
      floor.confirmed({ id: "one" }),
      floor.due("due", [2, "confirmation"]),
      floor.verified("posted", 3, 1, "group")
    )
    order.when(again("part")).thenRecordsLike(["MessageNoted"])
    order.when(again("all", 3, "group")).thenRecordsLike(["PostingRepeated", { posting: floor.key(3, "group") }])
  })
})

it("a document of somebody else's is taken as it is, with why, and without the badge", () => {
  const content = { orderId: floor.orderId, operationId: floor.op10, amounts: { yield: floor.quantity(2) } }
  const order = posted().when(floor.documentAcknowledged("taken", { ...decided, document: "900", content }))
  order.thenRecords({ type: "DocumentAcknowledged", data: { document: "900", content, reason: decided.reason } })
  expect(order.events).toHaveLength(4)
})
