// What a recall's flags ask to be decided, and what is refused before anything is sent.
import { it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { describe, expect } from "vitest"
import { orderOf } from "../../../adapters/cli/recall-order.ts"
import { Badge } from "../../../core/plant/identifiers.ts"

const asked = {
  hold: Option.some("largest" as const),
  mock: false,
  by: Option.some(Badge.make("Q-1")),
  reason: Option.some("Listeria"),
  role: Option.none<string>(),
  meaning: Option.none<string>(),
  plant: Option.none()
}

describe("a recall that is carried out", () => {
  it.effect("is signed with a role and a meaning, or not at all", () =>
    Effect.gen(function* () {
      expect(yield* orderOf(asked)).not.toHaveProperty("signature")
      const [role, meaning] = [Option.some("quality manager"), Option.some("approved")]
      expect(yield* orderOf({ ...asked, role, meaning })).toMatchObject({
        signature: { role: "quality manager", meaning: "approved" }
      })
      for (const signed of [{ role }, { meaning }, { role: Option.some(""), meaning: Option.some(" ") }]) {
        expect(yield* Effect.flip(orderOf({ ...asked, ...signed }))).toMatchObject({ field: "role" })
      }
    })
  )
})
