// Books held against books: a planted difference of each kind is found, and named once.
import { describe, expect, it } from "vitest"
import { type Books, bookNames } from "../../../adapters/simulator/books.ts"
import { balances, compare, faultsOf, type Outcome, phaseOf } from "../../../adapters/simulator/check.ts"
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
  ["what an order is to make", "orders", /: planned$/],
  ["what an order consumed", "orders", /\d: consumed /],
  ["what an operation consumed", "orders", /, 10: consumed /],
  ["what was returned from an order", "orders", /: returned /],
  ["what an order produced", "orders", /: produced /],
  ["an order's co-product", "orders", /: coProduced /],
  ["an order's by-product", "orders", /: byProduced /],
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

describe("the phase", () => {
  it("is before a repair while a bad message waits for a person", () => {
    expect(phaseOf(["breach", "message"], 3)).toBe("before")
    expect(phaseOf(["breach"], 3)).toBe("after")
  })
  it("of a run without bad messages is before a repair while any case is open", () => {
    expect(phaseOf(["breach"], 0)).toBe("before")
    expect(phaseOf([], 0)).toBe("after")
  })
})

describe("a queue's account", () => {
  const account = { queue: "plant.gear.inbound", sent: 100, bad: 3, handled: 97, parked: 3 }
  it("balances where every message is handled, or parked and bad", () => {
    expect(balances(account)).toBe(true)
  })
  it("doesn't where one is missing, or counts twice, or is parked for no reason", () => {
    expect(balances({ ...account, handled: 96 })).toBe(false)
    expect(balances({ ...account, handled: 98 })).toBe(false)
    expect(balances({ ...account, handled: 96, parked: 4 })).toBe(false)
  })
})

describe("a check", () => {
  const account = { queue: "plant.gear.inbound", sent: 100, bad: 3, handled: 97, parked: 3 }
  const none = { differences: 0, accounts: [account], casesLeft: 0, documentsToCome: 0, documentsOnTheirWay: 0 }
  const before: Outcome = { ...none, phase: "before" }
  const after: Outcome = { ...none, phase: "after" }

  it("is as it should be where nothing differs and nothing is left", () => {
    expect(faultsOf(after)).toEqual([])
  })
  it("lets cases and documents wait for a person before a repair, not after it", () => {
    expect(faultsOf({ ...before, casesLeft: 5, documentsToCome: 7 })).toEqual([])
    expect(faultsOf({ ...after, casesLeft: 5 })).toEqual(["5 cases are open after the repair"])
    expect(faultsOf({ ...after, documentsToCome: 7 })).toEqual(["7 documents aren't in the ERP after the repair"])
  })
  it.each([before, after])("lets no document be on its way ($phase)", (outcome) => {
    const faults = faultsOf({ ...outcome, documentsOnTheirWay: 2 })
    expect(faults).toEqual(["2 documents are still on their way to the ERP"])
  })
  it.each([before, after])("names differences and accounts ($phase)", (outcome) => {
    const faults = faultsOf({ ...outcome, differences: 4, accounts: [account, { ...account, handled: 90 }] })
    expect(faults).toEqual([
      "4 cells differ from what was predicted",
      "The account of plant.gear.inbound doesn't balance"
    ])
  })
})
