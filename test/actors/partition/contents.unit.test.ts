// What a partition says that its rows hold is what their bytes hold: readers of the same process trust it.
import { describe, expect, it } from "vitest"
import { behavioursBy } from "../../../actors/behaviours.ts"
import { PartitionState } from "../../../actors/partition-state.ts"
import { understand } from "../../../actors/understand.ts"
import { simulation } from "../../../adapters/simulator/simulation.ts"
import { genesis } from "../../../core/journal/hash.ts"
import { recordedEvent, recordedWith } from "../../../core/journal/recorded.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"

const plants = { discrete: PlantId.make("gearbox"), process: PlantId.make("lacquer") }
const trouble = { duplicates: 0.2, reorder: 0.1, late: 0.01, bad: 0.05, doubleReports: 0.05 }
const receivedAt = OccurredAt.make("2026-11-23T06:00:00Z")
const head = { offset: 0, hash: genesis, recordedAt: 0, lastKey: 0 }

describe("of the simulated plants with every trouble", () => {
  it.each([1, 2, 3])("seed %i", (seed) => {
    const { publications } = simulation(plants, { seed, messages: 1_000, ...trouble })
    const state = new PartitionState(0, head, behavioursBy({ negativeStock: "case" }))
    const types = new Set<string>()
    for (const [plant, sent] of publications) {
      const queue = `traveler.in.${plant}`
      const work = sent.map((one) => understand({ ...one, queue, plant, redelivered: false }, receivedAt))
      const { append } = state.decide(work, 1, new Map())
      expect(append.contents).toHaveLength(append.rows.length)
      for (const [index, row] of append.rows.entries()) {
        const content = append.contents[index]
        expect(content && recordedWith(row, content)).toStrictEqual(recordedEvent(row))
        types.add(row.type)
      }
    }
    expect(types.size).toBeGreaterThan(25)
  })
})
