// A made-up process plant: lacquer in batches, out of a tank in which lots of resin commingle, with a co-product and a
// by-product; tested, released or rejected, filled into drums, relabelled, merged, counted and shipped.
import { LotReports } from "./lot-reports.ts"
import { type MaterialLine, OrderReports } from "./order-reports.ts"
import { cleanerFrom, type Purchased, receive } from "./receiving.ts"
import type { Clock, ShopFloor, StoredLot } from "./shop-floor.ts"
import { units } from "./thousandths.ts"
import { consume, finish, overproduce, workOff } from "./working.ts"

const cleaner = cleanerFrom("S-24")
const resin: Purchased = {
  itemId: "RESIN-1",
  unit: "KGM",
  step: 125,
  least: 2_000,
  most: 9_000,
  suppliers: ["S-21", "S-22"]
}
const additive: Purchased = {
  itemId: "ADDITIVE-9",
  unit: "KGM",
  step: 1,
  least: 20_000,
  most: 90_000,
  suppliers: ["S-23"],
  scope: "enterprise"
}

const lacquer = "LACQUER"
const unit = "KGM"
const tanks = ["TANK-1", "TANK-2"] as const
const warehouse = "WAREHOUSE"

export class ProcessPlant {
  readonly #floor: ShopFloor
  /** What each tank holds: a lot for each filling. */
  readonly #fillings = new Map<string, StoredLot>()
  /** The last batch's rest in the mixer, which the next one takes up. */
  #heel: StoredLot | undefined
  readonly #backflushes: boolean
  constructor(floor: ShopFloor, backflushes: boolean) {
    this.#floor = floor
    this.#backflushes = backflushes
  }

