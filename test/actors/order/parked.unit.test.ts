// A parked message is a known gap: facts flow, postings from there on wait, until its case is settled.
import { HashMap } from "effect"
import { describe, expect, it } from "vitest"
import { caseId } from "../../../actors/case-id.ts"
import { hasGap } from "../../../actors/order/course.ts"
import { orderDecider } from "../../../actors/order/decider.ts"
import { documentNumber } from "../../../actors/posting/documents.ts"
import type { GenericEvent } from "../../../core/event/generic.ts"
import { messageKey } from "../../../core/message/metadata.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"
import { quantity } from "./floor.ts"

const bad = { id: "bad", sequence: 2 }
const metadata = floor.metadata(bad)
const badCase = caseId(metadata, metadata.digest)
const keyOfBad = messageKey(metadata)
const subject = floor.parkedSubject(bad)

const parked: GenericEvent = {
  type: "MessageParked",
  data: {
    failure: {
      class: "DataQualityIssue",
      field: "yield.value",
      value: "x",
      reason: "No number",
      nextStep: "Correct it"
    },
    subject
  }
}
const first = floor.confirmed({ id: "first", sequence: 1 })
const third = floor.confirmed({ id: "third", sequence: 3 })

const order = () => specification(orderDecider).when(first).given(metadata, parked)
const settled = (resolution: "resubmitted" | "waived") => floor.closedNotice("notice", badCase, subject, resolution)
const twin = floor.confirmed({ id: "case/1", sequence: 2, corrects: floor.reference("bad") }, { yield: quantity(3) })

describe("while a message is parked", () => {
  it("facts are recorded and their postings withheld, those before it not", () => {
    order()
      .when(third)
      .thenRecordsLike(["OperationConfirmed", { posting: "withheld" }])
      .thenState(({ course }) => {
        expect([...HashMap.keys(course.postings)]).toEqual([documentNumber(1, "confirmation")])
        expect([...HashMap.keys(course.withheld)]).toEqual([3])
      })
  })

  it("technical completion waits, and its number in the count is no hole", () => {
    order()
      .when(third, floor.word("ProductionOrderTechnicallyCompleted", { id: "teco", sequence: 4 }))
      .thenRecordsLike(["MessageDeferred", { waitsFor: "gap" }])
      .when(settled("waived"))
      .thenRecordsLike(
        ["ParkedMessageSettled"],
        ["ProductionOrderTechnicallyCompleted"],
        ["PostingsFreed", { versions: [3] }]
      )
  })
})

describe("once its case is settled", () => {
  it("by a twin, the twin counts and the postings are freed when the case closes", () => {
    order()
      .when(third, twin)
      .thenRecordsLike(["OperationConfirmed", { posting: "withheld", yield: quantity(3) }])
      .when(settled("resubmitted"))
      .thenRecords(
        {
          type: "ParkedMessageSettled",
          data: { message: floor.reference("bad"), caseId: badCase, resolution: "resubmitted" }
        },
        { type: "PostingsFreed", data: { versions: [3, 4] } }
      )
  })

  it("by a waiver, the wait ends without the message, and a reversal of it has nothing to reverse", () => {
    const reversal = floor.reversed({ id: "r" }, "bad")
    order()
      .when(reversal)
      .thenRecordsLike(["MessageDeferred"])
      .when(settled("waived"))
      .thenRecords(
        {
          type: "ParkedMessageSettled",
          data: { message: floor.reference("bad"), caseId: badCase, resolution: "waived" }
        },
        {
          type: "MessageNoted",
          data: { type: "ReportReversed", reason: "What it names is no report of this order" },
          of: reversal.metadata
        }
      )
      .when(floor.reversed({ id: "r2" }, "bad"))
      .thenRecordsLike(["MessageNoted"])
  })

  it("a twin that waits here is waited for", () => {
    const twinThatWaits = floor.corrected({ id: "case/1", corrects: floor.reference("bad") }, "late")
    order()
      .when(twinThatWaits, settled("resubmitted"), floor.reversed({ id: "r" }, "bad"))
      .thenRecordsLike(["MessageDeferred"])
      .when(floor.confirmed({ id: "late" }))
      .thenRecordsLike(["OperationConfirmed"], ["ReportCorrected"], ["ReportReversed"])
  })

  it("a second notice is noted", () => {
    order()
      .when(settled("waived"))
      .when(floor.closedNotice("again", badCase, subject, "waived"))
      .thenRecordsLike(["MessageNoted", { type: "CaseClosedNotice" }])
  })
})

