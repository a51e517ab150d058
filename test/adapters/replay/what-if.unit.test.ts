// How two versions' outcomes are held against each other: by stream and by name, whatever else each has.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { compare, fieldsThatDiffer, parting } from "../../../adapters/replay/what-if/compare.ts"
import { named, namesOf } from "../../../adapters/replay/what-if/naming.ts"
import type { Item, Outcome } from "../../../adapters/replay/what-if/protocol.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import { orderEvent } from "./what-if-events.ts"

const played = { messages: 0, redacted: 0, events: 0, seconds: 0 }

const answer = async function* (outcomes: ReadonlyArray<Outcome>) {
  yield* outcomes
  return played
}

const item = (key: string, content: Item["content"] = {}): Item => ({ kind: "event", key, type: "Happened", content })

const differences = async (baseline: ReadonlyArray<Outcome>, candidate: ReadonlyArray<Outcome>) =>
  (await compare(answer(baseline), answer(candidate), 2)).differences

const outcomes = fc
  .uniqueArray(fc.string(), { maxLength: 8 })
  .chain((streams) =>
    fc.tuple(
      ...streams
        .toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
        .map((stream) =>
          fc
            .uniqueArray(fc.constantFrom("a", "b", "c"))
            .map((keys): Outcome => ({ stream, items: keys.map((key) => item(key)) }))
        )
    )
  )

const things = (found: ReadonlyArray<Outcome>) =>
  new Set(found.flatMap(({ items, stream }) => items.map(({ key }) => `${stream} ${key}`)))

describe("Two versions' outcomes", () => {
  it("have no difference to themselves", () =>
    fc.assert(
      fc.asyncProperty(outcomes, async (found) => {
        expect(await differences(found, found)).toEqual([])
      })
    ))

  it("have none to themselves, either, where a message came twice that can't be addressed", async () => {
    const twice = { kind: "message", key: "m", type: "not addressed", content: {} } as const
    const found = [{ stream: "", items: [twice, twice] }]
    expect(await differences(found, found)).toEqual([])
    const [only] = await differences(found, [{ stream: "", items: [twice] }])
    expect(only).toMatchObject({ how: "missing", count: 1 })
  })

  it("differ by just what one has and the other hasn't", () =>
    fc.assert(
      fc.asyncProperty(outcomes, outcomes, async (left, right) => {
        const count = (how: string, found: Awaited<ReturnType<typeof differences>>) =>
          found.find((difference) => difference.how === how)?.count ?? 0
        const [ours, theirs] = [things(left), things(right)]
        const found = await differences(left, right)
        expect(count("missing", found)).toBe(ours.difference(theirs).size)
        expect(count("added", found)).toBe(theirs.difference(ours).size)
      })
    ))

  it("are grouped by what changed, with two samples of as many as there are", async () => {
    const of = (quantity: number): ReadonlyArray<Outcome> => [
      { stream: "order/ulm/1", items: ["a", "b", "c"].map((key) => item(key, { lines: [{ quantity, unit: "EA" }] })) }
    ]
    const [only, ...others] = await differences(of(1), of(2))
    expect(others).toEqual([])
    expect(only).toMatchObject({ how: "changed", fields: ["lines[].quantity"], count: 3 })
    expect(only?.samples).toHaveLength(2)
  })
})

it("Fields that differ are named by their paths, and shown alone", () => {
  const [left, right] = [
    { a: 1, b: { c: [1, 2], d: "x" } },
    { a: 1, b: { c: [1, 3], d: "x" } }
  ]
  expect(fieldsThatDiffer(left, right)).toEqual(["b.c[]"])
  expect(fieldsThatDiffer(left, { a: 1 })).toEqual(["b"])
  expect(parting(left, right)).toEqual([{ b: { c: [1, 2] } }, { b: { c: [1, 3] } }])
})

describe("An event that another one names by version", () => {
  const stream = StreamName("order/ulm/4711")
  const content = (version: number) => ({ version, versions: [version], key: `${stream}/${version}/confirmation` })

  it("has the same name whatever was recorded before it", () => {
    const alone = namesOf(stream, [orderEvent(stream, 1, "m-2")])
    const second = namesOf(stream, [orderEvent(stream, 1, "m-1"), orderEvent(stream, 2, "m-2")])
    expect(named(alone, content(1))).toEqual(named(second, content(2)))
    expect(named(alone, content(1))).not.toEqual(named(second, content(1)))
  })

  it("is told from another of its message by number", () => {
    const twice = namesOf(stream, [orderEvent(stream, 1, "m"), orderEvent(stream, 2, "m")])
    expect(named(twice, content(1))).not.toEqual(named(twice, content(2)))
  })
})
