// The core that is measured, in a process of its own: the layers of `traveler run`, and a clock. Started by `start.ts`
// alone, with settings in the environment; the argument `followers` adds views, reactions and poster.
import { NodeRuntime } from "@effect/platform-node"
import { Effect, Layer, Queue, References, Schema } from "effect"
import type { Ingress } from "../../actors/ingress.ts"
import { brokerLayer, engineLayer, followersLayer, storageLayer } from "../../adapters/cli/core.ts"
import { drained } from "../../adapters/cli/drained.ts"
import { Intakes } from "../../adapters/cli/intakes.ts"
import { loggingToStderr } from "../../adapters/cli/output.ts"
import { LocalPartitions } from "../../adapters/cluster/placement.ts"
import { type Settings, settings } from "../../adapters/config.ts"
import { addPlant } from "../../adapters/postgres/plants.ts"
import { Telemetry } from "../../adapters/telemetry/telemetry.ts"
import { Journal } from "../../core/journal/journal.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { type Answer, Question } from "./conversation.ts"

const withFollowers = process.argv.includes("followers")

const tell = (answer: Answer) => Effect.sync(() => void process.send?.(answer))

const until = (condition: () => boolean) =>
  Effect.suspend(() => (condition() ? Effect.void : Effect.sleep("2 millis"))).pipe(Effect.repeat({ until: condition }))

const settled = (ingress: Ingress | undefined): number => {
  if (ingress === undefined) return 0
  const { handled, duplicate, parked } = ingress.counts()
  return handled + duplicate + parked
}

/** The clock starts with the plant's first delivery, and stops when the last message is durable and its views follow. */
const drain = Effect.fnUntraced(function* (plant: PlantId, messages: number) {
  const intakes = yield* Intakes
  const telemetry = yield* Telemetry
  const ingress = () => intakes.get(inboundQueue(plant))
  yield* addPlant(plant)
  yield* until(() => (ingress()?.counts().received ?? 0) > 0)
  const startedAt = performance.now()
  yield* until(() => settled(ingress()) >= messages)
  if (withFollowers) yield* drained(plant, [], messages)
  const seconds = (performance.now() - startedAt) / 1_000
  yield* telemetry.flush
  const { duplicate: duplicates = 0, parked = 0 } = ingress()?.counts() ?? {}
  const { dropped: spansDropped } = yield* telemetry.counts
  return { answer: "drained", seconds, duplicates, parked, spansDropped } as const
})

/** Twice, since the first collection only frees what buffers hold outside of the heap once it is over. */
const memory = Effect.gen(function* () {
  for (let time = 0; time < 2; time++) {
    yield* Effect.sync(() => globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" }))
    yield* Effect.sleep("1 second")
  }
  return { answer: "memory", residentBytes: process.memoryUsage.rss() } as const
})

const main = Effect.gen(function* () {
  const questions = yield* Queue.unbounded<Question>()
  process.on("message", (message) => Queue.offerUnsafe(questions, Schema.decodeUnknownSync(Question)(message)))
  process.on("disconnect", () => process.exit(1))
  const local = yield* LocalPartitions
  const { partitions } = yield* Journal
  yield* until(() => local.size === partitions)
  yield* tell({ answer: "ready" })
  while (true) {
    const question = yield* Queue.take(questions)
    yield* tell(question.ask === "drain" ? yield* drain(question.plant, question.messages) : yield* memory)
  }
})

const layers = (found: Settings) => {
  const engine = engineLayer(found, found.runnerPort)
  const core = withFollowers ? followersLayer(found).pipe(Layer.provideMerge(engine)) : engine
  const telemetry = Telemetry.layer({ endpoint: found.otlpEndpoint, instance: `bench/${process.pid}` })
  return core.pipe(Layer.provideMerge(Layer.mergeAll(storageLayer(found), brokerLayer(found), telemetry)))
}

NodeRuntime.runMain(
  Effect.flatMap(settings, (found) => Effect.provide(main, layers(found))).pipe(
    Effect.provide(loggingToStderr),
    Effect.provideService(References.MinimumLogLevel, "Warn")
  )
)
