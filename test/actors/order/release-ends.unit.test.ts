// What ends an order's way to the MES, at every step: the ERP's cancellation, the MES's rejection, the order's end, a new
// revision.
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"
import * as releasing from "./releasing.ts"
import { checks, orderBefore, policy, stageNow, stages } from "./releasing.ts"

const step = { revision: 1, attempt: 1 }

describe("cancelled by the ERP", () => {
  const cancel = floor.word("ProductionOrderCancelled", { id: "x" })

  it.each(stages)("before the step %s, it ends, and the MES is told where it has it or may have it", (name) => {
    const isSent = name !== "check"
    const order = orderBefore(name)
      .when(cancel)
      .thenRecords(
        { type: "ProductionOrderCancelled", data: { orderId: floor.orderId, reason: "Said so" } },
        {
          type: "ReleaseCancelled",
          data: { ...step, because: "orderCancelled", ...(isSent ? { withdraw: true } : {}) }
        }
      )
    expect(stageNow(order)).toBe(isSent ? "withdrawal" : "over")
    if (!isSent) return
    order.when(releasing.withdrawn()).thenRecords({ type: "ProductionOrderWithdrawn", data: { revision: 1 } })
    expect(stageNow(order)).toBe("over")
    order.when(releasing.withdrawn()).thenRecordsLike(["MessageNoted"])
  })

  it("while it was being dispatched, that is recorded, and nobody waits for an answer", () => {
    orderBefore("dispatch")
      .when(cancel, releasing.dispatched())
      .thenRecords({ type: "ProductionOrderDispatched", data: step })
      .when(floor.acknowledged({ id: "ack" }))
      .thenRecordsLike(["ProductionOrderAcknowledged"])
  })

  it("while it stands, its case is needed no more", () => {
    orderBefore("acknowledgement")
      .when(releasing.overdue(), cancel)
      .thenRecordsLike(["ProductionOrderCancelled"], ["ReleaseCancelled", { withdraw: true, stopped: true }])
  })

  it("nothing that the MES or the runner says later sets it going again", () => {
    orderBefore("acknowledgement")
      .when(cancel, floor.acknowledged({ id: "no" }, "Rejected"))
      .thenRecordsLike(["ProductionOrderAcknowledged"])
      .when(releasing.overdue())
      .thenRecordsLike(["MessageNoted"])
      .when(releasing.triedAgain())
      .thenRecordsLike(["MessageNoted"])
      .when(releasing.waived())
      .thenRecordsLike(["MessageNoted"])
  })
})

describe("rejected by the MES", () => {
  it.each(stages)("before the step %s, it stands as soon as it is dispatched, once", (name) => {
    const order = orderBefore(name).when(floor.acknowledged({ id: "no", minute: 9 }, "Rejected"))
    if (name === "check") order.when(...checks.map((check) => releasing.passed(check)))
    if (name === "check" || name === "dispatch") order.when(releasing.dispatched())
    expect(stageNow(order)).toBe("stopped")
    expect(order.events.filter(({ type }) => type === "ReleaseStopped")).toHaveLength(1)
    order.when(floor.word("ProductionOrderCancelled", { id: "x" }))
    expect(stageNow(order)).toBe("withdrawal")
  })
})

describe.each(["ProductionOrderTechnicallyCompleted", "ProductionOrderClosed"] as const)("%s", (type) => {
  it("ends what isn't done, and leaves what is", () => {
    orderBefore("check")
      .when(floor.word(type, { id: "x" }))
      .thenRecordsLike([type], ["ReleaseCancelled", { because: "orderCompleted" }])
    orderBefore("done")
      .when(floor.word(type, { id: "x" }))
      .thenRecordsLike([type])
  })
})

