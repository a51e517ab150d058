// What an order must come to, by the rules of DESIGN.md alone: slow, plain, and independent. It imports nothing from
// actors, projections or poster; it is the oracle of the end-to-end tests.
import type { Played } from "../../adapters/simulator/trouble.ts"

interface Quantity {
  readonly value: string
}
interface Body {
  readonly operationId?: string
  readonly quantity?: Quantity
  readonly revision?: number
  readonly yield?: Quantity
  readonly scrap?: Quantity
  readonly rework?: Quantity
  readonly nonconforming?: Quantity
  readonly laborTime?: Quantity
  readonly machineTime?: Quantity
  readonly final?: boolean
  readonly reverses?: { readonly messageId: string }
  readonly corrects?: { readonly messageId: string }
}

const amounts = ["yield", "scrap", "rework", "nonconforming", "laborTime", "machineTime"] as const
export type Totals = { [amount in (typeof amounts)[number]]: number }
const noTotals = (): Totals => ({ yield: 0, scrap: 0, rework: 0, nonconforming: 0, laborTime: 0, machineTime: 0 })

/** Times have one decimal; counted in tenths there is nothing to round. */
const tenths = (quantity: Quantity | undefined) => Math.round(Number(quantity?.value ?? 0) * 10)

export interface Document {
  readonly at: number
  readonly kind: "confirmation" | "reversal"
  readonly report: string
  readonly body: Body
  readonly final: boolean
  readonly takesBack?: Document
  withheld: boolean
  /** The ERP refused it. */
  refused?: true
  /** It will never be posted: refused and taken back, or the reversal of such a one. */
  ended?: true
}

interface Report {
  readonly body: Body
  counts: boolean
  document: Document | undefined
}

const posting = new Set(["OperationConfirmed", "LaborBooked", "MachineTimeBooked", "ScrapDeclared", "ReworkDeclared"])

/** One order, fed with its messages as they arrive. */
export class OrderModel {
  readonly reports = new Map<string, Report>()
  readonly documents: Array<Document> = []
  /** Messages that name this order and can't be understood. */
  parked = 0
  #parkedAt: number | undefined
  #clock = 0
  #released = false
  #plan: { readonly revision: number; readonly quantity: number } | undefined
  #seen = new Set<number>()
  #handled = new Set<string>()
  #breaches = new Map<string, number>()
  #waiting: Array<{ readonly type: string; readonly id: string; readonly body: Body }> = []

  take({ bad, message }: Played): void {
    if (bad !== undefined && !bad.namesOrder) return
    if (this.#handled.has(message.messageId)) return
    this.#handled.add(message.messageId)
    if (message.sequence !== undefined) this.#seen.add(message.sequence)
    if (bad !== undefined) {
      this.parked++
      this.#parkedAt ??= ++this.#clock
    } else this.#decide(message.type, message.messageId, message.body)
    this.#resume()
    this.#free()
  }

  #gap(): boolean {
    const hole = Math.max(0, ...this.#seen) > this.#seen.size
    return (
      this.parked > 0 ||
      hole ||
      this.#waiting.some(({ type }) => !type.startsWith("ProductionOrderT") && !type.startsWith("ProductionOrderCl"))
    )
  }

  #canApply(type: string, body: Body): boolean {
    switch (type) {
      case "ProductionOrderChanged":
        return this.#released
      case "ProductionOrderTechnicallyCompleted":
      case "ProductionOrderClosed":
        return !this.#gap()
      case "ReportReversed":
        return this.reports.has(body.reverses?.messageId ?? "")
      case "ReportCorrected":
        return this.reports.has(body.corrects?.messageId ?? "")
      default:
        return true
    }
  }

