// Where the traces of a core go: to the endpoint of the settings where it answers, else to a receiver of its own, which
// writes a file that Jaeger's page opens. Used by whatever starts a core, and by replays.
import { mkdirSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Context, Effect, Layer } from "effect"
import { Tracer } from "../../core/port/tracer.ts"
import { stateDirectory } from "../../scripts/places.mjs"
import type { Settings } from "../config.ts"
import { otlpAnswers, startReceiver } from "../telemetry/receiver/start.ts"
import { silentTracer } from "../telemetry/silent.ts"
import { Telemetry } from "../telemetry/telemetry.ts"
import { say } from "./output.ts"

export class Traces extends Context.Service<Traces, { readonly where: string }>()("traveler/cli/Traces") {}

const folder = join(stateDirectory, "traces")

/** Runs whose traces are kept; each has a file and the requests as they came. */
const keptRuns = 5

/** A file of this core's own, since two cores at once must not write one. The oldest go. */
const ownFile = Effect.sync(() => {
  mkdirSync(folder, { recursive: true })
  const begun = (name: string) => name.slice(0, name.indexOf(".json"))
  const runs = [...new Set(readdirSync(folder).map(begun))].sort()
  const old = new Set(runs.slice(0, Math.max(0, runs.length - keptRuns + 1)))
  for (const name of readdirSync(folder)) if (old.has(begun(name))) rmSync(join(folder, name), { force: true })
  return join(folder, `${new Date().toISOString().replaceAll(/[:.]/g, "-")}-${process.pid}.json`)
})

const destination = Effect.fnUntraced(function* (endpoint: string) {
  if (yield* otlpAnswers(endpoint)) {
    yield* say(`Traces go to ${endpoint}`)
    return { endpoint, where: endpoint }
  }
  const file = yield* ownFile
  const receiver = yield* startReceiver({ file, port: 0 })
  yield* say(`No OTLP endpoint at ${endpoint}; traces go to ${file}, and live to ${receiver.endpoint}`)
  return { endpoint: receiver.endpoint, where: file }
})

export const telemetryLayer = ({ otlpEndpoint, runnerHost }: Settings) =>
  Layer.unwrap(
    Effect.map(destination(otlpEndpoint), ({ endpoint, where }) =>
      Layer.merge(
        Telemetry.layer({ endpoint, instance: `${runnerHost}/${process.pid}` }),
        Layer.succeed(Traces, { where })
      )
    )
  )

/**
 * For a command that is over in a moment: its traces go to the endpoint of the settings where it answers, else nowhere.
 * No receiver is started for it, and what it still has to send at its end holds it up for 3 seconds at most.
 */
export const replayTracesLayer = ({ otlpEndpoint, runnerHost }: Settings) =>
  Layer.unwrap(
    Effect.map(otlpAnswers(otlpEndpoint), (answers) =>
      answers
        ? Telemetry.layer({ endpoint: otlpEndpoint, instance: `${runnerHost}/${process.pid}` })
        : Layer.succeed(Tracer, silentTracer)
    )
  )
