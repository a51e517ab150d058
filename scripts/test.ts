// Runs the checks and the tests of the levels named (`unit service full`), counts them, and ends with one plain line.
import { startVitest, type Vitest } from "vitest/node"
import { checkCount, failedChecks } from "./check.ts"
import { messageOf } from "./services/ladder.ts"
import { findServices } from "./services.ts"

interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const add = (left: Count, right: Count): Count => ({
  passed: left.passed + right.passed,
  failed: left.failed + right.failed,
  skipped: left.skipped + right.skipped
})

/** A file that doesn't load and an error outside every test count as failed, or a broken run could look green. */
const countOf = (vitest: Vitest): Count => {
  const files = vitest.state.getTestModules()
  const tests = files.flatMap((file) => [...file.children.allTests()])
  const states = tests.map((test) => test.result().state)
  const broken = files.filter((file) => file.state() === "failed" && [...file.children.allTests("failed")].length === 0)
  return {
    passed: states.filter((state) => state === "passed").length,
    failed:
      states.filter((state) => state === "failed" || state === "pending").length +
      broken.length +
      vitest.state.getUnhandledErrors().length,
    skipped: states.filter((state) => state === "skipped").length
  }
}

const runTests = async (levels: ReadonlyArray<string>): Promise<Count> => {
  const vitest = await startVitest(
    "test",
    [],
    { watch: false, project: [...levels], passWithNoTests: true },
    { mode: levels.includes("full") ? "full" : "test" }
  )
  const count = countOf(vitest)
  await vitest.close()
  return count
}

/** The tests take the services from the environment, as any command does. */
const provideServices = async (): Promise<void> => {
  const { postgresUrl, brokerUrl } = await findServices()
  process.env.TRAVELER_POSTGRES_URL = postgresUrl
  process.env.TRAVELER_BROKER_URL = brokerUrl
}

const none: Count = { passed: 0, failed: 0, skipped: 0 }

const run = async (levels: ReadonlyArray<string>): Promise<Count> => {
  const checksFailed = failedChecks().length
  const checked = { ...none, passed: checkCount - checksFailed, failed: checksFailed }
  try {
    if (levels.some((level) => level !== "unit")) await provideServices()
    return add(checked, await runTests(levels))
  } catch (failure) {
    console.error(messageOf(failure))
    return add(checked, { ...none, failed: 1 })
  }
}

const levels = process.argv.slice(2)
const { passed, failed, skipped } = await run(levels.length === 0 ? ["unit", "service"] : levels)
process.exitCode = failed === 0 ? 0 : 1
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
