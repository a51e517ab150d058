// An order's way to the MES: checked, dispatched, acknowledged, told to the ERP. Facts never wait for it.
import { describe, expect, it } from "vitest"
import * as floor from "./floor.ts"
import * as releasing from "./releasing.ts"
import { checks, orderBefore, policy, resubmission, stageNow } from "./releasing.ts"

const step = { revision: 1, attempt: 1 }

describe("step by step", () => {
  it("begins with the revision that rules and the plant's policy", () => {
    const order = orderBefore("check")
    expect(order.events.at(-1)).toEqual({ type: "ReleaseStarted", data: { revision: 1, policy: policy() } })
    expect(stageNow(order)).toBe("check")
  })

  it("records each answer, and is to be dispatched once all checks are passed", () => {
    const order = orderBefore("check")
    for (const check of checks) {
      order.when(releasing.passed(check)).thenRecords({ type: "ReleaseCheckPassed", data: { ...step, check } })
    }
    expect(stageNow(order)).toBe("dispatch")
  })

  it("waits for the MES once it is dispatched", () => {
    const order = orderBefore("dispatch")
      .when(releasing.dispatched())
      .thenRecords({ type: "ProductionOrderDispatched", data: { ...step, acknowledgedWithinSeconds: 900 } })
    expect(stageNow(order)).toBe("acknowledgement")
  })

  it("has the ERP told once the MES accepts", () => {
    const order = orderBefore("acknowledgement")
      .when(floor.acknowledged({ id: "ack" }))
      .thenRecordsLike(
        ["ProductionOrderAcknowledged", { revision: 1, actionCode: "Accepted" }],
        ["ReleaseAcknowledged", { by: "answer" }]
      )
    expect(stageNow(order)).toBe("report")
  })

  it("is done once the ERP was told", () => {
    const order = orderBefore("report").when(releasing.reported()).thenRecords({ type: "ReleaseReported", data: step })
    expect(stageNow(order)).toBe("done")
  })

  it("needs no check where the policy names none", () => {
    const order = orderBefore("check").when(floor.changed({ id: "c" }, floor.plan(10, { revision: 2 })))
    order.when(releasing.due(2, { checks: [], acknowledgedWithinSeconds: 60 }))
    expect(stageNow(order)).toBe("dispatch")
  })
})

describe("what comes twice, too late or too early", () => {
  it("is noted: the answer to a check that is answered", () => {
    orderBefore("check")
      .when(releasing.passed("revisionValid"), releasing.failed("revisionValid"))
      .thenRecordsLike(["MessageNoted", { type: "ReleaseCheckFailed" }])
  })

  it("is noted: the word on another revision, attempt or step", () => {
    for (const message of [
      releasing.passed("revisionValid", 2),
      releasing.passed("revisionValid", 1, 2),
      releasing.reported(),
      releasing.overdue(),
      releasing.withdrawn(),
      releasing.dispatched(),
      releasing.dispatched(2)
    ]) {
      orderBefore("check")
        .when(message)
        .thenRecordsLike(["MessageNoted", { type: message.type }])
    }
  })

  it("is noted: a start for a revision that doesn't rule, that is on its way, or of an order that has ended", () => {
    orderBefore("check")
      .when(releasing.due(2))
      .thenRecordsLike(["MessageNoted", { type: "ReleaseDue" }])
    orderBefore("done")
      .when(releasing.due(1))
      .thenRecordsLike(["MessageNoted", { type: "ReleaseDue" }])
    orderBefore("done")
      .when(
        floor.changed({ id: "c" }, floor.plan(10, { revision: 2 })),
        floor.word("ProductionOrderCancelled", { id: "x" }),
        releasing.due(2)
      )
      .thenRecordsLike(["MessageNoted", { type: "ReleaseDue" }])
  })

  it("is recorded: an acknowledgement that comes before the journal knows of the dispatch", () => {
    const order = orderBefore("dispatch")
      .when(floor.acknowledged({ id: "ack" }))
      .thenRecordsLike(["ProductionOrderAcknowledged"])
      .when(releasing.dispatched())
      .thenRecordsLike(["ProductionOrderDispatched"], ["ReleaseAcknowledged", { by: "answer" }])
    expect(stageNow(order)).toBe("report")
  })

  it("is recorded: an acknowledgement of an order that has no release", () => {
    orderBefore("check")
      .when(floor.acknowledged({ id: "a" }, "Accepted", 7))
      .thenRecordsLike(["ProductionOrderAcknowledged"])
  })
})

