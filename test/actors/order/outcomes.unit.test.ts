// What the poster says of a document is recorded where this order asked for it and it's news; else it's noted.
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"

const order = () => specification(orderDecider).when(floor.confirmed({ id: "report" }))

it("an outcome becomes the event of the same name", () => {
  order()
    .when(floor.accepted("1", 1))
    .thenRecords({ type: "PostingAccepted", data: { posting: floor.key(1), attempt: 1, document: "5000001" } })
    .when(floor.verified("2", 1))
    .thenRecords({ type: "PostingVerified", data: { posting: floor.key(1), attempt: 1, document: "5000001" } })
  order()
    .when(floor.inDoubt("1", 1))
    .thenRecords({ type: "PostingInDoubt", data: { posting: floor.key(1), attempt: 1, reason: "No answer" } })
    .when(floor.failed("2", 1))
    .thenRecordsLike(["PostingFailed", { code: "PERIOD" }])
  order()
    .when(floor.postponed("1", 1))
    .thenRecordsLike(["PostingDeferred", { until: 1_800_000_000_000 }])
    .when(floor.resumed("2", 1))
    .thenRecords({ type: "PostingResumed", data: { posting: floor.key(1), attempt: 1 } })
    .when(floor.verified("3", 1, 2))
    .thenRecordsLike(["PostingVerified", { attempt: 2 }])
})

it("a date that was moved is recorded, and the document is requested again for its next attempt", () => {
  order()
    .when(floor.dateMoved("1", 1))
    .thenRecords({
      type: "PostingDateMoved",
      data: {
        posting: floor.key(1),
        attempt: 1,
        from: "2026-11-23",
        to: "2026-12-01",
        reason: "Closed",
        rule: "sandbox/1",
        policy: "closedPeriod/nextOpenPeriod"
      }
    })
    .when(floor.dateMoved("2", 1, 2), floor.verified("3", 1, 3))
    .thenRecordsLike(["PostingVerified", { attempt: 3 }])
})

it("a document whose date was moved is still taken back as a whole", () => {
  order()
    .when(floor.dateMoved("1", 1), floor.failed("2", 1, 2), floor.reversed({ id: "r" }, "report"))
    .thenRecordsLike(["ReportReversed"], ["PostingWithdrawn", { version: 1 }])
})

describe("stale words are noted", () => {
  it.each([
    ["anything after verified", [floor.verified("1", 1)], floor.inDoubt("2", 1, 2)],
    ["anything after failed", [floor.failed("1", 1)], floor.verified("2", 1, 2)],
    ["an earlier attempt", [floor.inDoubt("1", 1, 2)], floor.verified("2", 1, 1)],
    ["a date moved by an attempt that is over", [floor.dateMoved("1", 1)], floor.dateMoved("2", 1)],
    ["a date moved after it was verified", [floor.verified("1", 1)], floor.dateMoved("2", 1, 2)],
    ["a timer that isn't awaited", [], floor.resumed("2", 1)],
    [
      "a timer of an earlier delay",
      [floor.postponed("1", 1, 1), floor.postponed("1b", 1, 2)],
      floor.resumed("2", 1, 1)
    ],
    ["doubt about what was accepted", [floor.accepted("1", 1)], floor.inDoubt("2", 1)],
    ["the same once more", [floor.inDoubt("1", 1)], floor.inDoubt("2", 1)],
    ["another end of a deferred attempt", [floor.postponed("1", 1)], floor.verified("2", 1)],
    ["doubt about an attempt that is over", [floor.postponed("1", 1), floor.resumed("1b", 1)], floor.inDoubt("2", 1)],
    ["a document that no event asked for", [], floor.verified("2", 7)],
    ["a reversal where a confirmation was asked for", [], floor.verified("2", 1, 1, "reversal")]
  ])("%s", (_, before, last) => {
    order()
      .when(...before, last)
      .thenRecordsLike(["MessageNoted", { type: last.type }])
  })

  it("a document that nobody asked for", () => {
    order().when(floor.verified("1", 7)).thenRecordsLike(["MessageNoted"])
  })

  it("a document that is withheld", () => {
    const over = floor.confirmed({ id: "over" }, { yield: floor.quantity(101) })
    order()
      .when(floor.released({ id: "r" }), over, floor.verified("1", 3))
      .thenRecordsLike(["MessageNoted"])
  })
})

it("a correction's two documents have outcomes of their own", () => {
  order()
    .when(floor.corrected({ id: "c" }, "report"))
    .when(floor.verified("1", 2, 1, "reversal"))
    .thenRecordsLike(["PostingVerified", { posting: floor.key(2, "reversal") }])
    .when(floor.verified("2", 2))
    .thenRecordsLike(["PostingVerified", { posting: floor.key(2) }])
})

it("every document is known by its key", () => {
  expect(floor.key(2)).toBe("order/ulm/4711/2/confirmation")
})
