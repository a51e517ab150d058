// The replay bench from its command line, small: it rebuilds both views, compares every row, and says how fast.
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, it } from "vitest"
import { brokerUrl } from "../harness/broker.ts"

const run = promisify(execFile)
const main = join(import.meta.dirname, "../../bench/main.ts")
const number = expect.any(Number)

it("npm run bench -- replay prints one line of JSON, and what it does beside it", { timeout: 120_000 }, async () => {
  brokerUrl()
  const words = ["replay", "--quick", "--json", "--messages", "300"]
  const { stderr, stdout } = await run(process.execPath, [main, ...words], { timeout: 110_000 })
  expect(stdout.trimEnd()).not.toContain("\n")
  const ratios = { readAndDecode: number, emmett: number }
  expect(JSON.parse(stdout)).toEqual({
    scenario: "replay",
    events: number,
    rows: { genealogy: number, orders: number },
    rates: { readAndDecode: number, genealogy: number, orders: number, emmett: number },
    ratios: { genealogy: ratios, orders: ratios }
  })
  expect(JSON.parse(stdout).rows.genealogy).toBeGreaterThan(0)
  expect(stderr).toContain("every row of orders beside the live view's")
})