  #decide(type: string, id: string, body: Body): void {
    if (!this.#canApply(type, body)) {
      this.#waiting.push({ type, id, body })
      return
    }
    const isPlan = type === "ProductionOrderReleased" || type === "ProductionOrderChanged"
    if (isPlan) {
      this.#released ||= type === "ProductionOrderReleased"
      const revision = body.revision ?? 1
      if (this.#plan === undefined || revision > this.#plan.revision) {
        this.#plan = { revision, quantity: Number(body.quantity?.value) }
      }
      this.#clock++
      this.#announce(this.#clock)
    } else if (type === "ReportReversed") this.#takeBack(body.reverses?.messageId ?? "")
    else if (type === "ReportCorrected") this.#takeBack(body.corrects?.messageId ?? "", { id, body })
    else if (posting.has(type)) this.#report(id, body)
    else if (type === "NonconformanceRaised") {
      this.reports.set(id, { body, counts: true, document: undefined })
      this.#clock++
    } else this.#clock++
  }

  #resume(): void {
    for (let ready = this.#nextReady(); ready !== undefined; ready = this.#nextReady()) {
      this.#waiting = this.#waiting.filter((waiting) => waiting !== ready)
      this.#decide(ready.type, ready.id, ready.body)
    }
  }

  #nextReady() {
    return this.#waiting.find(({ body, type }) => this.#canApply(type, body))
  }

  #isBlocked = () => this.parked > 0 || this.#breaches.size > 0

  #report(id: string, body: Body): void {
    const since = ++this.#clock
    const held = this.#isBlocked() || (body.final === true && this.#gap())
    const report: Report = { body, counts: true, document: undefined }
    this.reports.set(id, report)
    const found = this.#announce(since)
    report.document = this.#shape(since, "confirmation", id, body, body.final === true, held || found)
    this.documents.push(report.document)
  }

  #takeBack(target: string, replacement?: { readonly id: string; readonly body: Body }): void {
    const report = this.reports.get(target)
    const since = ++this.#clock
    if (report === undefined || !report.counts) return
    const final = replacement?.body.final === true
    const original = report.document
    const held = this.#isBlocked() || (final && this.#gap()) || original?.withheld === true
    report.counts = false
    const renewed: Report | undefined =
      replacement === undefined ? undefined : { body: replacement.body, counts: true, document: undefined }
    if (replacement !== undefined && renewed !== undefined) this.reports.set(replacement.id, renewed)
    const found = this.#announce(since)
    // One event asks for both documents, so both wait as a final one does where its replacement is final.
    const body = original?.body ?? {}
    if (original?.refused === true) original.ended = true
    else if (original !== undefined) {
      this.documents.push({
        ...this.#shape(since, "reversal", target, body, final, held || found),
        takesBack: original
      })
    }
    if (replacement !== undefined && renewed !== undefined) {
      const asked = this.#shape(since, "confirmation", replacement.id, replacement.body, final, held || found)
      const document = original === undefined ? asked : { ...asked, takesBack: original }
      renewed.document = document
      this.documents.push(document)
    }
  }

  /** The ERP refuses it; where it is to be taken back, there is nothing to take back any more. */
  refuse(document: Document): void {
    document.refused = true
    const reversal = this.documents.find(({ kind, takesBack }) => kind === "reversal" && takesBack === document)
    if (reversal === undefined) return
    document.ended = true
    reversal.ended = true
    reversal.withheld = false
  }

  #shape(at: number, kind: Document["kind"], report: string, body: Body, final: boolean, withheld: boolean): Document {
    return { at, kind, report, body, final, withheld }
  }

  /** Finds and withdraws breaches; true where one was found. */
  #announce(since: number): boolean {
    if (this.#plan === undefined) return false
    const good = new Map<string, number>()
    for (const { body, counts } of this.reports.values()) {
      if (body.operationId === undefined) continue
      good.set(body.operationId, (good.get(body.operationId) ?? 0) + (counts ? tenths(body.yield) : 0))
    }
    let found = false
    for (const [operation, made] of good) {
      const over = made > this.#plan.quantity * 10
      if (over && !this.#breaches.has(operation)) {
        this.#breaches.set(operation, since)
        found = true
      } else if (!over) this.#breaches.delete(operation)
    }
    return found
  }

  #free(): void {
    const from = Math.min(this.#parkedAt ?? Number.POSITIVE_INFINITY, ...this.#breaches.values())
    const gap = this.#gap()
    for (const document of this.documents) {
      const waits = document.takesBack?.withheld === true
      if (document.withheld && document.at < from && !(document.final && gap) && !waits) document.withheld = false
    }
  }

  get openBreaches(): ReadonlyArray<string> {
    return [...this.#breaches.keys()]
  }

  /** Of the reports that count, per operation, in tenths. */
  totals(): Map<string, Totals> {
    return sum([...this.reports.values()].filter(({ counts }) => counts).map(({ body }) => ({ body, sign: 1 })))
  }

  /** Net of the documents that were let go, per operation, in tenths. */
  posted(): Map<string, Totals> {
    return sum(
      this.documents
        .filter(({ ended, refused, withheld }) => !withheld && refused !== true && ended !== true)
        .map(({ body, kind }) => ({ body, sign: kind === "reversal" ? -1 : 1 }))
    )
  }
}

const sum = (parts: ReadonlyArray<{ readonly body: Body; readonly sign: number }>): Map<string, Totals> => {
  const sums = new Map<string, Totals>()
  for (const { body, sign } of parts) {
    if (body.operationId === undefined) continue
    const totals = sums.get(body.operationId) ?? noTotals()
    for (const amount of amounts) totals[amount] += sign * tenths(body[amount])
    sums.set(body.operationId, totals)
  }
  return sums
}

/** Every order of a plant, fed with the messages as they arrive. */
export const modelled = (played: ReadonlyArray<Played>): Map<string, OrderModel> => {
  const orders = new Map<string, OrderModel>()
  for (const one of played) {
    const order = orders.get(one.message.orderId) ?? new OrderModel()
    orders.set(one.message.orderId, order)
    order.take(one)
  }
  return orders
}

/** The same messages with every bad one as it should have been. */
export const withoutBad = (played: ReadonlyArray<Played>): ReadonlyArray<Played> =>
  played.map(({ bad: _, ...one }) => one)
