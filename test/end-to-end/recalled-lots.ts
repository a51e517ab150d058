// What a recall must find at a simulated plant: from the plant's own account of what became what, by going on until nothing
// is new. Used by the tests of the simulated plants.
import { Effect } from "effect"
import { expect } from "vitest"
import type { Cells } from "../../adapters/simulator/books.ts"
import { type Plant, traveler } from "../harness/processes.ts"

interface Line {
  readonly from: string
  readonly to: string
  readonly quantity: number
  readonly unit: string
  readonly through: string
  readonly isExact: boolean
  readonly by: string
}

const cell = /^(.+) → (.+): (-?[\d.]+) (\S+), (\w+), (\w+), by (.+)$/

const linesOf = (edges: Cells): ReadonlyArray<Line> =>
  Object.entries(edges).flatMap(([name, count]) => {
    const [, from = "", to = "", quantity, unit = "", through = "", certainty, by = ""] = cell.exec(name) ?? []
    const line = { from, to, quantity: Number(quantity), unit, through, isExact: certainty === "exact", by }
    return Array.from({ length: Number(count) }, () => line)
  })

/** What went into one lot of the order is told twice: into the order, and into that lot. The first is no way of its own. */
const ways = (lines: ReadonlyArray<Line>): ReadonlyArray<Line> => {
  const left = lines.filter(({ quantity }) => quantity > 0)
  const intoLots = left.filter(({ through, to }) => through === "consumption" && to.startsWith("lot "))
  for (const { by, from, isExact, quantity, unit } of intoLots) {
    const twin = left.findIndex(
      (line) =>
        line.from === from &&
        line.to === by &&
        line.quantity === quantity &&
        line.unit === unit &&
        line.isExact === isExact
    )
    if (twin >= 0) left.splice(twin, 1)
  }
  const isBack = ({ from, to }: Line): boolean => {
    const pair = lines.filter((line) => line.from === from && line.to === to)
    const returned = pair.some(({ quantity }) => quantity < 0)
    const net = (unit: string) => pair.reduce((sum, line) => sum + (line.unit === unit ? line.quantity : 0), 0)
    return returned && pair.every(({ unit }) => net(unit) < 1e-9)
  }
  return left.map((line) => (line.through === "consumption" && isBack(line) ? { ...line, isExact: false } : line))
}

/** Each lot once, that follows from this one or that it comes from. */
const reached = (lines: ReadonlyArray<Line>, lot: string): ReadonlyArray<string> => {
  const found = new Set<string>()
  for (const [near, far] of [
    ["from", "to"],
    ["to", "from"]
  ] as const) {
    const nodes = new Set([lot])
    for (const node of nodes) for (const line of lines) if (line[near] === node) nodes.add(line[far])
    for (const node of nodes) if (node.startsWith("lot ")) found.add(node.slice("lot ".length))
  }
  return [...found].sort()
}

const sample = 3

/** Some lots, spread over all that the plants had. */
export const recallsAreTrue = Effect.fnUntraced(function* (plant: Plant, edges: Cells) {
  const lines = ways(linesOf(edges))
  const lots = [...new Set(lines.flatMap(({ from, to }) => [from, to]))].filter((name) => name.startsWith("lot "))
  expect(lots.length).toBeGreaterThan(sample)
  for (let part = 0; part < sample; part++) {
    const lot = lots[Math.floor((lots.length * (part + 0.5)) / sample)] ?? ""
    const words = ["recall", lot.slice("lot ".length), "--direction", "both", "--json"]
    const { lots: found, scopes } = JSON.parse(yield* traveler(plant, ...words))
    expect(scopes.largest.toSorted()).toEqual(reached(lines, lot))
    expect(scopes.smallest.toSorted()).toEqual(
      reached(
        lines.filter(({ isExact }) => isExact),
        lot
      )
    )
    for (const { id, unexplained } of found) expect([id, unexplained]).toEqual([id, "0"])
  }
})
