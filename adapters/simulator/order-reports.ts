// What a plant's ERP and MES report about one order, each report with its meaning. Used by the made-up plants alone.
import {
  type Amount,
  amountCell,
  edgeCell,
  type Flow,
  itemName,
  type LotName,
  lotName,
  materialCell,
  orderName
} from "./books.ts"
import { balance, movement } from "./lot-reports.ts"
import type { Clock, ShopFloor } from "./shop-floor.ts"
import { decimalText, quantity } from "./thousandths.ts"
import type { Entry, Meaning } from "./truth.ts"

/** What a confirmation says was done, in thousandths of the order's unit or of minutes. */
export type Done = { readonly [amount in Amount]?: number }

/** A line of material; one without a lot has only an item. */
export interface MaterialLine {
  readonly of: LotName | { readonly itemId: string }
  readonly amount: number
  readonly unit: string
  readonly storageLocation?: string | undefined
  readonly certainty?: "exact" | "allocated" | "commingled" | "window"
  readonly into?: LotName
  readonly use?: "Material Produced" | "Co-product Produced" | "By-product Produced"
}

export interface Planned {
  readonly orderId: string
  readonly itemId: string
  readonly amount: number
  readonly unit: string
  readonly operations: ReadonlyArray<string>
}

const fields = {
  good: "yield",
  scrap: "scrap",
  rework: "rework",
  nonconforming: "nonconforming",
  labor: "laborTime",
  machine: "machineTime"
} as const
const isAmount = (name: string): name is Amount => name in fields

const outputs = {
  "Material Produced": { flow: "produced", movementType: "productReceipt" },
  "Co-product Produced": { flow: "coProduced", movementType: "coProductReceipt" },
  "By-product Produced": { flow: "byProduced", movementType: "byProductReceipt" }
} as const

const lotOf = ({ of }: MaterialLine): LotName | undefined => ("lotId" in of ? of : undefined)

export class OrderReports {
  readonly planned: Planned
  readonly #floor: ShopFloor
  readonly #clock: Clock
  readonly #name: string
  constructor(floor: ShopFloor, clock: Clock, planned: Planned) {
    this.planned = planned
    this.#floor = floor
    this.#clock = clock
    this.#name = orderName(floor.plant, planned.orderId)
  }

