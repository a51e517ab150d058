// Holds books against books: what was predicted, and what was found. Pure; used by `simulate --check` and the tests.
import { type BookName, type Books, bookNames, type Cells } from "./books.ts"

export interface Difference {
  readonly book: BookName
  readonly cell: string
  /** Absent where there is no such cell. */
  readonly expected?: string
  readonly found?: string
}

export interface Comparison {
  /** Cells that either side has. */
  readonly compared: { readonly [Name in BookName]: number }
  readonly differences: ReadonlyArray<Difference>
}

const differing = (book: BookName, expected: Cells, found: Cells): ReadonlyArray<Difference> =>
  Object.keys({ ...expected, ...found }).flatMap((cell) => {
    const [one, other] = [expected[cell], found[cell]]
    if (one === other) return []
    return [
      { book, cell, ...(one === undefined ? {} : { expected: one }), ...(other === undefined ? {} : { found: other }) }
    ]
  })

const size = (expected: Cells, found: Cells): number => Object.keys({ ...expected, ...found }).length

export const compare = (expected: Books, found: Books): Comparison => ({
  compared: {
    orders: size(expected.orders, found.orders),
    lots: size(expected.lots, found.lots),
    edges: size(expected.edges, found.edges),
    documents: size(expected.documents, found.documents),
    stock: size(expected.stock, found.stock)
  },
  differences: bookNames.flatMap((book) => differing(book, expected[book], found[book]))
})
