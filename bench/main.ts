// The bench's command line: `npm run bench -- throughput [--quick] [--json] [--messages N]`. Numbers go to stdout, all
// else to stderr. A run that did not do what was asked prints no number and ends with 1.
import { parseArgs } from "node:util"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, References } from "effect"
import { failureLine } from "../adapters/cli/failure-line.ts"
import { loggingToStderr } from "../adapters/cli/output.ts"
import { findServices } from "../scripts/services.ts"
import { scenarios } from "./registry.ts"

const usage = [
  "npm run bench -- SCENARIO [--quick] [--json] [--messages N]",
  ...Object.entries(scenarios).map(([name, { tells }]) => `  ${name}: ${tells}`)
].join("\n")

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean" }, json: { type: "boolean" }, messages: { type: "string" } }
})

const isScenario = (name: string | undefined): name is keyof typeof scenarios =>
  name !== undefined && Object.hasOwn(scenarios, name)

/** An order is ten messages, and only whole ones are sent. */
const wholeOrders = (messages: string): number => Math.max(10, Math.round(Number(messages) / 10) * 10)

const main = (name: keyof typeof scenarios) =>
  Effect.gen(function* () {
    const { postgresUrl, brokerUrl } = yield* Effect.tryPromise({
      try: () => findServices(),
      catch: (cause) => (cause instanceof Error ? cause : new Error(String(cause)))
    })
    process.env.TRAVELER_POSTGRES_URL = postgresUrl
    process.env.TRAVELER_BROKER_URL = brokerUrl
    const scenario = yield* Effect.promise(scenarios[name].load)
    const messages = values.messages === undefined ? undefined : wholeOrders(values.messages)
    const { json, table } = yield* scenario(values.quick === true ? "quick" : "full", messages)
    process.stdout.write(`${values.json === true ? json : table}\n`)
  })

const [name] = positionals
if (isScenario(name) && !Number.isNaN(Number(values.messages ?? 0))) {
  main(name).pipe(
    Effect.catchCause((cause) =>
      Effect.sync(() => {
        process.stderr.write(`${failureLine(cause) ?? "Ended before it was done"}\n`)
        process.exitCode = 1
      })
    ),
    Effect.provide(loggingToStderr),
    Effect.provideService(References.MinimumLogLevel, "Warn"),
    NodeRuntime.runMain
  )
} else {
  process.stderr.write(`${usage}\n`)
  process.exitCode = 1
}
