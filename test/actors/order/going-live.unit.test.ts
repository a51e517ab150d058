// A plant goes live: what the ERP had before counts and is never posted; what people still post is left to them, until
// theirs is found.
import { HashMap } from "effect"
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"

const order = () => specification(orderDecider)

describe("what was taken over from the ERP", () => {
  it("counts, and asks for no document", () => {
    const after = order().when(
      floor.released({ id: "r" }),
      floor.takenOver({ id: "t" }, { yield: floor.quantity(60), scrap: floor.quantity(2) }),
      floor.materialTakenOver({ id: "m" }, 5, "Consumed")
    )
    after.thenRecordsLike(["MaterialTakenOver"])
    const { course, facts } = after.state
    expect(HashMap.size(course.postings) + HashMap.size(course.withheld)).toBe(0)
    expect(HashMap.toEntries(facts.operations)).toMatchObject([
      [floor.op10, { good: { EA: "60" }, scrap: { EA: "2" }, reports: 1 }]
    ])
  })

  it("adds to what is reported from then on: more than planned is a breach", () => {
    order()
      .when(floor.released({ id: "r" }), floor.takenOver({ id: "t" }, { yield: floor.quantity(60) }))
      .when(floor.confirmed({ id: "c", minute: 1 }, { yield: floor.quantity(41) }))
      .thenRecordsLike(["OperationConfirmed", { posting: "withheld" }], ["BreachFound", { reported: "101" }])
  })

  it.each([
    ["reverses", floor.reversed({ id: "x" }, "t", floor.erp)],
    ["corrects", floor.corrected({ id: "x" }, "t", { yield: floor.quantity(5) }, floor.op10, floor.erp)]
  ])("is in the ERP's books: nobody %s it here, or it would be posted a second time", (_, word) => {
    order()
      .when(floor.takenOver({ id: "t" }, { yield: floor.quantity(60) }))
      .when(word)
      .thenRecordsLike(["MessageNoted", { reason: "What it names is no report of this order" }])
    order()
      .when(word)
      .when(floor.takenOver({ id: "t" }, { yield: floor.quantity(60) }))
      .thenRecordsLike(["OperationTakenOver"], ["MessageNoted"])
  })
})

describe("a document that is left to people", () => {
  const shadowed = () => order().when(floor.confirmed({ id: "report" }), floor.shadowed("s", 1))

  it("is theirs, whatever the poster says later", () => {
    shadowed()
      .thenRecords({ type: "PostingShadowed", data: { posting: floor.key(1), attempt: 1 } })
      .when(floor.verified("v", 1, 2))
      .thenRecordsLike(["MessageNoted", { reason: "The document is shadowed already" }])
  })

  it("ends when its report is taken back: there is nothing of ours to reverse", () => {
    shadowed()
      .when(floor.reversed({ id: "x" }, "report"))
      .thenRecordsLike(["ReportReversed", { posting: "requested", version: 1 }], ["PostingWithdrawn", { version: 1 }])
  })

  it("ends with the reversal that was asked for before it was left to people", () => {
    order()
      .when(floor.confirmed({ id: "report" }), floor.reversed({ id: "x" }, "report"), floor.shadowed("s", 1))
      .thenRecordsLike(["PostingShadowed"], ["PostingWithdrawn", { version: 1, reversal: 2 }])
  })

  it("is the one that a person posted, once that is found: a reversal takes that one back", () => {
    const found = shadowed().when(floor.adopted("a", 1))
    found.thenRecords({ type: "PostingAdopted", data: { posting: floor.key(1), attempt: 1, document: "4711001" } })
    found.when(floor.reversed({ id: "x" }, "report")).thenRecordsLike(["ReportReversed", { posting: "requested" }])
    expect(HashMap.toEntries(found.state.course.postings)).toMatchObject([
      [2, { state: "Verified", numbered: true }],
      [9, { state: "Requested", reverses: 1 }]
    ])
  })

  it("that was refused, and booked by a person before it was sent again, ends its resubmission", () => {
    order()
      .when(floor.confirmed({ id: "report" }), floor.failed("f", 1), floor.askedAgain("again", 1))
      .when(floor.adopted("a", 1, 2))
      .thenRecordsLike(["PostingAdopted", { resubmission: { caseId: floor.someCase, attempt: 1 } }])
  })
})
