// What a later answer to a recall has beside an earlier one: whom to tell now.
import { describe, expect, it } from "vitest"
import { recallDifference } from "../../../adapters/recall/difference.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { affected, report } from "./report.ts"

const [pallet] = report().shipments
const shipments = (count: number) => (pallet === undefined ? [] : Array.from({ length: count }, () => pallet))

describe("the difference between two recalls", () => {
  it("has a shipment that is like another: two pallets of one lot on one delivery are two", () => {
    const [one, three] = [report({ shipments: shipments(1) }), report({ shipments: shipments(3) })]
    expect(recallDifference(one, three).shipments).toEqual({ added: shipments(2), fellAway: [] })
    expect(recallDifference(three, one).shipments).toEqual({ added: [], fellAway: shipments(2) })
    expect(recallDifference(three, three).shipments).toEqual({ added: [], fellAway: [] })
  })

  it("has more of a lot that a customer was told of already", () => {
    const more = shipments(1).map((shipment) => ({ ...shipment, document: "00043", quantity: fromText("2") }))
    const before = report()
    const after = report({ shipments: [...before.shipments, ...more] })
    expect(recallDifference(before, after).shipments.added).toEqual(more)
  })

  it("has lots that came, went, or are surer by now", () => {
    const [milk, cheese, butter] = report().lots
    if (milk === undefined || cheese === undefined || butter === undefined) throw new Error("It has three lots")
    const cream = affected("CREAM", "1", "exact")
    const surer = { ...butter, certainty: "exact" as const }
    const { lots } = recallDifference(report(), report({ lots: [milk, surer, cream] }))
    expect(lots).toEqual({
      added: [cream],
      fellAway: [cheese],
      changed: [{ id: butter.id, from: "commingled", to: "exact" }]
    })
  })
})
