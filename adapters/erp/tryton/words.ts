// What of a document Tryton has words for. Pure; used by the client and by whoever holds its books against reports.
//
// Left out, because Tryton has no place for it: storage locations (a warehouse has one storage), on which operation and in
// which report something happened, why it was scrapped, rework and what awaits a decision, labor and machine time (an
// order's works are finished with the time of their operation, but don't give it back by operation), and whether a
// confirmation was the last. Why stock changed is said by the sort of record alone. What goes in and out of the same lot is
// one line; what is in and out of one storage in equal parts is none.
import { add, compare, type Decimal, negate, zero } from "../../../core/plant/decimal.ts"
import { plantScope } from "../../../core/plant/lot.ts"
import type { Quantity, Unit } from "../../../core/plant/quantity.ts"
import type { Document, Movement } from "../../../core/port/erp.ts"
import { type Model, recordOf, typeOf } from "./records.ts"
import { asHeld } from "./units.ts"

/** Positive where more goes into stock than out of it. */
export interface Line extends Pick<Movement, "itemId" | "lotId" | "scope"> {
  readonly unit: Unit
  readonly intoStock: Decimal
}

const order = ({ itemId, lotId, scope, unit, intoStock }: Line): string =>
  JSON.stringify([compare(intoStock, zero) > 0, itemId, scope ?? "", lotId ?? "", unit])

/** One for each lot and unit, in an order of their own. */
const netted = (lines: ReadonlyArray<Line>): ReadonlyArray<Line> => {
  const sums = new Map<string, Line>()
  for (const line of lines) {
    const key = JSON.stringify([line.itemId, line.scope, line.lotId, line.unit])
    const before = sums.get(key)
    sums.set(key, { ...line, intoStock: add(before?.intoStock ?? zero, line.intoStock) })
  }
  return [...sums.values()]
    .filter(({ intoStock }) => intoStock !== zero)
    .sort((left, right) => (order(left) < order(right) ? -1 : 1))
}

const lineOf =
  ({ plant }: Document) =>
  ({ direction, itemId, lotId, quantity, scope }: Movement): Line => ({
    itemId,
    ...(lotId === undefined ? {} : { lotId, scope: scope ?? plantScope(plant) }),
    unit: asHeld(quantity.unit),
    intoStock: direction === "in" ? quantity.value : negate(quantity.value)
  })

/** Of a document as it is told. */
export const linesOf = (document: Document): ReadonlyArray<Line> =>
  netted((document.movements ?? []).map(lineOf(document)))

export const movements = (
  model: Model,
  kind: Document["kind"],
  lines: ReadonlyArray<Line>
): Pick<Document, "movements"> => {
  const all = netted(lines).map(({ intoStock, unit, ...lot }): Movement => {
    const direction = compare(intoStock, zero) > 0 ? "in" : "out"
    const value = direction === "in" ? intoStock : negate(intoStock)
    return { type: typeOf(model, kind, direction), direction, ...lot, quantity: { value, unit } }
  })
  return all.length === 0 ? {} : { movements: all }
}

/**
 * Of all operations together, in the unit that comes first. What is taken back of an earlier document's isn't said: a
 * production takes nothing in from where waste goes.
 */
const scrapOf = ({ operations = [] }: Document): Quantity | undefined => {
  const sums = new Map<Unit, Decimal>()
  for (const { amounts, takenBack } of operations) {
    if (amounts.scrap === undefined) continue
    const unit = asHeld(amounts.scrap.unit)
    const value = takenBack === true ? negate(amounts.scrap.value) : amounts.scrap.value
    sums.set(unit, add(sums.get(unit) ?? zero, value))
  }
  const [first] = [...sums]
    .filter(([, sum]) => compare(sum, zero) > 0)
    .sort(([left], [right]) => (left < right ? -1 : 1))
  return first === undefined ? undefined : { unit: first[0], value: first[1] }
}

/** Pieces and kilograms of scrap can't be one line of the order's product. */
export const scrapUnits = ({ operations = [] }: Document): ReadonlySet<Unit> =>
  new Set(operations.flatMap(({ amounts }) => (amounts.scrap === undefined ? [] : [asHeld(amounts.scrap.unit)])))

export const inItsWords = (document: Document): Document => {
  const { key, kind, orderId, plant, postingDate, reverses } = document
  const scrap = kind === "group" ? scrapOf(document) : undefined
  return {
    key,
    kind,
    plant,
    ...(kind === "group" && orderId !== undefined ? { orderId } : {}),
    ...movements(recordOf(document), kind, linesOf(document)),
    ...(scrap === undefined ? {} : { amounts: { scrap } }),
    ...(reverses === undefined ? {} : { reverses }),
    postingDate
  }
}
