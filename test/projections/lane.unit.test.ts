// How much of a stream's lane may be posted in one go.
import { describe, expect, it } from "@effect/vitest"
import { PostingKey } from "../../core/plant/identifiers.ts"
import { laneOf } from "../../projections/postings/lane.ts"

const key = (name: string) => PostingKey.make(name)
const posting = (name: string, state = "Requested", reverses?: string) => ({
  key: key(name),
  state,
  reverses: reverses === undefined ? null : key(reverses),
  waitsForLots: false
})

const cases: ReadonlyArray<readonly [string, ReadonlyArray<ReturnType<typeof posting>>, number]> = [
  ["nothing waits", [], 0],
  ["all are requested", [posting("1"), posting("2"), posting("3")], 3],
  ["a reversal comes after what it reverses", [posting("1"), posting("2r", "Requested", "1"), posting("2")], 3],
  ["a reversal of something else is the first", [posting("9r", "Requested", "1"), posting("9")], 2],
  ["a reversal of something else isn't the first", [posting("8"), posting("9r", "Requested", "1"), posting("9")], 1],
  ["one waits for its lots", [posting("1"), { ...posting("2"), waitsForLots: true }, posting("3")], 1],
  ["the first waits for its lots", [{ ...posting("1"), waitsForLots: true }, posting("2")], 0],
  ...["Accepted", "InDoubt", "Deferred", "Failed"].map(
    (state) => [`one is ${state}`, [posting("1"), posting("2", state), posting("3")], 1] as const
  )
]

describe("a lane goes as far as each may follow the one before it", () => {
  for (const [when, open, length] of cases) {
    it(when, () => expect(laneOf(open)).toEqual(open.slice(0, length)))
  }
})
