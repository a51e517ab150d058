// What documents come to as cells: a movement on another order is another cell, in the truth as in the ERP.
import { describe, expect, it } from "vitest"
import { documentCells } from "../../../adapters/cli/erp-books.ts"
import { simulation } from "../../../adapters/simulator/simulation.ts"
import * as Decimal from "../../../core/plant/decimal.ts"
import { ItemId, OrderId, PlantId, PostingKey } from "../../../core/plant/identifiers.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import type { Document } from "../../../core/port/erp.ts"

const plant = PlantId.make("gear")
const key = (version: number) => PostingKey.make(`order/gear/PO-1/${version}/goodsMovement`)

const movement = (version: number, orderId?: string): Document => ({
  key: key(version),
  kind: "goodsMovement",
  plant,
  ...(orderId === undefined ? {} : { orderId: OrderId.make(orderId) }),
  movements: [
    {
      type: "goodsIssue",
      direction: "out",
      itemId: ItemId.make("BOLT"),
      quantity: { value: Decimal.fromText("2.5"), unit: Unit.make("EA") }
    }
  ],
  postingDate: "2026-01-05"
})

describe("a movement in the ERP", () => {
  it("is its order's", () => {
    expect(documentCells([movement(1, "PO-1"), movement(2, "PO-2"), movement(3, "PO-2")])).toEqual({
      "gear, item BOLT: goodsIssue out at (nobody said) EA, of order gear/PO-1": "2.5",
      "gear, item BOLT: goodsIssue out at (nobody said) EA, of order gear/PO-2": "5"
    })
  })
  it("is no order's where a lot's own report makes it", () => {
    expect(documentCells([movement(1)])).toEqual({ "gear, item BOLT: goodsIssue out at (nobody said) EA": "2.5" })
  })
  it("is taken back from the order that it was on", () => {
    const reversal: Document = { ...movement(2, "PO-1"), kind: "reversal", reverses: key(1) }
    expect(documentCells([movement(1, "PO-1"), reversal])).toEqual({})
    expect(Object.keys(documentCells([movement(1, "PO-2"), reversal]))).toHaveLength(2)
  })
})

describe("a movement in the truth", () => {
  const mix = { seed: 1, messages: 3_000, duplicates: 0, reorder: 0, late: 0, bad: 0, doubleReports: 0 }
  const plants = { discrete: plant, process: PlantId.make("lacquer") }
  const cells = Object.keys(simulation(plants, mix).ledger.predicted.after.documents)

  it("names its order where an order's report makes it, and none where a lot's does", () => {
    const ofOrders = cells.filter((cell) => /: (goodsIssue|goodsReturn|\S+Receipt) (in|out) at /.test(cell))
    const ofSuppliers = ofOrders.filter((cell) => cell.includes(": supplierReceipt "))
    const others = ofOrders.filter((cell) => !cell.includes(": supplierReceipt "))
    expect(others.length).toBeGreaterThan(100)
    for (const cell of others) expect(cell).toMatch(/, of order (gear|lacquer)\/(PO|BATCH)-\d+$/)
    const ofLots = cells.filter((cell) => /: (shipment|scrapping|sampling|lotTransfer|adjustment) /.test(cell))
    expect(ofLots.length).toBeGreaterThan(100)
    for (const cell of [...ofSuppliers, ...ofLots]) expect(cell).not.toContain(", of order ")
  })
})
