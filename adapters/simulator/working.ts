// How an order of a made-up plant is worked at: reports in parts, mistakes that are mended, words in between. Used by
// both plants.
import type { MaterialLine, OrderReports } from "./order-reports.ts"
import type { ShopFloor } from "./shop-floor.ts"
import { units } from "./thousandths.ts"

/** Minutes, to the tenth. */
const time = ({ random }: ShopFloor) => random.between(1, 900) * 100

interface Work {
  readonly operationId: string
  /** Thousandths to be made good, in steps of `step`. */
  readonly amount: number
  readonly step: number
}

/** Works an operation off; the good quantity that counts in the end. */
export const workOff = (floor: ShopFloor, order: OrderReports, { amount, operationId, step }: Work): number => {
  const { random } = floor
  order.started(operationId)
  if (random.happens(0.05)) {
    order.held("Tool worn")
    order.restarted("Tool changed")
  }
  let good = 0
  let left = amount
  const parts = random.between(1, 3)
  for (let part = 1; part <= parts; part++) {
    const made = part === parts ? left : Math.floor(left / 2 / step) * step
    left -= made
    const scrap = random.happens(0.15) && made > step ? { scrap: step } : {}
    const done = { good: made - (scrap.scrap ?? 0), ...scrap, labor: time(floor), machine: time(floor) }
    const final = part === parts
    const report = order.confirmed(operationId, done, { final })
    good += done.good
    const mended = random.next()
    if (mended < 0.03) {
      order.reversed(report, "Wrong order")
      order.confirmed(operationId, done, { final })
    } else if (mended < 0.06) {
      const counted = Math.max(0, done.good - step)
      good += counted - done.good
      order.corrected(report, operationId, { good: counted, labor: time(floor) }, final)
    }
  }
  if (random.happens(0.1)) order.declared("ScrapDeclared", operationId, { scrap: step })
  if (random.happens(0.05)) order.declared("ReworkDeclared", operationId, { rework: step })
  if (random.happens(0.05)) order.declared("NonconformanceRaised", operationId, { nonconforming: step })
  if (random.happens(0.2)) order.declared("LaborBooked", operationId, { labor: units(random.between(1, 30)) })
  if (random.happens(0.2)) order.declared("MachineTimeBooked", operationId, { machine: units(random.between(1, 30)) })
  return good
}

/** Now and then it is booked wrongly, taken back, and booked again. */
export const consume = (
  { random }: ShopFloor,
  order: OrderReports,
  lines: ReadonlyArray<MaterialLine>,
  operationId: string
): void => {
  if (random.happens(0.04)) order.reversed(order.consumed(lines, operationId), "Wrong operation")
  order.consumed(lines, operationId)
}

/** More than was planned, on purpose: a supervisor is to see it. */
export const overproduce = ({ random }: ShopFloor, order: OrderReports, operationId: string): void => {
  if (random.happens(0.02)) order.confirmed(operationId, { good: order.planned.amount })
}

/** Technically complete; half of the orders are settled already. */
export const finish = ({ random }: ShopFloor, order: OrderReports): void => {
  order.completed()
  if (random.happens(0.5)) order.closed()
}
