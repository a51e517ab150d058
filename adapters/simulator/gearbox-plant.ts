// A made-up discrete plant: gearboxes with serial numbers of stages and housings, stages of shafts, gears and bearings,
// those of steel and castings. What an order needs and isn't there is made or bought first.
import type { LotName } from "./books.ts"
import { LotReports } from "./lot-reports.ts"
import { type MaterialLine, OrderReports } from "./order-reports.ts"
import { cleanerFrom, type Purchased, receive } from "./receiving.ts"
import type { Clock, ShopFloor, StoredLot } from "./shop-floor.ts"
import { units } from "./thousandths.ts"
import { consume, finish, overproduce, workOff } from "./working.ts"

const cleaner = cleanerFrom("S-11")
const purchased: ReadonlyArray<Purchased> = [
  cleaner,
  { itemId: "STEEL-42", unit: "KGM", step: 500, least: 300, most: 2_000, suppliers: ["S-1", "S-2"] },
  { itemId: "CASTING-7", unit: "EA", step: 1_000, least: 40, most: 120, suppliers: ["S-3"] },
  { itemId: "BEARING-2", unit: "EA", step: 1_000, least: 50, most: 200, suppliers: ["S-4", "S-5"], scope: "supplier" }
]

interface Component {
  readonly itemId: string
  /** For one piece, in thousandths. */
  readonly amount: number
  readonly unit: string
  /** Not followed by lot. */
  readonly isLoose?: true
}

interface Made {
  readonly operations: readonly [string, ...ReadonlyArray<string>]
  readonly components: ReadonlyArray<Component>
  /** Pieces of an order. */
  readonly least: number
  readonly most: number
}

const washing: Component = { itemId: cleaner.itemId, amount: 50, unit: "KGM" }

const gearbox: Made = {
  operations: ["10", "20"],
  components: [
    { itemId: "STAGE", amount: 1_000, unit: "EA" },
    { itemId: "HOUSING", amount: 1_000, unit: "EA" },
    { itemId: "BOLT", amount: 12_000, unit: "EA", isLoose: true },
    { itemId: "OIL", amount: 1_500, unit: "LTR", isLoose: true }
  ],
  least: 2,
  most: 5
}
const stage: Made = {
  operations: ["10"],
  components: [
    { itemId: "SHAFT", amount: 1_000, unit: "EA" },
    { itemId: "GEAR", amount: 2_000, unit: "EA" },
    { itemId: "BEARING-2", amount: 2_000, unit: "EA" }
  ],
  least: 4,
  most: 12
}
const shaft: Made = {
  operations: ["10", "20"],
  components: [{ itemId: "STEEL-42", amount: 2_375, unit: "KGM" }, washing],
  least: 10,
  most: 30
}
const gear: Made = {
  operations: ["10", "20", "30"],
  components: [{ itemId: "STEEL-42", amount: 1_125, unit: "KGM" }, washing],
  least: 20,
  most: 60
}
const housing: Made = {
  operations: ["10"],
  components: [{ itemId: "CASTING-7", amount: 1_000, unit: "EA" }, washing],
  least: 8,
  most: 24
}
const parts: ReadonlyMap<string, Made> = new Map([
  ["STAGE", stage],
  ["SHAFT", shaft],
  ["GEAR", gear],
  ["HOUSING", housing]
])

const stock = "STOCK"

export class GearboxPlant {
  readonly #floor: ShopFloor
  constructor(floor: ShopFloor) {
    this.#floor = floor
  }