  #report(type: string, body: object, means: Meaning = { entries: [] }): string {
    return this.#floor.report(this.planned.orderId, { type, at: this.#clock.pass(), body: { ...body }, means })
  }

  #fromErp(type: string, body: object, means: Meaning = { entries: [] }): string {
    return this.#floor.plan(this.planned.orderId, { type, at: this.#clock.pass(), body: { ...body }, means })
  }

  #plan(type: string, revision: number, amount: number, why: object = {}): string {
    const { itemId, operations, unit } = this.planned
    const body = {
      itemId,
      quantity: quantity(amount, unit),
      revision,
      operations: operations.map((operationId) => ({ operationId, workCenterId: `WC-${operationId}` })),
      operationsDefinition: { id: `R-${itemId}`, version: "A" },
      ...why
    }
    return this.#fromErp(type, body, { entries: [], plan: { order: this.#name, revision, amount, unit } })
  }

  released(): string {
    return this.#plan("ProductionOrderReleased", 1, this.planned.amount)
  }

  changed(amount: number): string {
    return this.#plan("ProductionOrderChanged", 2, amount, { reason: "Demand" })
  }

  held(reason: string): string {
    return this.#report("ProductionOrderHeld", { reason })
  }

  restarted(reason: string): string {
    return this.#report("ProductionOrderRestarted", { reason })
  }

  completed(): string {
    return this.#report("ProductionOrderTechnicallyCompleted", { reason: "Done" })
  }

  closed(): string {
    return this.#fromErp("ProductionOrderClosed", { reason: "Settled" })
  }

  started(operationId: string): string {
    return this.#report("OperationStarted", this.#on(operationId))
  }

  #on(operationId: string) {
    return { operationId, workCenterId: `WC-${operationId}`, badge: `B${this.#floor.random.between(1, 60)}` }
  }

  #unitOf(amount: Amount): string {
    return amount === "labor" || amount === "machine" ? "MIN" : this.planned.unit
  }

  /** Nonconforming quantity waits for a review board: the ERP hears nothing of it. */
  #amounts(operationId: string, done: Done): { readonly body: object; readonly entries: ReadonlyArray<Entry> } {
    const told = Object.entries(done).flatMap(([name, amount]) => (isAmount(name) ? [{ name, amount }] : []))
    return {
      body: Object.fromEntries(told.map(({ amount, name }) => [fields[name], quantity(amount, this.#unitOf(name))])),
      entries: told.flatMap(({ amount, name }) => {
        const cell = amountCell(this.#name, operationId, name, this.#unitOf(name))
        const entry = { cell, amount }
        const inOrder: Entry = { book: "orders", ...entry }
        return name === "nonconforming" ? [inOrder] : [inOrder, { book: "documents", ...entry }]
      })
    }
  }

  confirmed(operationId: string, done: Done, { final = false, scrapReason = "Scratched" } = {}): string {
    const { body, entries } = this.#amounts(operationId, done)
    const reason = done.scrap === undefined ? {} : { scrapReason }
    const isFinal = final ? { final } : {}
    return this.#report("OperationConfirmed", { ...this.#on(operationId), ...body, ...reason, ...isFinal }, { entries })
  }

  /** One amount by itself. */
  declared(
    type: "LaborBooked" | "MachineTimeBooked" | "ScrapDeclared" | "ReworkDeclared" | "NonconformanceRaised",
    operationId: string,
    done: Done
  ): string {
    const { body, entries } = this.#amounts(operationId, done)
    const reason = type === "ScrapDeclared" ? { scrapReason: "Found later" } : {}
    return this.#report(type, { ...this.#on(operationId), ...body, ...reason }, { entries })
  }

  corrected(messageId: string, operationId: string, done: Done, final = false): string {
    const { body, entries } = this.#amounts(operationId, done)
    const isFinal = final ? { final } : {}
    const why = { corrects: { messageId }, reason: "Counted again" }
    return this.#report(
      "ReportCorrected",
      { ...this.#on(operationId), ...body, ...isFinal, ...why },
      { entries, takesBack: messageId }
    )
  }

  reversed(messageId: string, reason: string): string {
    return this.#report("ReportReversed", { reverses: { messageId }, reason }, { entries: [], takesBack: messageId })
  }

  #line(line: MaterialLine) {
    const { amount, storageLocation, unit } = line
    const lot = lotOf(line)
    const named = lot === undefined ? { itemId: line.of.itemId } : this.#floor.reference(lot)
    return { ...named, quantity: quantity(amount, unit), ...(storageLocation === undefined ? {} : { storageLocation }) }
  }

  /** The lot's balance, its edges, and the line of the ERP's document. */
  #moved(line: MaterialLine, direction: "in" | "out", type: string, edges: ReadonlyArray<Entry>): ReadonlyArray<Entry> {
    const { amount, storageLocation, unit } = line
    const lot = lotOf(line)
    const of = lot === undefined ? itemName(line.of.itemId) : lotName(lot)
    const { plant } = this.#floor
    const document = movement({ plant, order: this.#name, type, direction, of, storageLocation, unit }, amount)
    if (lot === undefined) return document
    return [balance({ lot, amount, unit }, direction === "in" ? 1 : -1), ...edges, ...document]
  }

  #edge(from: string, to: string, through: string, { certainty = "exact", unit }: MaterialLine, amount: number): Entry {
    const value = decimalText(amount)
    const cell = edgeCell({ from, to, through, certainty, quantity: value, unit, by: this.#name })
    return { book: "edges", cell, amount: 1 }
  }

  /** In the order's own sums: in all, and by its operation where the report names one. */
  #flow({ amount, of: { itemId }, unit }: MaterialLine, flow: Flow, operationId?: string): ReadonlyArray<Entry> {
    const cell = (operation?: string) => materialCell(this.#name, operation, flow, itemId, unit)
    const cells = operationId === undefined ? [cell()] : [cell(), cell(operationId)]
    return cells.map((name) => ({ book: "orders", cell: name, amount }))
  }

  #consumption(line: MaterialLine, amount: number): ReadonlyArray<Entry> {
    const lot = lotOf(line)
    if (lot === undefined) return []
    const ends = [this.#name, ...(line.into === undefined ? [] : [lotName(line.into)])]
    return ends.map((end) => this.#edge(lotName(lot), end, "consumption", line, amount))
  }

  consumed(lines: ReadonlyArray<MaterialLine>, operationId?: string): string {
    const entries = lines.flatMap((line) => [
      ...this.#flow(line, "consumed", operationId),
      ...this.#moved(line, "out", "goodsIssue", this.#consumption(line, line.amount))
    ])
    return this.#report("MaterialConsumed", { operationId, materials: this.#consumedLines(lines) }, { entries })
  }

  /** By the bill of material: the ERP books it by itself, so it hears nothing of it. */
  backflushed(lines: ReadonlyArray<MaterialLine>, operationId: string): string {
    const entries = lines.flatMap((line) => {
      const lot = lotOf(line)
      const allocated = this.#consumption({ certainty: "allocated", ...line }, line.amount)
      const { amount, unit } = line
      const consumed = this.#flow(line, "consumed", operationId)
      return lot === undefined ? consumed : [...consumed, balance({ lot, amount, unit }, -1), ...allocated]
    })
    const body = { operationId, backflush: true, materials: this.#consumedLines(lines) }
    return this.#report("MaterialConsumed", body, { entries })
  }

  #consumedLines(lines: ReadonlyArray<MaterialLine>) {
    return lines.map((line) => ({
      ...this.#line(line),
      ...(line.certainty === undefined ? {} : { certainty: line.certainty }),
      ...(line.into === undefined ? {} : { into: this.#floor.reference(line.into) })
    }))
  }

  /** Unused: a negative quantity of what went in. */
  returned(line: MaterialLine): string {
    const entries = [
      ...this.#flow(line, "returned"),
      ...this.#moved(line, "in", "goodsReturn", this.#consumption(line, -line.amount))
    ]
    return this.#report("MaterialReturned", { materials: [this.#line(line)] }, { entries })
  }

  produced(lines: ReadonlyArray<MaterialLine>, operationId?: string): string {
    const materials = lines.map((line) => ({
      ...this.#line(line),
      ...(line.use === undefined ? {} : { use: line.use })
    }))
    const entries = lines.flatMap((line) => {
      const lot = lotOf(line)
      const edges = lot === undefined ? [] : [this.#edge(this.#name, lotName(lot), "production", line, line.amount)]
      const { flow, movementType } = outputs[line.use ?? "Material Produced"]
      return [...this.#flow(line, flow, operationId), ...this.#moved(line, "in", movementType, edges)]
    })
    return this.#report("MaterialProduced", { operationId, materials }, { entries })
  }
}
