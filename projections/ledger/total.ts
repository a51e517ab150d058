// Sums of a lot in one unit, of what a batch adds and takes back. Pure; used by this folder alone.
import { add, type Decimal, negate } from "../../core/plant/decimal.ts"

/** The flows that a mass balance counts, by kind, and what the lot's own stream has on hand. */
export const countedNames = [
  "takenOver",
  "received",
  "receivedBack",
  "produced",
  "returned",
  "derived",
  "passedOn",
  "adjusted",
  "consumed",
  "sampled",
  "scrapped",
  "shipped",
  "onHand"
] as const
/** And what orders had used before the lot's stock was taken over: no balance counts it, but it may be in process. */
export const totalNames = [...countedNames, "consumedBefore"] as const
type TotalName = (typeof totalNames)[number]

export const totalColumns = {
  lot: "text",
  unit: "text",
  takenOver: "numeric",
  received: "numeric",
  receivedBack: "numeric",
  produced: "numeric",
  returned: "numeric",
  derived: "numeric",
  passedOn: "numeric",
  adjusted: "numeric",
  consumed: "numeric",
  sampled: "numeric",
  scrapped: "numeric",
  shipped: "numeric",
  onHand: "numeric",
  consumedBefore: "numeric"
} satisfies { readonly [Name in TotalName | "lot" | "unit"]: string }

/** Of a flow its kind, of a change of the stock `onHand`. */
export interface Counted {
  /** Null for material without a number. */
  readonly lot?: string | null | undefined
  readonly unit: string
  readonly kind: string
  readonly quantity: Decimal
}

type TotalRow = { readonly lot: string; readonly unit: string } & { [Name in TotalName]?: Decimal }

const names = new Set<string>(totalNames)
const isTotal = (kind: string): kind is TotalName => names.has(kind)

/** One row a lot and unit, of those that any of it counts in. */
export const totalsOf = (added: ReadonlyArray<Counted>, takenBack: ReadonlyArray<Counted>): ReadonlyArray<TotalRow> => {
  const rows = new Map<string, TotalRow>()
  const count = ({ kind, lot, unit }: Counted, value: Decimal) => {
    if (lot === undefined || lot === null || !isTotal(kind)) return
    const key = `${lot}\n${unit}`
    const row = rows.get(key) ?? { lot, unit }
    const known = row[kind]
    row[kind] = known === undefined ? value : add(known, value)
    rows.set(key, row)
  }
  for (const one of added) count(one, one.quantity)
  for (const one of takenBack) count(one, negate(one.quantity))
  return [...rows.values()]
}
