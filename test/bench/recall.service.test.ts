// The recall bench from its command line, small: each way finds the same lots, or there is no number.
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, it } from "vitest"

const run = promisify(execFile)
const main = join(import.meta.dirname, "../../bench/main.ts")
const number = expect.any(Number)

it("npm run bench -- recall prints one line of JSON", { timeout: 120_000 }, async () => {
  const words = ["recall", "--quick", "--json", "--messages", "4200"]
  const { stdout } = await run(process.execPath, [main, ...words], { timeout: 110_000 })
  expect(stdout.trimEnd()).not.toContain("\n")
  const answer = JSON.parse(stdout)
  expect(answer).toEqual({
    scenario: "recall",
    edges: 4200,
    recalls: [
      {
        lots: number,
        milliseconds: { bare: number, recall: number, command: number, queryALot: number },
        ratios: { recall: number, queryALot: number }
      }
    ]
  })
  expect(answer.recalls[0].lots).toBeGreaterThan(10)
})
