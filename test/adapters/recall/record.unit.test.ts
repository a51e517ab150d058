// What is recorded of a recall: how much of the recalled lot is accounted for, never more than is.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { recallRecorded } from "../../../adapters/recall/record.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { ItemId, LotId, RecallId } from "../../../core/plant/identifiers.ts"
import { LotScope } from "../../../core/plant/lot.ts"
import { affected, balance, report } from "./report.ts"

const percentOf = (received: string, unexplained: string, movedBetweenLots = "0"): string => {
  const massBalance = balance({
    received: fromText(received),
    unexplained: fromText(unexplained),
    movedBetweenLots: fromText(movedBetweenLots)
  })
  return recallRecorded({
    recallId: RecallId.make("R-20261201T0600-abcd"),
    kind: "mock",
    reason: "Practice",
    lot: { scope: LotScope.make("plant/ulm"), itemId: ItemId.make("MILK"), lotId: LotId.make("00017") },
    report: report({
      lots: [affected("MILK", "00017", "exact", { depth: 0, made: fromText(received), massBalance })],
      massBalance
    }),
    clock: { startedAt: 0, scopeKnownAt: 1, completedAt: 2 }
  }).accountedPercent
}

describe("The share of a lot that is accounted for, in percent", () => {
  it("is told to a tenth, and rounded down: only where nothing is missing it is 100", () => {
    expect(percentOf("100", "0")).toBe("100")
    expect(percentOf("100", "0.5")).toBe("99.5")
    expect(percentOf("100", "0.04")).toBe("99.9")
    expect(percentOf("1000000000", "0.000001")).toBe("99.9")
    expect(percentOf("3", "1")).toBe("66.6")
  })

  it("is the same for too much as for too little, and none where more is unexplained than came in", () => {
    expect(percentOf("100", "-25")).toBe("75")
    expect(percentOf("100", "150")).toBe("0")
    expect(percentOf("0", "0")).toBe("100")
    expect(percentOf("0", "1")).toBe("0")
  })

  it("is of what came into the lot, also where most of it was split off", () => {
    expect(percentOf("100", "5", "-90")).toBe("95")
  })

  it("is exact where a tenth of a percent tells it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (tenths) => {
        expect(Number(percentOf("1000", String(1000 - tenths)))).toBe(tenths / 10)
      })
    )
  })
})
