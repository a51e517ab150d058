// What a batch of events changes of one order: its row, its reports, its operations, its sums. Pure but for its own
// state; used by `apply.ts` and by tests.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { addMaterial, type MaterialRow } from "./material.ts"
import * as Operation from "./operation.ts"
import { evolve, type Order, unknownOrder, withReport } from "./order.ts"
import { type Report, reportOf, takenBack } from "./report.ts"
import { addTo, type SumRow } from "./sums.ts"
import type { OrderKey } from "./tables.ts"

export class OrderChanges {
  readonly key: OrderKey
  order: Order
  /** Reports that this batch makes. */
  readonly fresh: Array<Report> = []
  /** Stored reports that it takes back. */
  readonly takenBack: Array<Report> = []
  readonly operations = new Map<string, Operation.OperationRow>()
  readonly sums = new Map<string, SumRow>()
  readonly materials = new Map<string, MaterialRow>()
  readonly #known = new Map<number, Report>()

  /** `stored` is the order as it is, `reports` those of its stored reports that the batch takes back. */
  constructor(key: OrderKey, stored: Order = unknownOrder, reports: ReadonlyArray<Report> = []) {
    this.key = key
    this.order = stored
    for (const report of reports) this.#known.set(report.version, report)
  }

  take(event: RecordedEvent): void {
    const before = this.order
    this.order = evolve(before, event)
    const version = takenBack(event)
    const earlier = version === undefined ? undefined : this.#known.get(version)
    if (earlier?.counts) this.#takeBack(earlier)
    const report = reportOf(this.key, event)
    if (report !== undefined) this.#add(report)
    if (this.order.plan === before.plan) return
    if (event.type === "ProductionOrderReleased" || event.type === "ProductionOrderChanged") {
      const { operations, quantity } = event.data
      Operation.plan(this.operations, this.key, before.plan?.operations ?? [], operations, quantity)
    }
  }

  #add(report: Report): void {
    this.fresh.push(report)
    this.#known.set(report.version, report)
    this.#count(report, 1)
  }

  #takeBack(report: Report): void {
    report.counts = false
    if (!this.fresh.includes(report)) this.takenBack.push(report)
    this.#count(report, -1)
  }

  #count(report: Report, sign: 1 | -1): void {
    if (report.materials !== null) {
      addMaterial(this.materials, report, report.materials, sign)
      return
    }
    this.order = withReport(this.order, report.operation_id, report.final, sign)
    Operation.report(this.operations, report, sign)
    addTo(this.sums, report, sign)
  }
}