  /** One course of events: an order for gearboxes with all that it needs, and what becomes of them. */
  job(clock: Clock): void {
    for (const serial of this.#assemble(clock)) {
      if (this.#floor.random.happens(0.15)) this.#rework(clock, serial)
      if (this.#floor.random.happens(0.7)) this.#ship(clock, serial)
    }
  }

  /** Makes or buys until so much is there. */
  #need(clock: Clock, components: ReadonlyArray<Component>, pieces: number): void {
    const lacking = () =>
      components.find(
        ({ amount, isLoose, itemId }) => isLoose !== true && this.#floor.available(itemId) < amount * pieces
      )
    for (let next = lacking(); next !== undefined; next = lacking()) {
      const { itemId } = next
      const made = parts.get(itemId)
      const bought = purchased.find((one) => one.itemId === itemId)
      if (made !== undefined) this.#makeParts(clock, itemId, made)
      if (bought !== undefined) receive(this.#floor, clock, bought)
    }
  }

  /** Lines of a consumption; `into` where it is known which lot they went into. */
  #lines(clock: Clock, components: ReadonlyArray<Component>, pieces: number, into?: LotName): Array<MaterialLine> {
    const known = into === undefined ? {} : { into }
    return components.flatMap(
      ({ amount, isLoose, itemId, unit }): ReadonlyArray<MaterialLine> =>
        isLoose === true
          ? [{ of: { itemId }, amount: amount * pieces, unit, storageLocation: stock }]
          : this.#floor
              .take(clock, itemId, amount * pieces)
              .map(({ amount: taken, lot }) => ({ of: lot, amount: taken, unit, ...known, ...this.#at(lot) }))
    )
  }

  #at({ storageLocation }: StoredLot) {
    return this.#floor.random.happens(0.9) ? { storageLocation } : {}
  }

  #order(clock: Clock, itemId: string, pieces: number, operations: ReadonlyArray<string>): OrderReports {
    const orderId = this.#floor.number("PO")
    const order = new OrderReports(this.#floor, clock, {
      orderId,
      itemId,
      amount: units(pieces),
      unit: "EA",
      operations
    })
    order.released()
    return order
  }

  /** A lot of parts or of stages. */
  #makeParts(clock: Clock, itemId: string, { components, least, most, operations }: Made): void {
    const { random } = this.#floor
    let pieces = random.between(least, most)
    this.#need(clock, components, pieces + 5)
    const order = this.#order(clock, itemId, pieces, operations)
    if (random.happens(0.1)) {
      pieces += random.between(1, 5)
      order.changed(units(pieces))
    }
    const lot = this.#floor.lot(itemId, "L")
    const [first] = operations
    consume(this.#floor, order, this.#lines(clock, components, pieces, random.happens(0.7) ? lot : undefined), first)
    this.#giveBack(clock, order, components)
    let good = 0
    for (const operationId of operations) {
      good = workOff(this.#floor, order, { operationId, amount: units(pieces), step: 1_000 })
    }
    overproduce(this.#floor, order, first)
    const swarf = { of: { itemId: "SWARF" }, amount: random.between(1, 4_000), unit: "KGM" } as const
    order.produced([
      { of: lot, amount: good, unit: "EA", storageLocation: stock },
      ...(itemId === "STAGE" ? [] : [{ ...swarf, use: "By-product Produced" as const }])
    ])
    finish(this.#floor, order)
    this.#floor.shelve({ ...lot, unit: "EA", storageLocation: stock, availableAt: clock.at })
  }

  /** Some of the first component wasn't used after all; it was more than was needed from the start. */
  #giveBack(clock: Clock, order: OrderReports, [component]: ReadonlyArray<Component>): void {
    const { random } = this.#floor
    if (component === undefined || component.unit !== "KGM" || !random.happens(0.2)) return
    for (const { amount, lot } of this.#floor.take(clock, component.itemId, random.between(1, 8) * 125)) {
      const { storageLocation, unit } = lot
      const line = { of: lot, amount, unit, storageLocation }
      order.consumed([line], "10")
      order.returned(line)
      this.#floor.shelve({ ...lot, availableAt: clock.at })
    }
  }

  #assemble(clock: Clock): ReadonlyArray<StoredLot> {
    const { components, least, most, operations } = gearbox
    const pieces = this.#floor.random.between(least, most)
    this.#need(clock, components, pieces)
    const order = this.#order(clock, "GEARBOX", pieces, operations)
    const serials = Array.from({ length: pieces }, () => this.#floor.lot("GEARBOX", "SN"))
    for (const serial of serials) {
      consume(this.#floor, order, this.#lines(clock, components, 1, serial), "10")
    }
    for (const operationId of operations) {
      workOff(this.#floor, order, { operationId, amount: units(pieces), step: 1_000 })
    }
    order.produced(
      serials.map((of) => ({ of, amount: units(1), unit: "EA", storageLocation: stock })),
      "20"
    )
    overproduce(this.#floor, order, "10")
    finish(this.#floor, order)
    return serials.map((serial) => ({ ...serial, unit: "EA", storageLocation: stock, availableAt: clock.at }))
  }

  /** Taken apart and put together again, by an order of its own. */
  #rework(clock: Clock, serial: StoredLot): void {
    const order = this.#order(clock, "GEARBOX", 1, ["90"])
    const line = { of: serial, amount: units(1), unit: "EA", storageLocation: stock }
    consume(this.#floor, order, [{ ...line, into: serial }], "90")
    order.declared("ReworkDeclared", "90", { rework: units(1) })
    order.declared("LaborBooked", "90", { labor: units(this.#floor.random.between(10, 120)) })
    order.produced([line], "90")
    finish(this.#floor, order)
  }

  #ship(clock: Clock, serial: StoredLot): void {
    const { random } = this.#floor
    const reports = new LotReports(this.#floor, clock)
    const part = { lot: serial, amount: units(1), unit: "EA" }
    const customer = `C-${random.between(1, 40)}`
    reports.moved(part, stock, "SHIPPING")
    // Shipped all the same, on purpose: a supervisor is to see it.
    if (random.happens(0.03)) reports.said(serial, "held", "Noise at test", "Q1")
    reports.shipped({ ...part, storageLocation: "SHIPPING" }, customer, this.#floor.number("DN"))
    if (!random.happens(0.1)) return
    reports.receivedBack({ ...part, storageLocation: "RETURNS" }, customer, this.#floor.number("RMA"))
    reports.tested(serial, "TS-30", false)
    reports.said(serial, "rejected", "Housing cracked", "Q2")
    if (random.happens(0.6)) reports.scrapped({ ...part, storageLocation: "RETURNS" }, "Housing cracked")
  }
}
