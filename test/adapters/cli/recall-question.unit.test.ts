// What a recall's flags ask, and which of them are refused together, before anything is looked up.
import { it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import { refusal } from "../../../adapters/cli/recall-question.ts"
import { OccurredAt } from "../../../core/plant/time.ts"

const at = (time: string) => Option.some(OccurredAt.make(time))
const [yesterday, now, tomorrow] = ["2026-11-22T18:00:00Z", "2026-11-23T18:00:00Z", "2026-11-24T18:00:00Z"]

const asked = {
  ...{ lot: "M-1", direction: "forward" as const, window: [], json: false, format: "table" as const },
  ...{ output: Option.none(), asOf: Option.none(), diff: Option.none(), until: Option.none() }
}

describe("A recall", () => {
  it.effect("is asked as of a time that has come, or between two such", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse(now))
      for (const times of [{}, { asOf: at(now) }, { diff: at(yesterday) }, { diff: at(yesterday), until: at(now) }]) {
        expect(yield* refusal({ ...asked, ...times })).toBeUndefined()
      }
      for (const times of [{ asOf: at(tomorrow) }, { diff: at(tomorrow) }, { diff: at(now), until: at(tomorrow) }]) {
        expect(yield* refusal({ ...asked, ...times })).toMatchObject({ field: "time", value: tomorrow })
      }
      for (const times of [{ until: at(now) }, { asOf: at(now), diff: at(now) }]) {
        expect(yield* refusal({ ...asked, ...times })).toMatchObject({ field: "time", value: "several" })
      }
    })
  )

  it.effect("is written in one way", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse(now))
      expect(yield* refusal({ ...asked, format: "html" })).toBeUndefined()
      expect(yield* refusal({ ...asked, json: true })).toBeUndefined()
      expect(yield* refusal({ ...asked, json: true, format: "html" })).toMatchObject({ field: "format", value: "html" })
      const diff = at(yesterday)
      expect(yield* refusal({ ...asked, diff, format: "json" })).toBeUndefined()
      expect(yield* refusal({ ...asked, diff, format: "html" })).toMatchObject({ field: "format", value: "html" })
    })
  )
})
