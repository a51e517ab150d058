// What the made-up plants have in common: a clock for each course of events, what is on hand, and the messages so far.
// Used by the reports and the plants of this folder alone.
import type { PlantId } from "../../core/plant/identifiers.ts"
import { type ExchangeName, exchanges } from "../../core/port/broker.ts"
import { balanceCell, type LotName, lotName } from "./books.ts"
import type { Chance } from "./random.ts"
import type { Meaning, MeantMessage } from "./truth.ts"

const minute = 60_000

/** Of one course of events: each happens after the one before, and not before what it needs is there. */
export class Clock {
  at: number
  readonly #random: Chance
  constructor(at: number, random: Chance) {
    this.at = at
    this.#random = random
  }
  pass(least = 1, most = 30): number {
    this.at += this.#random.between(least, most) * minute
    return this.at
  }
  wait(until: number): void {
    this.at = Math.max(this.at, until)
  }
}

/** A lot, where it is, and since when it may be used. */
export interface StoredLot extends LotName {
  readonly unit: string
  readonly storageLocation: string
  readonly availableAt: number
}

interface Report {
  readonly type: string
  readonly at: number
  readonly body: { readonly [field: string]: unknown }
  readonly means: Meaning
}

export class ShopFloor {
  readonly plant: PlantId
  readonly random: Chance
  readonly messages: Array<MeantMessage> = []
  /** Hours from UTC; the same all year. */
  readonly #utcOffset: number
  readonly #onHand = new Map<string, number>()
  readonly #numbers = new Map<string, number>()
  readonly #sequences = new Map<string, number>()
  readonly #shelves = new Map<string, Array<StoredLot>>()
  readonly #meanings = new Map<string, Meaning>()

  constructor(plant: PlantId, random: Chance, utcOffset: number) {
    this.plant = plant
    this.random = random
    this.#utcOffset = utcOffset
  }

  /** The next of such numbers at this plant, or within something of it, from 1. */
  number(series: string, within = ""): string {
    const counter = `${within}/${series}`
    const next = (this.#numbers.get(counter) ?? 0) + 1
    this.#numbers.set(counter, next)
    return `${series}-${String(next).padStart(5, "0")}`
  }

  lot(itemId: string, series: string): LotName {
    return { scope: `plant/${this.plant}`, itemId, lotId: this.number(series, itemId) }
  }

  time(at: number): string {
    const sign = this.#utcOffset < 0 ? "-" : "+"
    const local = new Date(at + this.#utcOffset * 60 * minute).toISOString().slice(0, 19)
    return `${local}${sign}${String(Math.abs(this.#utcOffset)).padStart(2, "0")}:00`
  }

  /** From the MES; it counts its messages for each order. */
  report(about: LotName | string, report: Report): string {
    if (typeof about !== "string") return this.#send(exchanges.mesEvents, this.number("mes"), about, report)
    const sequence = (this.#sequences.get(about) ?? 0) + 1
    this.#sequences.set(about, sequence)
    return this.#send(exchanges.mesEvents, `${about}/${sequence}`, about, report, sequence)
  }

  plan(orderId: string, report: Report): string {
    return this.#send(exchanges.erpEvents, this.number("erp"), orderId, report)
  }

  #send(exchange: ExchangeName, messageId: string, about: LotName | string, report: Report, sequence?: number): string {
    const { at, body, means, type } = report
    const named = typeof about === "string" ? { orderId: about } : this.reference(about)
    this.#count(means, 1)
    if (means.takesBack !== undefined) this.#count(this.#meanings.get(means.takesBack) ?? { entries: [] }, -1)
    this.#meanings.set(messageId, means)
    this.messages.push({
      exchange,
      type,
      messageId,
      ...(sequence === undefined ? {} : { sequence }),
      ...(typeof about === "string" ? { orderId: about } : {}),
      body: { ...named, occurredAt: this.time(at), ...body },
      at,
      means
    })
    return messageId
  }

  #count({ entries }: Meaning, sign: 1 | -1): void {
    for (const { amount, book, cell } of entries) {
      if (book === "lots") this.#onHand.set(cell, (this.#onHand.get(cell) ?? 0) + sign * amount)
    }
  }

  /** A lot of this plant's own scope is named without it as often as with it. */
  reference({ itemId, lotId, scope }: LotName) {
    return scope === `plant/${this.plant}` && this.random.happens(0.5) ? { itemId, lotId } : { itemId, lotId, scope }
  }

  /** In thousandths. */
  onHand(lot: StoredLot): number {
    return this.#onHand.get(balanceCell(lotName(lot), lot.unit)) ?? 0
  }

  /** Lots of this item from which something can be taken. */
  shelf(itemId: string): ReadonlyArray<StoredLot> {
    return (this.#shelves.get(itemId) ?? []).filter((lot) => this.onHand(lot) > 0)
  }

  available(itemId: string): number {
    return this.shelf(itemId).reduce((sum, lot) => sum + this.onHand(lot), 0)
  }

  /** So much of an item that is there, lot by lot, the oldest first; the clock waits until all of it may be used. */
  take(
    clock: Clock,
    itemId: string,
    amount: number
  ): ReadonlyArray<{ readonly lot: StoredLot; readonly amount: number }> {
    let missing = amount
    return this.shelf(itemId).flatMap((lot) => {
      const taken = Math.min(missing, this.onHand(lot))
      missing -= taken
      if (taken > 0) clock.wait(lot.availableAt)
      return taken > 0 ? [{ lot, amount: taken }] : []
    })
  }

  /** Ready for use; a lot that is there already is known by its new place and time. */
  shelve(lot: StoredLot): void {
    const others = this.shelf(lot.itemId).filter((other) => lotName(other) !== lotName(lot))
    this.#shelves.set(lot.itemId, [...others, lot])
  }
}