describe("a check that doesn't pass", () => {
  it("stops it once all are answered, with all that is wrong in one", () => {
    const order = orderBefore("check")
      .when(releasing.unanswered("materialAvailable"), releasing.failed("revisionValid"))
      .thenRecordsLike(["ReleaseCheckFailed", { check: "revisionValid" }])
      .when(releasing.passed("workCenterReady"))
      .thenRecordsLike(
        ["ReleaseCheckPassed"],
        [
          "ReleaseStopped",
          {
            ...step,
            at: "checks",
            failure: expect.objectContaining({
              class: "BusinessRuleViolation",
              field: "revisionValid, materialAvailable",
              reason:
                "40 KGM of STEEL are missing; Nobody could say whether the material is available within 60 s: Down"
            })
          }
        ]
      )
    expect(stageNow(order)).toBe("stopped")
  })

  it("without an answer stops it, or lets it go on, as the policy says", () => {
    const answers = checks.map((check) => releasing.unanswered(check))
    expect(stageNow(orderBefore("check").when(...answers))).toBe("stopped")
    const order = orderBefore("check").when(floor.changed({ id: "c" }, floor.plan(10, { revision: 2 })))
    order.when(releasing.due(2, policy("goOn")), ...checks.map((check) => releasing.unanswered(check, 2)))
    expect(stageNow(order)).toBe("dispatch")
  })

  const stopped = () => orderBefore("check").when(...checks.map((check) => releasing.failed(check)))

  it("is tried again with all others when a person resubmits its case; the case hears that it went on", () => {
    const order = stopped()
      .when(releasing.triedAgain())
      .thenRecords({
        type: "ReleaseTriedAgain",
        data: { revision: 1, attempt: 2, at: "checks", resubmission: resubmission() }
      })
    expect(stageNow(order)).toBe("check")
    order
      .when(...checks.map((check) => releasing.passed(check, 1, 2)))
      .thenRecords(
        { type: "ReleaseCheckPassed", data: { revision: 1, attempt: 2, check: "workCenterReady" } },
        { type: "ReleaseWentOn", data: { revision: 1, attempt: 2, resubmission: resubmission() } }
      )
    expect(stageNow(order)).toBe("dispatch")
  })

  it("stops it again where it still doesn't pass; the case hears why", () => {
    stopped()
      .when(releasing.triedAgain(), ...checks.map((check) => releasing.failed(check, 1, 2)))
      .thenRecordsLike(
        ["ReleaseCheckFailed"],
        ["ReleaseStopped", { attempt: 2, at: "checks", resubmission: resubmission() }]
      )
  })

  it("is waived: it goes on without", () => {
    const order = stopped()
      .when(releasing.waived())
      .thenRecords({ type: "ReleaseWaived", data: { ...step, at: "checks", caseId: floor.someCase } })
    expect(stageNow(order)).toBe("dispatch")
  })
})

