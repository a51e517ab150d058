// Books held against books: a planted difference of each kind is found, and named once.
import { describe, expect, it } from "vitest"
import { type Books, bookNames } from "../../../adapters/simulator/books.ts"
import { compare } from "../../../adapters/simulator/check.ts"
import { simulation } from "../../../adapters/simulator/simulation.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"

const plants = { discrete: PlantId.make("gear"), process: PlantId.make("lacquer") }
const mix = { seed: 1, messages: 1_000, duplicates: 0, reorder: 0, late: 0, bad: 0, doubleReports: 0 }
const truth = simulation(plants, mix).ledger.predicted.after

/** The first cell of this book that is so called. */
const cellOf = (books: Books, book: keyof Books, named: RegExp): string => {
  const cell = Object.keys(books[book]).find((name) => named.test(name))
  if (cell === undefined) throw new Error(`No cell of ${book} is called ${named}`)
  return cell
}

const without = (books: Books, book: keyof Books, cell: string): Books => {
  const { [cell]: _, ...left } = books[book]
  return { ...books, [book]: left }
}

const planted: ReadonlyArray<readonly [kind: string, book: keyof Books, cell: RegExp]> = [
  ["an order's good quantity", "orders", /: good /],
  ["an order's scrap", "orders", /: scrap /],
  ["an order's labor", "orders", /: labor /],
  ["an order's machine time", "orders", /: machine /],
  ["a lot's balance", "lots", /: (EA|KGM)$/],
  ["a lot's status", "lots", /: status$/],
  ["an edge of a consumption", "edges", /, consumption, /],
  ["an edge of a production", "edges", /, production, /],
  ["an edge of a split", "edges", /, split, /],
  ["a document's amount", "documents", /: good /],
  ["a document's movement", "documents", /: supplierReceipt in /],
  ["a stock of the ERP", "stock", /: (EA|KGM)$/]
]

describe("two books that are alike", () => {
  it("have no difference, and every cell of them was compared", () => {
    const { compared, differences } = compare(truth, structuredClone(truth))
    expect(differences).toEqual([])
    for (const book of bookNames) expect(compared[book]).toBe(Object.keys(truth[book]).length)
  })
})

describe.each(planted)("%s", (_kind, book, named) => {
  const cell = cellOf(truth, book, named)
  const expected = truth[book][cell]

  it("that is another is found", () => {
    const found = { ...truth, [book]: { ...truth[book], [cell]: "12345.678" } }
    expect(compare(truth, found).differences).toEqual([{ book, cell, expected, found: "12345.678" }])
  })
  it("that is missing is found", () => {
    expect(compare(truth, without(truth, book, cell)).differences).toEqual([{ book, cell, expected }])
  })
  it("that is one too many is found", () => {
    expect(compare(without(truth, book, cell), truth).differences).toEqual([{ book, cell, found: expected }])
  })
})
