// The bench from its command line, small: one line of JSON with every field, on services of its own.
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { brokerUrl } from "../harness/broker.ts"

const run = promisify(execFile)
const main = join(import.meta.dirname, "../../bench/main.ts")

const bench = (...words: ReadonlyArray<string>) => run(process.execPath, [main, ...words], { timeout: 110_000 })

const rate = expect.any(Number)

describe("npm run bench -- throughput", () => {
  it("prints one line of JSON, and everything else beside it", { timeout: 120_000 }, async () => {
    brokerUrl()
    const { stdout, stderr } = await bench("throughput", "--quick", "--json", "--messages", "200")
    expect(stdout.trimEnd()).not.toContain("\n")
    expect(JSON.parse(stdout)).toEqual({
      scenario: "throughput",
      traced: true,
      messagesPerSecond: rate,
      eventRowsPerSecond: rate,
      withProjections: rate,
      limits: { drain: rate, copy: rate },
      peers: { transactionPerMessage: rate, emmett: rate },
      ratios: { drain: rate, copy: rate, transactionPerMessage: rate, emmett: rate },
      mix: {
        messages: 200,
        messagesPerSecond: rate,
        eventRowsPerSecond: rate,
        limits: { copy: rate },
        ratios: { copy: rate }
      },
      cpuMicrosPerMessage: { node: rate, postgres: rate, broker: rate },
      messages: 200,
      residentBytes: { at300k: null, at1M: null }
    })
    expect(stderr).toContain("200 messages")
  })

  it("says how it is used where the scenario is unknown, and ends with 1", async () => {
    await expect(bench("thruput")).rejects.toMatchObject({ code: 1, stdout: "", stderr: /throughput: / })
  })
})
