// What a plant reports about its lots, each report with its meaning. Used by the made-up plants alone.
import { balanceCell, edgeCell, type LotName, lotName, type MovementName, movementCell, stockCell } from "./books.ts"
import type { Clock, ShopFloor, StoredLot } from "./shop-floor.ts"
import { decimalText, quantity } from "./thousandths.ts"
import type { Entry, Meaning } from "./truth.ts"

/** A quantity of a lot at a place. */
export interface Part {
  readonly lot: LotName
  /** Thousandths. */
  readonly amount: number
  readonly unit: string
  readonly storageLocation?: string | undefined
}

/** A line of an ERP document: what it moves, and how that changes the ERP's stock. */
export const movement = (name: MovementName, amount: number): ReadonlyArray<Entry> => [
  { book: "documents", cell: movementCell(name), amount },
  {
    book: "stock",
    cell: stockCell(name.plant, name.of, name.unit),
    amount: name.direction === "in" ? amount : -amount
  }
]

export const balance = ({ amount, lot, unit }: Part, sign: 1 | -1): Entry => ({
  book: "lots",
  cell: balanceCell(lotName(lot), unit),
  amount: sign * amount
})

const directions = { 1: "in", [-1]: "out" } as const

export class LotReports {
  readonly #floor: ShopFloor
  readonly #clock: Clock
  constructor(floor: ShopFloor, clock: Clock) {
    this.#floor = floor
    this.#clock = clock
  }

  #report(type: string, lot: LotName, body: object, means: Meaning): string {
    return this.#floor.report(lot, { type, at: this.#clock.pass(), body: { ...body }, means })
  }

  /** More or less of a lot, by a document of this movement type. */
  #move(part: Part, sign: 1 | -1, type: string): ReadonlyArray<Entry> {
    const { amount, lot, storageLocation, unit } = part
    const direction = directions[sign]
    const name = { plant: this.#floor.plant, type, direction, of: lotName(lot), storageLocation, unit }
    return [balance(part, sign), ...movement(name, amount)]
  }

  #passage(from: Part, to: LotName, through: "split" | "merge" | "transfer", by: LotName): ReadonlyArray<Entry> {
    const { amount, unit } = from
    const cell = edgeCell({
      from: lotName(from.lot),
      to: lotName(to),
      through,
      certainty: "exact",
      quantity: decimalText(amount),
      unit,
      by: lotName(by)
    })
    return [
      ...this.#move(from, -1, "lotTransfer"),
      ...this.#move({ ...from, lot: to }, 1, "lotTransfer"),
      { book: "edges", cell, amount: 1 }
    ]
  }

  /** A quantity of one lot comes or goes. */
  #one(
    type: string,
    part: Part,
    sign: 1 | -1,
    movementType: string,
    body: object,
    means: Partial<Meaning> = {}
  ): string {
    const { amount, lot, storageLocation, unit } = part
    return this.#report(
      type,
      lot,
      { quantity: quantity(amount, unit), storageLocation, ...body },
      { ...means, entries: this.#move(part, sign, movementType) }
    )
  }

  received(part: Part, supplier: object, expiresAt?: number, hasExpired = false): string {
    const body = { supplier, ...(expiresAt === undefined ? {} : { expiresAt: this.#floor.time(expiresAt) }) }
    return this.#one("LotReceived", part, 1, "supplierReceipt", body, hasExpired ? { expired: lotName(part.lot) } : {})
  }

  split(lot: StoredLot, parts: ReadonlyArray<{ readonly lot: LotName; readonly amount: number }>): string {
    const { storageLocation, unit } = lot
    const into = parts.map(({ amount, lot: { lotId } }) => ({ lotId, quantity: quantity(amount, unit) }))
    return this.#report(
      "LotSplit",
      lot,
      { storageLocation, into },
      {
        entries: parts.flatMap((part) =>
          this.#passage({ lot, amount: part.amount, unit, storageLocation }, part.lot, "split", lot)
        )
      }
    )
  }

  merged(into: StoredLot, parts: ReadonlyArray<{ readonly lot: LotName; readonly amount: number }>): string {
    const { storageLocation, unit } = into
    const from = parts.map(({ amount, lot: { lotId, scope } }) => ({ lotId, scope, quantity: quantity(amount, unit) }))
    return this.#report(
      "LotMerged",
      into,
      { storageLocation, from },
      {
        entries: parts.flatMap((part) =>
          this.#passage({ lot: part.lot, amount: part.amount, unit, storageLocation }, into, "merge", into)
        )
      }
    )
  }

  transferred(from: StoredLot, to: LotName, amount: number): string {
    const { storageLocation, unit } = from
    const part = { lot: from, amount, unit, storageLocation }
    const { itemId, lotId, scope } = to
    const body = { storageLocation, to: { itemId, lotId, scope }, quantity: quantity(amount, unit) }
    return this.#report("LotTransferred", from, body, { entries: this.#passage(part, to, "transfer", from) })
  }

  moved({ amount, lot, unit }: Part, from: string, to: string): string {
    const { plant } = this.#floor
    const line = (direction: "in" | "out", storageLocation: string) =>
      movement({ plant, type: "locationTransfer", direction, of: lotName(lot), storageLocation, unit }, amount)
    const entries = [...line("out", from), ...line("in", to)]
    return this.#report("LotMoved", lot, { from, to, quantity: quantity(amount, unit) }, { entries })
  }

  said(lot: LotName, is: "held" | "released" | "rejected", reason: string, badge: string): string {
    const type = { held: "LotHeld", released: "LotReleased", rejected: "LotRejected" }[is]
    const signature = is === "held" ? {} : { signature: { role: "quality engineer", meaning: "approval" } }
    const at = this.#clock.pass()
    const body = { reason, badge, ...signature }
    return this.#floor.report(lot, { type, at, body, means: { entries: [], word: { lot: lotName(lot), at, is } } })
  }

  read(lot: LotName, characteristic: string, value: number, unit: string): string {
    return this.#report(
      "QualityReadingRecorded",
      lot,
      { characteristic, value: decimalText(value), unit },
      { entries: [] }
    )
  }

  tested(lot: LotName, testSpecification: string, passed: boolean): string {
    const body = { testSpecification, passed, ...(passed ? {} : { reason: "Out of limits" }) }
    return this.#report("TestResultRecorded", lot, body, { entries: [] })
  }

  sampled(part: Part): string {
    const use = this.#floor.random.oneOf(["Destructive Sample", "Retained Sample"])
    return this.#one("LotSampled", part, -1, "sampling", { use })
  }

  scrapped(part: Part, scrapReason: string): string {
    return this.#one("LotScrapped", part, -1, "scrapping", { scrapReason })
  }

  /** Counted: so much more (thousandths), or less. */
  adjusted(part: Part): string {
    const { amount, lot, storageLocation, unit } = part
    const entries = this.#move({ ...part, amount: Math.abs(amount) }, amount < 0 ? -1 : 1, "adjustment")
    const body = { quantity: quantity(amount, unit), storageLocation, reason: "Counted" }
    return this.#report("LotAdjusted", lot, body, { entries })
  }

  shipped(part: Part, customer: string, document: string): string {
    return this.#one("LotShipped", part, -1, "shipment", { customer, document })
  }

  receivedBack(part: Part, customer: string, document: string): string {
    return this.#one("LotReceivedBack", part, 1, "customerReturn", { customer, document })
  }

  /** That report was wrong. */
  reversed(lot: LotName, messageId: string, reason: string): string {
    const body = { reverses: { messageId }, reason }
    return this.#report("LotReportReversed", lot, body, { entries: [], takesBack: messageId })
  }
}
