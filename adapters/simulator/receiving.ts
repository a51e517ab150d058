// How material comes to a made-up plant: received, now and then inspected, put away. Used by both plants.
import type { LotName } from "./books.ts"
import { LotReports } from "./lot-reports.ts"
import type { Clock, ShopFloor } from "./shop-floor.ts"

export interface Purchased {
  readonly itemId: string
  readonly unit: string
  /** Thousandths, and how many at least and at most of such a step make a delivery. */
  readonly step: number
  readonly least: number
  readonly most: number
  readonly suppliers: readonly [string, ...ReadonlyArray<string>]
  /** Where its lot numbers are unique; at the plant where absent. */
  readonly scope?: "enterprise" | "supplier"
}

/** Both plants buy this, each from its own supplier, and number its lots alike. */
export const cleanerFrom = (supplier: string): Purchased => ({
  itemId: "CLEANER-5",
  unit: "KGM",
  step: 250,
  least: 200,
  most: 800,
  suppliers: [supplier]
})

const yard = "YARD"
const hall = "HALL"
const day = 24 * 60 * 60_000
const longAfter = Date.UTC(2126, 0, 1)

/** Numbers that are unique beyond the plant begin so: no other run of the simulator has them. */
export const numbersElsewhere = (plant: string): string => `${plant}-`

const numbered = (floor: ShopFloor, { itemId, scope }: Purchased, supplier: string): LotName => {
  if (scope === undefined) return floor.lot(itemId, "L")
  const lotId = `${numbersElsewhere(floor.plant)}${floor.number(itemId)}`
  return { scope: scope === "enterprise" ? scope : `supplier/${supplier}`, itemId, lotId }
}

/** One delivery. A lot that fails its inspection is scrapped, as is one that expires in the yard. */
export const receive = (floor: ShopFloor, clock: Clock, purchased: Purchased): void => {
  const { random } = floor
  const { least, most, step, unit } = purchased
  const reports = new LotReports(floor, clock)
  const supplier = random.oneOf(purchased.suppliers)
  const lot = numbered(floor, purchased, supplier)
  const part = { lot, amount: random.between(least, most) * step, unit, storageLocation: yard }
  const origin = {
    partnerId: supplier,
    lotId: `${random.between(1, 9_999)}-${random.oneOf(["A", "B", "C"])}`,
    certificate: `COA-${random.between(1_000, 9_999)}`
  }
  if (random.happens(0.04)) {
    reports.received(part, origin, clock.at + day, true)
    clock.wait(clock.at + 2 * day)
    reports.scrapped(part, "Expired")
    return
  }
  if (random.happens(0.04)) reports.reversed(lot, reports.received(part, origin), "Wrong delivery note")
  reports.received(part, origin, random.happens(0.3) ? longAfter : undefined)
  if (random.happens(0.3) && !inspected(floor, reports, lot, random.happens(0.92))) {
    reports.scrapped(part, "Rejected")
    return
  }
  reports.moved(part, yard, hall)
  floor.shelve({ ...lot, unit, storageLocation: hall, availableAt: clock.at })
}

/** Held until its test is known. */
const inspected = ({ random }: ShopFloor, reports: LotReports, lot: LotName, passes: boolean): boolean => {
  const badge = `Q${random.between(1, 9)}`
  reports.said(lot, "held", "Awaiting inspection", badge)
  reports.read(lot, random.oneOf(["carbon", "water", "hardness"]), random.between(1, 99_999), "P1")
  reports.tested(lot, `TS-${random.between(1, 20)}`, passes)
  reports.said(lot, passes ? "released" : "rejected", passes ? "Inspected" : "Out of limits", badge)
  return passes
}
