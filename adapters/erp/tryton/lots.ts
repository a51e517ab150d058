// The lots that a document names, made where Tryton hasn't them yet. Used by the post*.ts files.
import { Effect } from "effect"
import type { Lookup } from "./lookup.ts"
import type { Resolved } from "./resolve.ts"
import type { Writes } from "./write.ts"

const keyOf = ({ number, product }: { readonly number: string; readonly product: number }) =>
  JSON.stringify([product, number])

/** Whoever is quicker has made the same. Gives the id of a line's lot. */
export const ensureLots = Effect.fnUntraced(function* (
  lookup: Lookup,
  lines: ReadonlyArray<Resolved>,
  { provide }: Writes
) {
  const named = lines.flatMap(({ lot, product }) => (lot === undefined ? [] : [{ product: product.id, number: lot }]))
  const find = Effect.map(
    lookup.lots(
      [...new Set(named.map(({ product }) => product))],
      named.map(({ number }) => number)
    ),
    (lots) => new Map(lots.map((lot) => [keyOf(lot), lot.id]))
  )
  let there = yield* find
  const missing = new Map(named.filter((lot) => !there.has(keyOf(lot))).map((lot) => [keyOf(lot), lot]))
  if (missing.size > 0) {
    yield* provide("model.stock.lot.create", [[...missing.values()]])
    there = yield* find
  }
  return ({ lot, product }: Resolved) =>
    lot === undefined ? undefined : there.get(keyOf({ product: product.id, number: lot }))
})
