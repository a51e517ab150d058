// What a work center did, of what was said of it: words of people and systems, and what samples find.
import { describe, expect, it } from "vitest"
import { runsOf } from "../../actors/equipment/runs.ts"
import type { EquipmentState } from "../../core/plant/equipment.ts"
import { OrderId } from "../../core/plant/identifiers.ts"
import { instant } from "../../core/plant/time.ts"
import type { Said, Statement } from "../../projections/equipment/statement.ts"
import { intervalsOf, statesOf, usesOf } from "../../projections/equipment/timeline.ts"
import { every, second } from "../actors/equipment/shop.ts"

type Words = ReadonlyArray<readonly [at: number, said: Said]>
const timeline = (words: Words): ReadonlyArray<Statement> =>
  words.map(([at, said]) => ({ occurredAt: second(at), said }))

const word = (state: EquipmentState, reason?: string): Said => ({
  _tag: "State",
  state,
  ...(reason === undefined ? {} : { reason })
})
const sample = (state: EquipmentState): Said => ({ _tag: "Sample", state })
const up = (reason?: string): Said => ({ _tag: "DowntimeEnd", ...(reason === undefined ? {} : { reason }) })
const order = (name: string) => ({ orderId: OrderId.make(name) })
const start = (name: string): Said => ({ _tag: "UseStart", order: order(name) })
const end = (name: string): Said => ({ _tag: "UseEnd", order: order(name) })

const states = (...words: Words) =>
  statesOf(timeline(words)).map(({ reason, since, state }) =>
    [(instant(since) - instant(second(0))) / 1_000, state, reason].filter((part) => part !== undefined).join(" ")
  )

describe("a work center is in the state", () => {
  it("that was said last", () => {
    expect(states([0, word("Setup")], [5, word("Running")], [9, word("Idle")])).toEqual([
      "0 Setup",
      "5 Running",
      "9 Idle"
    ])
  })

  it("since it was said first, where it is said again", () => {
    expect(states([0, word("Running")], [5, word("Running")])).toEqual(["0 Running"])
  })

  it("since a word says so, where samples had found it before", () => {
    expect(states([0, sample("Down")], [5, word("Down")])).toEqual(["0 Down", "5 Down"])
  })

  it("that a sample finds, where it differs from the sample before", () => {
    expect(states([0, sample("Idle")], [1, word("Setup")], [2, sample("Idle")], [3, sample("Running")])).toEqual([
      "0 Idle",
      "1 Setup",
      "3 Running"
    ])
  })

  it("in which a word has stopped it, whatever samples find", () => {
    expect(states([0, word("Maintenance")], [1, sample("Running")], [2, sample("Idle")], [3, word("Setup")])).toEqual([
      "0 Maintenance",
      "3 Setup"
    ])
  })

  it("that samples find once its downtime has ended, else idle", () => {
    expect(states([0, word("Down")], [1, sample("Running")], [2, up()])).toEqual(["0 Down", "2 Running"])
    expect(states([0, word("Down")], [2, up()])).toEqual(["0 Down", "2 Idle"])
    expect(states([2, up()])).toEqual(["2 Idle"])
  })

  it("down for as long as samples find it down, also when its downtime is said to have ended", () => {
    expect(states([0, sample("Down")], [1, up()], [2, sample("Down")], [3, sample("Idle")])).toEqual([
      "0 Down",
      "3 Idle"
    ])
  })

  it("in which it is, where a downtime ends that there was none of", () => {
    expect(states([0, word("Maintenance")], [1, up()])).toEqual(["0 Maintenance"])
  })

  it("for the reason that is known at last", () => {
    expect(states([0, word("Down")], [9, up("Belt torn")])).toEqual(["0 Down Belt torn", "9 Idle"])
  })
})

describe("a work center works on", () => {
  const uses = (...words: Words) => usesOf(timeline(words)).map(({ order }) => order?.orderId ?? null)

  it("one order at a time, until that order's use ends", () => {
    expect(uses([0, start("A")], [5, start("B")], [6, end("A")], [9, end("B")])).toEqual(["A", "B", null])
  })

  it("no order, where one ends that it doesn't work on", () => {
    expect(uses([0, end("A")])).toEqual([])
  })
})

it("an interval is what it did for one order", () => {
  const intervals = intervalsOf(
    timeline([
      [0, word("Running")],
      [3, start("A")],
      [5, word("Down", "Belt")],
      [9, end("A")]
    ])
  )
  expect(intervals).toEqual([
    { from: second(0), to: second(3), state: "Running" },
    { from: second(3), to: second(5), state: "Running", order: order("A") },
    { from: second(5), to: second(9), state: "Down", reason: "Belt", order: order("A") },
    { from: second(9), state: "Down", reason: "Belt" }
  ])
})

it("a day of a sample each second, a thousand a message, is as many intervals as it has changes", () => {
  const day = [...every(0, 30_000, "Running"), ...every(30_001, 33_333, "Down"), ...every(33_334, 86_399, "Running")]
  const messages = Array.from({ length: 87 }, (_, index) => day.slice(index * 1_000, (index + 1) * 1_000))
  const statements = messages.flatMap((samples) =>
    runsOf(samples.map(([at, state]) => ({ at: second(at), state }))).flatMap(({ from, state, to }) => [
      { occurredAt: from, said: sample(state) },
      { occurredAt: to, said: sample(state) }
    ])
  )
  expect(day).toHaveLength(86_400)
  expect(statements.length).toBeLessThan(2 * 87 + 10)
  expect(intervalsOf(statements).map(({ from, state }) => [from, state])).toEqual([
    [second(0), "Running"],
    [second(30_001), "Down"],
    [second(33_334), "Running"]
  ])
})
