// What an event adds to the sums of its lot, and where. Pure; used by `lots.ts` and by tests.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { negate } from "../../core/plant/decimal.ts"
import type { Quantity } from "../../core/plant/quantity.ts"

/** The columns of a lot's balance, each with the sign that it has in what is on hand. */
export const balance = {
  taken_over: 1,
  received: 1,
  received_back: 1,
  produced: 1,
  returned: 1,
  derived: 1,
  adjusted: 1,
  passed_on: -1,
  consumed: -1,
  sampled: -1,
  scrapped: -1,
  shipped: -1
} as const
export type Column = keyof typeof balance
const isColumn = (name: string): name is Column => name in balance
export const columns: ReadonlyArray<Column> = Object.keys(balance).filter(isColumn)

/** `location` is the empty text where none is said. */
export interface Movement {
  readonly column: Column
  readonly quantity: Quantity
  readonly location: string
}

const one = (column: Column, { quantity, storageLocation = "" }: Located): ReadonlyArray<Movement> => [
  { column, quantity, location: storageLocation }
]
interface Located {
  readonly quantity: Quantity
  readonly storageLocation?: string | undefined
}

/** The parts of a lot, at its own place: where they are at their other end is told there. */
const each = (
  column: Column,
  parts: ReadonlyArray<{ readonly quantity: Quantity }>,
  { storageLocation = "" }: Pick<Located, "storageLocation">
): ReadonlyArray<Movement> => parts.map(({ quantity }) => ({ column, quantity, location: storageLocation }))

/** The same, taken back. */
const undone = (movements: ReadonlyArray<Movement>): ReadonlyArray<Movement> =>
  movements.map(({ column, location, quantity }) => ({
    column,
    location,
    quantity: { ...quantity, value: negate(quantity.value) }
  }))

const passages = { LotDerived: "derived", LotPassedOn: "passed_on" } as const

/** Of a report that is reversed, by what its reversal says of it. */
const reports = {
  LotTakenOver: "taken_over",
  LotReceived: "received",
  LotReceivedBack: "received_back",
  LotMerged: "derived",
  LotSplit: "passed_on",
  LotTransferred: "passed_on",
  LotSampled: "sampled",
  LotScrapped: "scrapped",
  LotAdjusted: "adjusted",
  LotShipped: "shipped"
} as const
const movesStock = (type: string): type is keyof typeof reports => type in reports

const ofOrder = { LotProduced: "produced", LotReturned: "returned", LotConsumed: "consumed" } as const

export const movementsOf = (event: RecordedEvent): ReadonlyArray<Movement> => {
  switch (event.type) {
    case "LotReceived":
      return one("received", event.data)
    case "LotTakenOver":
      return one("taken_over", event.data)
    case "LotReceivedBack":
      return one("received_back", event.data)
    case "LotDerived":
      return one("derived", event.data)
    case "LotProduced":
    case "LotReturned":
    case "LotConsumed":
      return one(ofOrder[event.type], event.data)
    case "LotLineReversed":
      return undone(one(ofOrder[event.data.was], event.data))
    case "LotPassageReversed":
      return undone(one(passages[event.data.was], event.data))
    case "LotReportReversed": {
      const { quantities, storageLocation, type } = event.data.takesBack
      if (!movesStock(type)) return []
      return undone(quantities.flatMap((quantity) => one(reports[type], { quantity, storageLocation })))
    }
    case "LotMerged":
      return each("derived", event.data.from, event.data)
    case "LotSplit":
      return each("passed_on", event.data.into, event.data)
    case "LotTransferred":
    case "LotPassedOn":
      return one("passed_on", event.data)
    case "LotSampled":
      return one("sampled", event.data)
    case "LotScrapped":
      return one("scrapped", event.data)
    case "LotAdjusted":
      return one("adjusted", event.data)
    case "LotShipped":
      return one("shipped", event.data)
    default:
      return []
  }
}

const moved = (quantity: Quantity, from: string, to: string) => [
  { location: from, quantity: { ...quantity, value: negate(quantity.value) } },
  { location: to, quantity }
]

/** What an event changes of what stands where, which a move changes and nothing else. */
export const placementsOf = (event: RecordedEvent): ReadonlyArray<{ location: string; quantity: Quantity }> => {
  if (event.type === "LotMoved") return moved(event.data.quantity, event.data.from, event.data.to)
  if (event.type === "LotReportReversed" && event.data.takesBack.type === "LotMoved") {
    const { quantities, storageLocation: from = "", to = "" } = event.data.takesBack
    return quantities.flatMap((quantity) => moved(quantity, to, from))
  }
  return movementsOf(event).map(({ column, location, quantity }) => ({
    location,
    quantity: balance[column] === 1 ? quantity : { ...quantity, value: negate(quantity.value) }
  }))
}
