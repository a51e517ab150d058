import { describe, expect, test } from "vitest"
import { recallTable } from "../../../../adapters/recall/format/table.ts"
import { fromText } from "../../../../core/plant/decimal.ts"
import { Unit } from "../../../../core/plant/quantity.ts"
import { balance, report } from "../report.ts"

describe("a recall at a terminal", () => {
  test("has the recalled lot's balance in each unit, and says which lots have others", () => {
    const [milk, ...others] = report().lots
    if (milk === undefined) throw new Error("no lot")
    const cans = balance({ unit: Unit.make("EA"), received: fromText("7"), unexplained: fromText("7") })
    const shown = recallTable(report({ lots: [{ ...milk, otherUnits: [cans] }, ...others] }))
    expect(shown).toContain("Mass balance of the recalled lot, EA\n  received 7, on hand 0, unexplained 7")
    expect(recallTable(report())).not.toContain("recalled lot, EA")
  })
})