describe("a message that was parked on its case's own stream, so that the order never saw it", () => {
  const unseen = () =>
    specification(orderDecider).when(
      first,
      floor.confirmed({ id: "final", sequence: 3 }, { yield: quantity(1), final: true }),
      floor.reversed({ id: "r", sequence: 4 }, "bad")
    )
  const inItsPlace = (resolution: "resubmitted" | "waived"): floor.Message => {
    const notice = settled(resolution)
    return { ...notice, metadata: { ...notice.metadata, corrects: floor.reference("bad"), sequence: 2 } }
  }

  it("leaves no hole once it is waived, and nothing that waits for it", () => {
    unseen()
      .when(inItsPlace("waived"))
      .thenRecordsLike(
        ["ParkedMessageSettled", { resolution: "waived" }],
        ["MessageNoted", { type: "ReportReversed" }],
        ["PostingsFreed", { versions: [2] }]
      )
      .thenState(({ course }) => expect(hasGap(course)).toBe(false))
  })

  it("counts where its twin was recorded, and leaves no hole where that names another order", () => {
    unseen()
      .when(twin, inItsPlace("resubmitted"))
      .thenRecordsLike(["ParkedMessageSettled", { resolution: "resubmitted" }])
      .thenState(({ facts }) =>
        expect(facts.known.pipe(HashMap.get(keyOfBad))).toMatchObject({ value: { is: "reversed" } })
      )
    unseen()
      .when(inItsPlace("resubmitted"))
      .thenRecordsLike(["ParkedMessageSettled"], ["MessageNoted"], ["PostingsFreed"])
  })
})

it("a twin that is parked again opens no second wait", () => {
  const again = floor.metadata({ id: "case/1", sequence: 2, corrects: floor.reference("bad") })
  order()
    .given(again, parked)
    .when(settled("waived"))
    .thenState(({ course }) => expect(HashMap.isEmpty(course.parked)).toBe(true))
})

it("with two parked, what came after the first waits for the first alone when the second is settled", () => {
  const other = floor.metadata({ id: "bad2" })
  const otherSubject = floor.parkedSubject({ id: "bad2" })
  const otherCase = caseId(other, other.digest)
  order()
    .when(third)
    .given(other, parked)
    .when(floor.booked({ id: "b" }))
    .when(floor.closedNotice("n1", otherCase, otherSubject, "waived"))
    .thenRecordsLike(["ParkedMessageSettled"])
    .when(settled("waived"))
    .thenRecordsLike(["ParkedMessageSettled"], ["PostingsFreed", { versions: [3, 5] }])
  order()
    .when(third)
    .given(other, parked)
    .when(floor.booked({ id: "b" }), settled("waived"))
    .thenRecordsLike(["ParkedMessageSettled"], ["PostingsFreed", { versions: [3] }])
})

it("a suspected duplicate withholds nothing, and the close of its case is noted", () => {
  const suspected: GenericEvent = { type: "DuplicateSuspected", data: parked.data }
  specification(orderDecider)
    .when(first)
    .given(metadata, suspected)
    .when(third)
    .thenRecordsLike(["OperationConfirmed", { posting: "requested" }])
    .when(settled("waived"))
    .thenRecordsLike(["MessageNoted"])
})

describe("a final report", () => {
  const final = floor.confirmed({ id: "final", sequence: 3 }, { yield: quantity(1), final: true })

  it("has its posting withheld while the sender's count has a hole; partial ones don't", () => {
    specification(orderDecider)
      .when(first, final)
      .thenRecordsLike(["OperationConfirmed", { posting: "withheld" }])
      .when(floor.confirmed({ id: "second", sequence: 2 }))
      .thenRecordsLike(["OperationConfirmed", { posting: "requested" }], ["PostingsFreed", { versions: [2] }])
  })

  it("has it withheld while a directive waits", () => {
    specification(orderDecider)
      .when(floor.reversed({ id: "r" }, "late"), floor.confirmed({ id: "final" }, { final: true }))
      .thenRecordsLike(["OperationConfirmed", { posting: "withheld" }])
      .when(floor.confirmed({ id: "late" }))
      .thenRecordsLike(["OperationConfirmed"], ["ReportReversed"], ["PostingsFreed", { versions: [2] }])
  })

  it("has its reversal withheld as long as itself, and both freed in order", () => {
    specification(orderDecider)
      .when(first, final, floor.reversed({ id: "r" }, "final"))
      .thenRecordsLike(["ReportReversed", { posting: "withheld", version: 2 }])
      .when(floor.confirmed({ id: "second", sequence: 2 }))
      .thenRecordsLike(["OperationConfirmed"], ["PostingsFreed", { versions: [2, 3] }])
  })

  it("that closes the hole itself is requested", () => {
    specification(orderDecider)
      .when(first, third, floor.confirmed({ id: "final", sequence: 2 }, { final: true }))
      .thenRecordsLike(["OperationConfirmed", { posting: "requested" }])
  })
})
