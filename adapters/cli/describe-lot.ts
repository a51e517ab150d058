// A lot's state in plain lines, now or as it was. Used by `lot show` and `replay lot`.
import type { LotAsOf } from "../../projections/lots/as-of.ts"

const sums = [
  ["takenOver", "taken over"],
  ["received", "received"],
  ["receivedBack", "received back"],
  ["produced", "produced"],
  ["returned", "returned"],
  ["consumed", "consumed"],
  ["derived", "from other lots"],
  ["passedOn", "into other lots"],
  ["adjusted", "adjusted"],
  ["sampled", "sampled"],
  ["scrapped", "scrapped"],
  ["shipped", "shipped"]
] as const

export const lotLines = (lot: LotAsOf): ReadonlyArray<string> => {
  const { disposition, expired, expiresAt, reason, supplier, supplierLot, takenOverAt } = lot
  const flags = Object.values(lot.breaches).map(({ breach, state }) => `breach ${breach} ${state}`)
  const words = [
    disposition === null ? "no word on its use yet" : `${disposition}: ${reason}`,
    ...(takenOverAt === null ? [] : [`taken over from the ERP ${takenOverAt}, where its history begins`]),
    ...(expiresAt === null ? [] : [`${expired ? "expired" : "expires"} ${expiresAt}`]),
    ...(supplier === null ? [] : [`from ${supplier}${supplierLot === null ? "" : `, its lot ${supplierLot}`}`]),
    ...flags
  ]
  return [
    `Lot ${lot.lotId} of ${lot.itemId} (${lot.scope}): ${words.join("; ")}`,
    "",
    ...lot.balances.map((balance) => {
      const parts = sums.filter(([name]) => balance[name] !== "0").map(([name, words]) => `${words} ${balance[name]}`)
      return `  ${balance.onHand} ${balance.unit} on hand: ${parts.join(", ")}`
    }),
    ...lot.locations.map(({ location, quantity, unit }) => `  ${quantity} ${unit} at ${location || "(nobody said)"}`)
  ]
}