  /** One course of events: a batch with all that it needs, and what becomes of it. */
  job(clock: Clock): void {
    const batch = this.#batch(clock)
    if (this.#judged(clock, batch)) this.#sell(clock, this.#drums(clock, batch))
  }

  #need(clock: Clock, bought: Purchased, amount: number): void {
    while (this.#floor.available(bought.itemId) < amount) receive(this.#floor, clock, bought)
  }

  /** The filling of a tank with so much left; an empty one is filled from whatever resin there is. */
  #tank(clock: Clock, tank: string, amount: number): StoredLot {
    const filling = this.#fillings.get(tank)
    if (filling !== undefined && this.#floor.onHand(filling) >= amount) {
      clock.wait(filling.availableAt)
      return filling
    }
    const charge = units(this.#floor.random.between(900, 1_600))
    this.#need(clock, resin, charge)
    const lot = this.#floor.lot(resin.itemId, tank)
    const fresh: StoredLot = { ...lot, unit, storageLocation: tank, availableAt: clock.at }
    const parts = [...this.#floor.take(clock, resin.itemId, charge)]
    const rest = filling === undefined ? 0 : this.#floor.onHand(filling)
    if (filling !== undefined) clock.wait(filling.availableAt)
    if (filling !== undefined && rest > 0) parts.push({ lot: filling, amount: rest })
    new LotReports(this.#floor, clock).merged(fresh, parts)
    const filled = { ...fresh, availableAt: clock.at }
    this.#fillings.set(tank, filled)
    return filled
  }

  #batch(clock: Clock): StoredLot {
    const { random } = this.#floor
    const size = units(random.between(300, 600))
    const percent = size / 100
    const [resinShare, additiveShare, cleanerShare] = [60 * percent, 5 * percent, percent]
    this.#need(clock, additive, additiveShare)
    this.#need(clock, cleaner, cleanerShare)
    const filling = this.#tank(clock, random.oneOf(tanks), resinShare)

    const orderId = this.#floor.number("BATCH")
    const operations = ["10", "20", "30"]
    const planned = { orderId, itemId: lacquer, amount: size, unit, operations }
    const order = new OrderReports(this.#floor, clock, planned)
    const lot = this.#floor.lot(lacquer, "B")
    const into = random.happens(0.6) ? { into: lot } : {}
    order.released()
    order.started("10")
    const commingled = {
      of: filling,
      amount: resinShare,
      unit,
      certainty: "commingled",
      storageLocation: filling.storageLocation
    } as const
    consume(this.#floor, order, [{ ...commingled, ...into }], "10")
    const dosed = this.#taken(clock, additive.itemId, additiveShare, { certainty: "exact", into: lot })
    consume(this.#floor, order, [...dosed, { of: { itemId: "WATER" }, amount: 34 * percent, unit: "LTR" }], "10")
    const cleaned = this.#taken(clock, cleaner.itemId, cleanerShare, {})
    if (this.#backflushes) order.backflushed(cleaned, "20")
    else consume(this.#floor, order, cleaned, "20")
    this.#takeUpHeel(clock, order, { ...lot, unit, storageLocation: warehouse, availableAt: clock.at })
    for (const operationId of ["20", "30"]) workOff(this.#floor, order, { operationId, amount: size, step: 500 })
    overproduce(this.#floor, order, "30")
    return this.#yielded(clock, order, { ...lot, unit, storageLocation: warehouse, availableAt: clock.at })
  }

  #taken(
    clock: Clock,
    itemId: string,
    amount: number,
    how: Pick<MaterialLine, "certainty" | "into">
  ): ReadonlyArray<MaterialLine> {
    return this.#floor.take(clock, itemId, amount).map(({ amount: taken, lot }) => ({
      of: lot,
      amount: taken,
      unit: lot.unit,
      storageLocation: lot.storageLocation,
      ...how
    }))
  }

  /** What the batch before left in the mixer: it went into this one, if anywhere. */
  #takeUpHeel(clock: Clock, order: OrderReports, batch: StoredLot): void {
    const heel = this.#heel
    if (heel === undefined) return
    this.#heel = undefined
    clock.wait(heel.availableAt)
    const { storageLocation } = heel
    order.consumed([
      { of: heel, amount: this.#floor.onHand(heel), unit, certainty: "window", into: batch, storageLocation }
    ])
  }

  /** The batch, its co-product and its by-product; a rest of it stays in the mixer. */
  #yielded(clock: Clock, order: OrderReports, batch: StoredLot): StoredLot {
    const { random } = this.#floor
    const { amount } = order.planned
    const distillate = {
      ...this.#floor.lot("DISTILLATE", "D"),
      unit,
      storageLocation: warehouse,
      availableAt: clock.at
    }
    const heel = { ...this.#floor.lot(lacquer, "HEEL"), unit, storageLocation: "MIXER", availableAt: clock.at }
    order.produced(
      [
        { of: batch, amount: amount - random.between(0, 9_999), unit, storageLocation: warehouse },
        {
          of: distillate,
          amount: (8 * amount) / 100 + random.between(1, 500),
          unit,
          storageLocation: warehouse,
          use: "Co-product Produced"
        },
        { of: heel, amount: random.between(500, 4_000), unit, storageLocation: "MIXER" },
        { of: { itemId: "SLUDGE" }, amount: random.between(100, 3_000), unit, use: "By-product Produced" }
      ],
      "30"
    )
    finish(this.#floor, order)
    this.#heel = { ...heel, availableAt: clock.at }
    if (random.happens(0.5)) {
      const part = { lot: distillate, amount: this.#floor.onHand(distillate), unit, storageLocation: warehouse }
      new LotReports(this.#floor, clock).shipped(part, "C-90", this.#floor.number("DN"))
    }
    return { ...batch, availableAt: clock.at }
  }

  /** Held until its tests are known; one in ten isn't sold. */
  #judged(clock: Clock, batch: StoredLot): boolean {
    const { random } = this.#floor
    const reports = new LotReports(this.#floor, clock)
    const part = { lot: batch, unit, storageLocation: warehouse }
    reports.said(batch, "held", "Awaiting tests", "Q5")
    reports.sampled({ ...part, amount: random.between(1, 500) })
    reports.read(batch, "viscosity", random.between(10_000, 90_000), "C16")
    reports.read(batch, "solids", random.between(30_000, 60_000), "P1")
    const passes = random.happens(0.9)
    reports.tested(batch, "TS-40", passes)
    // Sold all the same, on purpose: a supervisor is to see it.
    const isForgotten = passes && random.happens(0.03)
    if (!isForgotten) reports.said(batch, passes ? "released" : "rejected", passes ? "Tests passed" : "Too thin", "Q6")
    if (passes && !isForgotten && random.happens(0.05)) {
      reports.reversed(batch, reports.said(batch, "rejected", "Too thin", "Q6"), "Another batch was meant")
    }
    if (passes) return true
    if (random.happens(0.5)) reports.scrapped({ ...part, amount: this.#floor.onHand(batch) }, "Too thin")
    return false
  }

  #drums(clock: Clock, batch: StoredLot): ReadonlyArray<StoredLot> {
    const { random } = this.#floor
    const reports = new LotReports(this.#floor, clock)
    const count = random.between(2, 5)
    const each = Math.floor(this.#floor.onHand(batch) / (count + 1) / 250) * 250
    const parts = Array.from({ length: count }, (_, index) => ({
      lot: { ...batch, lotId: `${batch.lotId}/${index + 1}` },
      amount: each
    }))
    reports.split(batch, parts)
    if (random.happens(0.5))
      reports.adjusted({ lot: batch, amount: random.between(-900, 900) || 1, unit, storageLocation: warehouse })
    if (random.happens(0.5)) {
      const rest = { lot: batch, amount: this.#floor.onHand(batch), unit, storageLocation: warehouse }
      reports.shipped(rest, "C-91", this.#floor.number("DN"))
    }
    const filled = parts.map(({ lot }) => ({ ...lot, availableAt: clock.at }))
    return random.happens(0.4) ? this.#mixed(reports, filled) : filled
  }

  /** Two drums become one; what is left in the first of them stays there. */
  #mixed(reports: LotReports, [first, second, ...others]: ReadonlyArray<StoredLot>): ReadonlyArray<StoredLot> {
    if (first === undefined || second === undefined) return others
    const merged: StoredLot = { ...first, ...this.#floor.lot(lacquer, "MIX") }
    reports.merged(merged, [
      { lot: first, amount: Math.floor(this.#floor.onHand(first) / 2) },
      { lot: second, amount: this.#floor.onHand(second) }
    ])
    return [first, merged, ...others]
  }

  #sell(clock: Clock, drums: ReadonlyArray<StoredLot>): void {
    const { random } = this.#floor
    const reports = new LotReports(this.#floor, clock)
    for (const drum of drums) {
      const relabelled = random.happens(0.25) ? { ...drum, ...this.#floor.lot(`${lacquer}-B`, "R") } : undefined
      if (relabelled !== undefined) reports.transferred(drum, relabelled, Math.floor(this.#floor.onHand(drum) / 2))
      for (const lot of [drum, ...(relabelled === undefined ? [] : [relabelled])]) {
        const part = { lot, amount: this.#floor.onHand(lot), unit, storageLocation: "DOCK" }
        if (part.amount === 0 || random.happens(0.2)) continue
        reports.moved(part, warehouse, "DOCK")
        const customer = `C-${random.between(41, 80)}`
        reports.shipped(part, customer, this.#floor.number("DN"))
        if (!random.happens(0.08)) continue
        const back = { ...part, amount: Math.ceil(part.amount / 3), storageLocation: "RETURNS" }
        reports.receivedBack(back, customer, this.#floor.number("RMA"))
        if (random.happens(0.5)) reports.scrapped(back, "Opened by the customer")
      }
    }
  }
}