describe("the MES", () => {
  const overdue = () => orderBefore("acknowledgement").when(releasing.overdue())

  it("that doesn't answer in time stops it", () => {
    const order = overdue().thenRecordsLike([
      "ReleaseStopped",
      { at: "acknowledgement", failure: expect.objectContaining({ class: "TechnicalFailure" }) }
    ])
    expect(stageNow(order)).toBe("stopped")
  })

  it("that answers late lets it go on, and the case is needed no more", () => {
    const order = overdue()
      .when(floor.acknowledged({ id: "ack" }))
      .thenRecordsLike(
        ["ProductionOrderAcknowledged"],
        ["ReleaseAcknowledged", { by: "answer" }],
        ["ReleaseWentOn", step]
      )
    expect(stageNow(order)).toBe("report")
  })

  it("has it sent once more, as another attempt, when a person resubmits", () => {
    const order = overdue().when(releasing.triedAgain())
    expect(stageNow(order)).toBe("dispatch")
    order
      .when(releasing.dispatched(1, 2))
      .thenRecordsLike(["ProductionOrderDispatched", { attempt: 2 }])
      .when(releasing.overdue(1, 1))
      .thenRecordsLike(["MessageNoted"])
      .when(floor.acknowledged({ id: "ack" }))
      .thenRecordsLike(
        ["ProductionOrderAcknowledged"],
        ["ReleaseAcknowledged"],
        ["ReleaseWentOn", { resubmission: resubmission() }]
      )
  })

  it("that rejects stops it, with its reason, once", () => {
    const order = orderBefore("acknowledgement")
      .when(floor.acknowledged({ id: "no" }, "Rejected"))
      .thenRecordsLike(
        ["ProductionOrderAcknowledged"],
        [
          "ReleaseStopped",
          { at: "acknowledgement", failure: expect.objectContaining({ reason: "The MES rejects revision 1: Said so" }) }
        ]
      )
    order.when(releasing.triedAgain(), releasing.dispatched(1, 2)).thenRecordsLike(["ProductionOrderDispatched"])
    expect(stageNow(order)).toBe("acknowledgement")
    order
      .when(floor.acknowledged({ id: "yes", minute: 1 }))
      .thenRecordsLike(["ProductionOrderAcknowledged"], ["ReleaseAcknowledged"], ["ReleaseWentOn"])
  })

  it("that rejects what it had accepted stops it, also when the ERP was told", () => {
    const order = orderBefore("done").when(floor.acknowledged({ id: "no", minute: 5 }, "Rejected"))
    expect(stageNow(order)).toBe("stopped")
    order.when(releasing.waived())
    expect(stageNow(order)).toBe("done")
  })

  it("is taken at its later word, whichever comes first", () => {
    const order = orderBefore("acknowledgement")
      .when(floor.acknowledged({ id: "yes", minute: 2 }))
      .when(floor.acknowledged({ id: "no", minute: 1 }, "Rejected"))
      .thenRecordsLike(["ProductionOrderAcknowledged"])
    expect(stageNow(order)).toBe("report")
    const other = orderBefore("acknowledgement")
      .when(floor.acknowledged({ id: "no", minute: 1 }, "Rejected"))
      .when(floor.acknowledged({ id: "yes", minute: 2 }))
    expect(stageNow(other)).toBe("report")
  })

  it("that reports work has the order: that is recorded as ever, and is a sign", () => {
    orderBefore("acknowledgement")
      .when(floor.confirmed({ id: "w" }))
      .thenRecordsLike(["OperationConfirmed", { posting: "requested" }], ["ReleaseAcknowledged", { by: "report" }])
    overdue()
      .when(floor.started({ id: "w" }))
      .thenRecordsLike(["OperationStarted"], ["ReleaseAcknowledged", { by: "report" }], ["ReleaseWentOn"])
    orderBefore("dispatch")
      .when(floor.started({ id: "w" }))
      .thenRecordsLike(["OperationStarted"])
      .when(releasing.dispatched())
      .thenRecordsLike(["ProductionOrderDispatched"], ["ReleaseAcknowledged", { by: "report" }])
  })

  it("that said no isn't taken to have it since it works", () => {
    orderBefore("acknowledgement")
      .when(floor.acknowledged({ id: "no" }, "Rejected"), floor.started({ id: "w" }))
      .thenRecordsLike(["OperationStarted"])
  })
})

describe("the ERP", () => {
  const refused = () => orderBefore("report").when(releasing.refused())

  it("that can't be told stops it", () => {
    refused().thenRecordsLike([
      "ReleaseStopped",
      {
        at: "report",
        failure: {
          ...releasing.failure,
          field: "order",
          nextStep: expect.stringMatching(/^Have it delivered; then: traveler exceptions resubmit ID, .*waive ID/)
        }
      }
    ])
  })

  it("is told again when a person resubmits, or never when they waive", () => {
    const again = refused().when(releasing.triedAgain())
    expect(stageNow(again)).toBe("report")
    again
      .when(releasing.reported(1, 2))
      .thenRecordsLike(["ReleaseReported"], ["ReleaseWentOn", { resubmission: resubmission() }])
    expect(stageNow(refused().when(releasing.waived()))).toBe("done")
  })
})

it("what the ERP was told while the MES took its answer back is told again once it goes on", () => {
  const order = orderBefore("report")
    .when(floor.acknowledged({ id: "no", minute: 5 }, "Rejected"), releasing.reported())
    .thenRecordsLike(["MessageNoted"])
    .when(floor.acknowledged({ id: "yes", minute: 6 }))
  expect(stageNow(order)).toBe("report")
  expect(stageNow(order.when(releasing.reported()))).toBe("done")
})
