// Units of measure that were changed in Tryton, as messages. Used by `changes.ts` alone.
import { Effect, Schema } from "effect"
import type { Change, ChangedSince } from "./changes.ts"
import { decimalOfNumber } from "./quantities.ts"
import { unitOf } from "./units.ts"
import { changeId, stampNames, stamps, writtenAt, writtenSince } from "./written.ts"

const Row = Schema.Struct({
  id: Schema.Int,
  ...stamps,
  name: Schema.String,
  symbol: Schema.String,
  active: Schema.Boolean,
  category: Schema.Int,
  factor: Schema.Finite,
  rate: Schema.Finite
})
type Row = typeof Row.Type

const nameOf = ({ symbol }: Row) => unitOf(symbol) ?? symbol

/** Tryton has the ratio both ways, one of them rounded: the shorter is the exact one. */
const ratio = ({ factor, rate }: Row) => {
  const [numerator, denominator] = [decimalOfNumber(factor), decimalOfNumber(rate)]
  if (numerator === undefined || denominator === undefined) return undefined
  return numerator.length <= denominator.length ? { numerator } : { numerator: "1", denominator }
}

export const changedUnits: ChangedSince = (search, _plant, since) =>
  Effect.gen(function* () {
    const names = [...stampNames, "name", "symbol", "active", "category", "factor", "rate"]
    const domain = [["active", "in", [true, false]], ...writtenSince(since)]
    const rows = yield* search(Row, "product.uom", domain, names)
    if (rows.length === 0) return []
    const basic = [
      ["factor", "=", 1],
      ["category", "in", rows.map(({ category }) => category)]
    ]
    const bases = yield* search(Row, "product.uom", basic, names)
    return rows.map((row): Change => {
      const base = bases.find(({ category, id }) => category === row.category && id !== row.id)
      const conversion = ratio(row)
      const occurredAt = writtenAt(row)
      return {
        id: changeId(occurredAt, "product.uom", row.id),
        type: "UnitOfMeasurePublished",
        body: {
          unit: nameOf(row),
          occurredAt,
          description: row.name,
          ...(base === undefined || conversion === undefined || row.factor === 1
            ? {}
            : { base: { unit: nameOf(base), ...conversion } }),
          ...(row.active ? {} : { actionCode: "Delete" })
        }
      }
    })
  })
