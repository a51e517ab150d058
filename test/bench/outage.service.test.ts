// The outage bench from its command line, small: it posts what was asked for while the ERP was away, and says so.
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, it } from "vitest"
import { brokerUrl } from "../harness/broker.ts"

const run = promisify(execFile)
const main = join(import.meta.dirname, "../../bench/main.ts")
const number = expect.any(Number)

it("npm run bench -- outage prints one line of JSON, and a bar beside it", { timeout: 120_000 }, async () => {
  brokerUrl()
  const words = ["outage", "--quick", "--json", "--messages", "100"]
  const { stderr, stdout } = await run(process.execPath, [main, ...words], { timeout: 110_000 })
  expect(stdout.trimEnd()).not.toContain("\n")
  expect(JSON.parse(stdout)).toEqual({
    scenario: "outage",
    documents: 80,
    secondsToFirst: number,
    documentsPerSecond: number,
    residentBytes: { before: number, most: number, after: number }
  })
  expect(stderr).toContain("80 of 80")
})
