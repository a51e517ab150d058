// The two made-up plants: the same seed plays the same bytes, all that they send is understood, and their own truth
// holds together.
import { describe, expect, it } from "vitest"
import { understand } from "../../../actors/understand.ts"
import { type Mix, simulation } from "../../../adapters/simulator/simulation.ts"
import { erpMessages } from "../../../core/message/catalogue.ts"
import { lotMessages } from "../../../core/message/lot.ts"
import { orderMessages } from "../../../core/message/order.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { inboundQueue, type Publication } from "../../../core/port/broker.ts"

const plants = { discrete: PlantId.make("gear"), process: PlantId.make("lacquer") }
const quiet: Mix = { seed: 1, messages: 3_000, duplicates: 0, reorder: 0, late: 0, bad: 0, doubleReports: 0 }
const troubled: Mix = { ...quiet, duplicates: 0.2, reorder: 0.1, late: 0.02, bad: 0.05, doubleReports: 0.03 }

const read = (plant: PlantId, publication: Publication) =>
  understand(
    { ...publication, queue: inboundQueue(plant), plant, redelivered: false },
    OccurredAt.make("2026-01-01T00:00:00Z")
  )

const sent = (mix: Mix) =>
  [...simulation(plants, mix).publications].flatMap(([plant, publications]) =>
    publications.map((publication) => ({ publication, incoming: read(plant, publication) }))
  )

describe("the same seed", () => {
  it("plays the same bytes and keeps the same ledger", () => {
    expect(simulation(plants, troubled)).toEqual(simulation(plants, troubled))
  })
  it("plays other plants by the same bytes, but for their names", () => {
    const others = { discrete: PlantId.make("gear-2"), process: PlantId.make("lacquer-2") }
    const ofPlants = (names: typeof plants) =>
      JSON.stringify(
        [...simulation(names, troubled).publications.values()].map((all) =>
          all.map(({ body }) => Buffer.from(body).toString())
        )
      )
    expect(ofPlants(others).replaceAll("gear-2", "gear").replaceAll("lacquer-2", "lacquer")).toBe(ofPlants(plants))
  })
})

describe("what they send", () => {
  it("is understood, every message of it, and is as many as were asked for", () => {
    const all = sent(quiet)
    expect(all.filter(({ incoming }) => incoming.content._tag === "NotUnderstood")).toEqual([])
    expect(all.length).toBe(quiet.messages)
  })

  it("is every kind of message about orders and lots, but for a cancellation", () => {
    const types = new Set(sent({ ...quiet, messages: 10_000 }).map(({ publication }) => publication.type))
    // What was taken over is told by the ERP alone, once.
    // Nothing is dispatched to these plants, so they have nothing to acknowledge.
    const notMadeUp = ["ProductionOrderCancelled", "ProductionOrderAcknowledged", ...erpMessages]
    const kinds = Object.keys({ ...orderMessages, ...lotMessages })
    const expected = kinds.filter((type) => !notMadeUp.includes(type))
    expect([...types].sort()).toEqual(expected.sort())
  })

  it("can't be understood where it is bad, and half of that names its stream", () => {
    const bad = sent({ ...quiet, bad: 0.1 }).filter(({ incoming }) => incoming.content._tag === "NotUnderstood")
    const named = bad.filter(({ incoming }) => !incoming.stream.startsWith("case/"))
    expect(Math.abs(bad.length / quiet.messages - 0.1)).toBeLessThan(0.02)
    expect(Math.abs(named.length / bad.length - 0.5)).toBeLessThan(0.1)
  })
})

describe("the truth", () => {
  const seeds = [1, 2, 3, 4, 5]

  it.each(seeds)("has no lot below zero once all is known (seed %i)", (seed) => {
    const { ledger } = simulation(plants, { ...quiet, seed })
    expect(Object.entries(ledger.predicted.after.lots).filter(([, value]) => value.startsWith("-"))).toEqual([])
    expect(Object.keys(ledger.predicted.after.lots).length).toBeGreaterThan(100)
  })

  it.each(seeds)(
    "has as much of each lot in its balance as in the ERP's stock, but for what is backflushed (seed %i)",
    (seed) => {
      const { lots, stock } = simulation(plants, { ...quiet, seed }).ledger.predicted.after
      const isBackflushed = (cell: string) => cell.includes("plant/lacquer/CLEANER-5/")
      const balances = Object.entries(lots).filter(([cell]) => / (EA|KGM)$/.test(cell) && !isBackflushed(cell))
      const inStock = Object.entries(stock).flatMap(([cell, value]) =>
        cell.includes(", lot ") && !isBackflushed(cell) ? [[cell.replace(/^\S+, /, ""), value]] : []
      )
      expect(Object.fromEntries(inStock)).toEqual(Object.fromEntries(balances))
    }
  )

  it.each(seeds)("has as much in the parts of its splits and merges as in what they were of (seed %i)", (seed) => {
    const { documents } = simulation(plants, { ...quiet, seed }).ledger.predicted.after
    const passed = (direction: string) =>
      Object.entries(documents).reduce(
        (sum, [cell, value]) =>
          cell.includes(`: lotTransfer ${direction} `) ? sum + Math.round(Number(value) * 1_000) : sum,
        0
      )
    expect(passed("in")).toBe(passed("out"))
    expect(passed("in")).toBeGreaterThan(0)
  })

  it("of plants without trouble is the same before a repair and after it", () => {
    const { predicted } = simulation(plants, quiet).ledger
    expect(predicted.before).toEqual(predicted.after)
  })

  it("of troubled plants is that of quiet ones once all is mended, and another before", () => {
    const { predicted } = simulation(plants, troubled).ledger
    expect(predicted.after).toEqual(simulation(plants, quiet).ledger.predicted.after)
    for (const book of ["orders", "lots", "edges", "documents", "stock"] as const) {
      expect(predicted.before[book]).not.toEqual(predicted.after[book])
    }
  })

  it("has lots of the same item and number at both plants, each with a supplier and a genealogy of its own", () => {
    const { edges } = simulation(plants, quiet).ledger.predicted.after
    const consumed = Object.values(plants).map((plant) => {
      const ofPlant = new RegExp(`^lot plant/${plant}/CLEANER-5/(\\S+) → order ${plant}/`)
      return new Set(Object.keys(edges).flatMap((cell) => ofPlant.exec(cell)?.[1] ?? []))
    })
    expect(consumed.reduce((one, other) => one.intersection(other)).size).toBeGreaterThan(0)
    const suppliers = sent(quiet).flatMap(({ publication }) => {
      const { itemId, supplier } = JSON.parse(Buffer.from(publication.body).toString())
      return itemId === "CLEANER-5" && supplier !== undefined ? [`${publication.routingKey} ${supplier.partnerId}`] : []
    })
    expect(new Set(suppliers)).toEqual(new Set(["gear.LotReceived S-11", "lacquer.LotReceived S-24"]))
  })

  it("has every certainty and passage, and lots of each scope", () => {
    const { edges } = simulation(plants, quiet).ledger.predicted.after
    const names = Object.keys(edges).join("\n")
    for (const word of ["exact", "allocated", "commingled", "window", "split", "merge", "transfer", "production"]) {
      expect(names).toContain(`, ${word},`)
    }
    for (const scope of ["lot plant/", "lot enterprise/", "lot supplier/"]) expect(names).toContain(scope)
  })
})
