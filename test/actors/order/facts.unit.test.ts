// Facts of a shop floor are recorded at once, whatever is or isn't known of the order.
import { HashMap, Option } from "effect"
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import type { Operation } from "../../../actors/order/operation.ts"
import type { OrderState } from "../../../actors/order/state.ts"
import type { OperationId } from "../../../core/plant/identifiers.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"
import { op10, op20, quantity } from "./floor.ts"

const order = () => specification(orderDecider)
const { orderId } = floor

const operation = (state: OrderState, operationId: OperationId): Operation =>
  Option.getOrThrow(HashMap.get(state.facts.operations, operationId))

describe("a fact becomes an event with the message's content, without badge and time", () => {
  const one = quantity(1)
  const half = quantity(30, "MIN")
  const posting = "requested" as const
  const cases: ReadonlyArray<[floor.Message, ReturnType<typeof order>["events"][number]]> = [
    [floor.released({ id: "m" }), { type: "ProductionOrderReleased", data: { orderId, ...floor.plan(100) } }],
    [
      floor.word("ProductionOrderCancelled", { id: "m" }),
      { type: "ProductionOrderCancelled", data: { orderId, reason: "Said so" } }
    ],
    [
      floor.word("ProductionOrderHeld", { id: "m" }),
      { type: "ProductionOrderHeld", data: { orderId, reason: "Said so" } }
    ],
    [
      floor.word("ProductionOrderRestarted", { id: "m" }),
      { type: "ProductionOrderRestarted", data: { orderId, reason: "Said so" } }
    ],
    [
      floor.word("ProductionOrderTechnicallyCompleted", { id: "m" }),
      { type: "ProductionOrderTechnicallyCompleted", data: { orderId, reason: "Said so" } }
    ],
    [
      floor.word("ProductionOrderClosed", { id: "m" }),
      { type: "ProductionOrderClosed", data: { orderId, reason: "Said so" } }
    ],
    [floor.started({ id: "m" }), { type: "OperationStarted", data: { orderId, operationId: op10 } }],
    [
      floor.confirmed({ id: "m" }, { yield: one, scrap: one, scrapReason: "Scratched", final: true }),
      {
        type: "OperationConfirmed",
        data: { orderId, operationId: op10, yield: one, scrap: one, scrapReason: "Scratched", final: true, posting }
      }
    ],
    [floor.confirmed({ id: "m" }, {}), { type: "OperationConfirmed", data: { orderId, operationId: op10, posting } }],
    [
      floor.booked({ id: "m" }),
      { type: "LaborBooked", data: { orderId, operationId: op10, laborTime: half, posting } }
    ],
    [
      floor.machined({ id: "m" }),
      { type: "MachineTimeBooked", data: { orderId, operationId: op10, machineTime: half, posting } }
    ],
    [
      floor.scrapped({ id: "m" }),
      { type: "ScrapDeclared", data: { orderId, operationId: op10, scrap: one, scrapReason: "Scratched", posting } }
    ],
    [
      floor.reworked({ id: "m" }),
      { type: "ReworkDeclared", data: { orderId, operationId: op10, rework: one, reason: "Burr", posting } }
    ],
    [
      floor.nonconforming({ id: "m" }),
      { type: "NonconformanceRaised", data: { orderId, operationId: op10, nonconforming: one, reason: "Diameter" } }
    ]
  ]
  it.each(cases)("$type", (message, event) => {
    order().when(message).thenRecords(event)
  })
})

describe("what the reports add up to", () => {
  it("sums each amount per operation and unit, exactly", () => {
    order()
      .when(
        floor.confirmed({ id: "a" }, { yield: quantity("0.1", "KGM"), laborTime: quantity("12.5", "MIN") }),
        floor.confirmed({ id: "b" }, { yield: quantity("0.2", "KGM"), laborTime: quantity(1, "HUR") }),
        floor.scrapped({ id: "c" }, quantity(3)),
        floor.reworked({ id: "d" }, quantity(2)),
        floor.nonconforming({ id: "e" }, quantity(4)),
        floor.booked({ id: "f" }, quantity("7.5", "MIN")),
        floor.machined({ id: "g" }, quantity(9, "MIN")),
        floor.confirmed({ id: "h" }, { yield: quantity(5) }, op20)
      )
      .thenState((state) => {
        expect(operation(state, op10)).toMatchObject({
          reports: 7,
          finals: 0,
          good: { KGM: "0.3" },
          scrap: { EA: "3" },
          rework: { EA: "2" },
          nonconforming: { EA: "4" },
          labor: { MIN: "20", HUR: "1" },
          machine: { MIN: "9" }
        })
        expect(operation(state, op20).good).toEqual({ EA: "5" })
      })
  })

  it("takes a unit with any name", () => {
    order()
      .when(floor.confirmed({ id: "a" }, { yield: quantity(1, "constructor") }))
      .thenState((state) => expect(operation(state, op10).good).toEqual({ constructor: "1" }))
  })

  it("keeps the earliest start", () => {
    order()
      .when(
        floor.started({ id: "a", minute: 9 }),
        floor.started({ id: "b", minute: 4 }),
        floor.started({ id: "c", minute: 6 })
      )
      .thenState((state) => expect(operation(state, op10).startedAt).toBe(Date.parse(floor.at(4))))
  })
})

describe("the plan that rules", () => {
  const planned = (state: OrderState) => state.facts.plan?.content.quantity.value

  it("is the highest revision's, whichever came first", () => {
    const release = floor.released({ id: "r1" })
    const second = floor.changed({ id: "r2" }, floor.plan(120, { revision: 2 }))
    const third = floor.changed({ id: "r3" }, floor.plan(90, { revision: 3 }))
    order()
      .when(release, second, third)
      .thenState((state) => expect(planned(state)).toBe("90"))
    order()
      .when(release, third, second)
      .thenState((state) => expect(planned(state)).toBe("90"))
  })

  it("of equal revisions is the higher ranked one's: by sequence, then time, then source, then id", () => {
    const early = floor.released({ id: "a", sequence: 1, minute: 9 }, floor.plan(10))
    const late = floor.released({ id: "b", sequence: 2, minute: 1 }, floor.plan(20))
    order()
      .when(early, late)
      .thenState((state) => expect(planned(state)).toBe("20"))
    order()
      .when(late, early)
      .thenState((state) => expect(planned(state)).toBe("20"))
  })
})

it("counts a repaired twin in the place of the message that it replaces", () => {
  const twin = floor.confirmed({ id: "case/1", corrects: floor.reference("report") }, { yield: quantity(3) })
  order()
    .when(twin)
    .when(floor.reversed({ id: "r" }, "report"))
    .thenRecordsLike(["ReportReversed", { version: 1 }])
})

it("counts a second body of one id too, once it was resubmitted to be recorded as well", () => {
  const second = floor.confirmed({ id: "case/1", corrects: floor.reference("report") }, { yield: quantity(3) })
  order()
    .when(floor.confirmed({ id: "report" }, { yield: quantity(2) }), second)
    .thenState((state) => expect(operation(state, op10).good).toEqual({ EA: "5" }))
    .when(floor.reversed({ id: "r" }, "report"))
    .thenState((state) => expect(operation(state, op10).good).toEqual({ EA: "3" }))
})
