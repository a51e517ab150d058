// How much less, or more, than planned an order may make: unlimited more, and less once it is technically complete.
import { HashMap } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"
import { op10, op20, quantity } from "./floor.ts"
import { arrivals, complete, type PlantMessage } from "./histories.ts"

const order = () => specification(orderDecider)
const makes = (id: string, each: string | number, operationId = op20, unit = "EA") =>
  floor.confirmed({ id, minute: 10 }, { yield: quantity(each, unit) }, operationId)
const completed = floor.word("ProductionOrderTechnicallyCompleted", { id: "end", minute: 20 })
const percent = (underproductionTolerancePercent: string) => ({
  underproductionTolerancePercent: fromText(underproductionTolerancePercent)
})
const release = floor.released({ id: "release" }, floor.plan(100, percent("5")))

describe("under-production", () => {
  it("is found when the order is completed with less than planned less the tolerance, on its last operation", () => {
    order()
      .when(release, makes("a", "94.999"), completed)
      .thenRecordsLike(
        ["ProductionOrderTechnicallyCompleted"],
        [
          "BreachFound",
          {
            breach: "underproduction/20",
            kind: "underproduction",
            operationId: op20,
            since: 3,
            allowed: "95",
            reported: "94.999",
            unit: "EA"
          }
        ]
      )
    order().when(release, makes("a", 95), completed).thenRecordsLike(["ProductionOrderTechnicallyCompleted"])
    order()
      .when(release, makes("a", 100, op10), completed)
      .thenRecordsLike(["ProductionOrderTechnicallyCompleted"], ["BreachFound", { operationId: op20, reported: "0" }])
  })

  it("isn't looked for where the plan names no tolerance, before completion, or in a cancelled order", () => {
    order()
      .when(floor.released({ id: "r" }), makes("a", 1), completed)
      .thenRecordsLike(["ProductionOrderTechnicallyCompleted"])
    order()
      .when(release, makes("a", 1))
      .thenRecordsLike(["OperationConfirmed", { posting: "requested" }])
    order()
      .when(release, floor.word("ProductionOrderCancelled", { id: "c", minute: 15 }), completed)
      .thenRecordsLike(["ProductionOrderTechnicallyCompleted"])
  })

  it("is found in a closed order, too; its zero tolerance allows nothing less", () => {
    order()
      .when(floor.released({ id: "r" }, floor.plan(10, percent("0"))), makes("a", "9.9"))
      .when(floor.word("ProductionOrderClosed", { id: "end", minute: 20 }))
      .thenRecordsLike(["ProductionOrderClosed"], ["BreachFound", { allowed: "10", reported: "9.9" }])
  })

  it("withholds what comes from then on, and lets it go once a late report makes it good", () => {
    order()
      .when(release, makes("a", 90), completed, makes("b", 2))
      .thenRecordsLike(["OperationConfirmed", { posting: "withheld" }])
      .when(makes("c", 3))
      .thenRecordsLike(
        ["OperationConfirmed", { posting: "withheld" }],
        ["BreachWithdrawn", { breach: "underproduction/20" }],
        ["PostingsFreed", { versions: [5, 6] }]
      )
  })

  it("is withdrawn by a plan that allows it, or that ends with another operation", () => {
    const short = [release, makes("a", 90), completed]
    order()
      .when(...short, floor.changed({ id: "p" }, floor.plan(90, { revision: 2, ...percent("5") })))
      .thenRecordsLike(["ProductionOrderChanged"], ["BreachWithdrawn"])
    const operations = [{ operationId: op20 }, { operationId: op10 }]
    order()
      .when(...short, floor.changed({ id: "p" }, floor.plan(90, { revision: 2, operations, ...percent("5") })))
      .thenRecordsLike(
        ["ProductionOrderChanged"],
        ["BreachWithdrawn", { breach: "underproduction/20" }],
        ["BreachFound", { breach: "underproduction/10" }]
      )
  })

  it("isn't said of what can't be compared: the unit is the breach then", () => {
    order()
      .when(release, makes("a", 100, op20, "KGM"))
      .thenRecordsLike(["OperationConfirmed"], ["BreachFound", { kind: "unitNotPlanned" }])
      .when(completed)
      .thenRecordsLike(["ProductionOrderTechnicallyCompleted"])
  })
})

it("unlimited over-production is no breach, another unit still is one", () => {
  order()
    .when(
      floor.released({ id: "r" }, floor.plan(1, { overproductionTolerancePercent: "unlimited" })),
      makes("a", 1_000_000)
    )
    .thenRecordsLike(["OperationConfirmed", { posting: "requested" }])
    .when(makes("b", 1, op20, "KGM"))
    .thenRecordsLike(["OperationConfirmed"], ["BreachFound", { kind: "unitNotPlanned" }])
})

it("which breaches are open at the end is the same in any order", () => {
  const openAfter = (messages: ReadonlyArray<PlantMessage>) =>
    [...HashMap.keys(order().when(...messages).state.course.breaches)].sort()
  let seen = 0
  fc.assert(
    fc.property(arrivals(complete), ([all, shuffled]) => {
      const open = openAfter(all)
      if (open.some((breach) => breach.startsWith("underproduction"))) seen += 1
      expect(openAfter(shuffled)).toEqual(open)
    }),
    { numRuns: 150 }
  )
  expect(seen).toBeGreaterThan(0)
}, 30_000)