describe("a new revision", () => {
  const change = floor.changed({ id: "c" }, floor.plan(150, { revision: 2 }))

  it.each(stages)(
    "before the step %s of the old one begins anew, and the MES hears of it as a change where it may have the old one",
    (name) => {
      const order = orderBefore(name).when(change)
      if (name === "done") order.thenRecordsLike(["ProductionOrderChanged"])
      else order.thenRecordsLike(["ProductionOrderChanged"], ["ReleaseCancelled", { because: "revisionChanged" }])
      order.when(releasing.due(2)).thenRecords({
        type: "ReleaseStarted",
        data: { revision: 2, policy: policy(), ...(name === "check" ? {} : { replaces: 1 }) }
      })
      expect(stageNow(order)).toBe("check")
    }
  )

  it("is acknowledged by an answer to it alone where work has begun before", () => {
    const order = orderBefore("done").when(floor.started({ id: "w" }), change, releasing.due(2))
    order.when(
      ...checks.map((check) => releasing.passed(check, 2)),
      releasing.dispatched(2),
      floor.confirmed({ id: "w2" })
    )
    expect(stageNow(order)).toBe("acknowledgement")
    order.when(floor.acknowledged({ id: "old" }, "Accepted", 1))
    expect(stageNow(order)).toBe("acknowledgement")
    order
      .when(floor.acknowledged({ id: "new" }, "Accepted", 2))
      .thenRecordsLike(["ProductionOrderAcknowledged"], ["ReleaseAcknowledged", { revision: 2 }])
  })

  it("isn't acknowledged by the first work either: the MES may still work by the old one", () => {
    const order = orderBefore("done").when(change, releasing.due(2))
    order.when(...checks.map((check) => releasing.passed(check, 2)), releasing.dispatched(2))
    order.when(floor.started({ id: "w" })).thenRecordsLike(["OperationStarted"])
    expect(stageNow(order)).toBe("acknowledgement")
  })

  it("of an order that the MES has from before its plant had a policy is a change, and is withdrawn from it", () => {
    const order = specification(orderDecider).when(
      floor.released({ id: "release" }, floor.plan(100, { revision: 2 })),
      releasing.due(2, policy(), 1)
    )
    order.thenRecordsLike(["ReleaseStarted", { revision: 2, replaces: 1 }])
    order
      .when(floor.word("ProductionOrderCancelled", { id: "x" }))
      .thenRecordsLike(["ProductionOrderCancelled"], ["ReleaseCancelled", { withdraw: true }])
  })

  it("knows of the old one's dispatch also where the journal hears of it late", () => {
    const order = orderBefore("check").when(change, releasing.due(2), releasing.dispatched(1))
    order.thenRecords({ type: "ProductionOrderDispatched", data: { revision: 1, attempt: 1 } })
    expect(order.state.course.release?.replaces).toBe(1)
    order
      .when(floor.word("ProductionOrderCancelled", { id: "x" }))
      .thenRecordsLike(["ProductionOrderCancelled"], ["ReleaseCancelled", { revision: 2, withdraw: true }])
  })
})

describe("a revision that plans the same, as an ERP makes one when it stamps the order", () => {
  const again = floor.released({ id: "again" }, floor.plan(100, { revision: 7 }))

  it.each(stages)("before the step %s changes nothing: the way goes on, and the MES hears nothing of it", (name) => {
    const order = orderBefore(name)
      .when(again)
      .thenRecordsLike(["ProductionOrderReleased"], ["ReleaseRevisionRaised", { ...step, to: 7 }])
    expect(stageNow(order)).toBe(name)
    order.when(releasing.due(7)).thenRecordsLike(["MessageNoted", { type: "ReleaseDue" }])
  })

  it("however often it comes, and however it is said", () => {
    const order = orderBefore("done").when(
      again,
      floor.changed({ id: "c" }, { ...floor.plan(100, { revision: 8 }), reason: "Costs" })
    )
    order.thenRecordsLike(["ProductionOrderChanged"], ["ReleaseRevisionRaised", { to: 8 }])
    expect(stageNow(order)).toBe("done")
  })

  it("is answered as the one that was dispatched, and the next that plans something else replaces that one", () => {
    const order = orderBefore("acknowledgement").when(again, floor.acknowledged({ id: "ack" }, "Accepted", 1))
    expect(stageNow(order)).toBe("report")
    order
      .when(floor.changed({ id: "c" }, floor.plan(150, { revision: 8 })))
      .thenRecordsLike(["ProductionOrderChanged"], ["ReleaseCancelled", { because: "revisionChanged" }])
      .when(releasing.due(8))
      .thenRecordsLike(["ReleaseStarted", { revision: 8, replaces: 1 }])
  })
})
