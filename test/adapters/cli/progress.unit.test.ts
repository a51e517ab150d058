// The bar that a person sees while something is under way.
import { expect, it } from "vitest"
import { bar } from "../../../adapters/cli/progress.ts"

it.each([
  [0, 10, "░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0 %  0 of 10"],
  [3, 10, "█████████░░░░░░░░░░░░░░░░░░░░░  30 %  3 of 10"],
  [9_999, 10_000, "█████████████████████████████░  99 %  9999 of 10000"],
  [10, 10, "██████████████████████████████ 100 %  10 of 10"],
  [0, 0, "██████████████████████████████ 100 %  0 of 0"]
])("%i of %i", (done, of, drawn) => {
  expect(bar(done, of)).toBe(drawn)
})
