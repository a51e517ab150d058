// The core that is measured, in a process of its own: the layers of `traveler run`, and a clock. Started by `start.ts`
// alone, with settings in the environment; the argument `reactions` adds those, `everything` views and poster, too.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer, Queue, References, Schema } from "effect"
import type { Ingress } from "../../actors/ingress.ts"
import { engineLayer, followersLayer, reactionsLayer } from "../../adapters/cli/core.ts"
import { drained, lagOfReactions } from "../../adapters/cli/drained.ts"
import { Intakes } from "../../adapters/cli/intakes.ts"
import { loggingToStderr } from "../../adapters/cli/output.ts"
import { brokerLayer, storageLayer } from "../../adapters/cli/storage.ts"
import { LocalPartitions } from "../../adapters/cluster/placement.ts"
import { type Settings, settings } from "../../adapters/config.ts"
import { followersClientLayer } from "../../adapters/postgres/client.ts"
import { addPlant } from "../../adapters/postgres/plants.ts"
import { Telemetry } from "../../adapters/telemetry/telemetry.ts"
import { Journal } from "../../core/journal/journal.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { type Answer, Question } from "./conversation.ts"

const [, , follow] = process.argv

const tell = (answer: Answer) => Effect.sync(() => void process.send?.(answer))

const until = (condition: () => boolean) =>
  Effect.suspend(() => (condition() ? Effect.void : Effect.sleep("2 millis"))).pipe(Effect.repeat({ until: condition }))

const settled = (ingress: Ingress | undefined): number => {
  if (ingress === undefined) return 0
  const { handled, duplicate, parked } = ingress.counts()
  return handled + duplicate + parked
}

type Queues = Extract<Question, { readonly ask: "drain" }>["queues"]

/** Until no event is left that a reaction hasn't read, those included that reactions themselves lead to. */
const reacted = Effect.gen(function* () {
  const journal = yield* Journal
  while ((yield* lagOfReactions(yield* journal.heads)) > 0) yield* Effect.sleep("2 millis")
})

/** The clock starts with the first delivery, and stops when the last message is durable and what follows has followed. */
const drain = Effect.fnUntraced(function* (queues: Queues) {
  const intakes = yield* Intakes
  const telemetry = yield* Telemetry
  const ingresses = queues.map(
    ({ plant }) =>
      () =>
        intakes.get(inboundQueue(plant))
  )
  const counted = (count: "received" | "duplicate" | "parked") =>
    ingresses.reduce((sum, ingress) => sum + (ingress()?.counts()[count] ?? 0), 0)
  for (const { plant } of queues) yield* addPlant(plant)
  yield* until(() => counted("received") > 0)
  const startedAt = performance.now()
  yield* until(() => queues.every(({ messages }, index) => settled(ingresses[index]?.()) >= messages))
  if (follow === "reactions") yield* reacted
  if (follow === "everything") for (const { messages, plant } of queues) yield* drained(plant, [], messages)
  const seconds = (performance.now() - startedAt) / 1_000
  yield* telemetry.flush
  const { dropped: spansDropped } = yield* telemetry.counts
  const [duplicates, parked] = [counted("duplicate"), counted("parked")]
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
    yield* tell(question.ask === "drain" ? yield* drain(question.queues) : yield* memory)
  }
})

const layers = (found: Settings) => {
  const engine = engineLayer(found, found.runnerPort)
  const reactions = reactionsLayer.pipe(Layer.provide(followersClientLayer(found.postgresUrl)))
  const followers = { reactions, everything: followersLayer(found) }
  const core =
    follow === "reactions" || follow === "everything" ? followers[follow].pipe(Layer.provideMerge(engine)) : engine
  const telemetry = Telemetry.layer({ endpoint: found.otlpEndpoint, instance: `bench/${process.pid}` })
  return core.pipe(Layer.provideMerge(Layer.mergeAll(storageLayer(found), brokerLayer(found), telemetry)))
}

NodeRuntime.runMain(
  Effect.flatMap(settings, (found) => Effect.provide(main, layers(found))).pipe(
    Effect.provide(loggingToStderr),
    Effect.provideService(References.MinimumLogLevel, "Warn")
  )
)
