// The amounts that an event's content holds among other things. Used by every projection of reports.
import type { Amounts } from "../core/message/order.ts"

const names = ["yield", "scrap", "scrapReason", "rework", "nonconforming", "laborTime", "machineTime"] as const

export const amountsOf = (data: Amounts): Amounts => {
  const amounts: { [name: string]: Amounts[(typeof names)[number]] } = {}
  for (const name of names) if (data[name] !== undefined) amounts[name] = data[name]
  return amounts
}
