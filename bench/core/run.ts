// One run of the core on queues that are filled before the clock starts, verified afterwards. Used by the bench's
// scenarios.
import { join } from "node:path"
import { Effect, Layer, Redacted } from "effect"
import { clientLayer } from "../../adapters/postgres/client.ts"
import { journalLayer } from "../../adapters/postgres/journal.ts"
import { startReceiver } from "../../adapters/telemetry/receiver/start.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue, type Publication } from "../../core/port/broker.ts"
import { temporaryDatabase } from "../../test/harness/database.ts"
import { WrongResult } from "../failure.ts"
import { fillQueue } from "../filled-queue.ts"
import { type Sent, verified } from "../journal-equals.ts"
import { type ProcessorTime, processorTime, since } from "../processor-time.ts"
import { temporaryFolder } from "../temporary-folder.ts"
import { type CoreOptions, startCore } from "./start.ts"

/** One plant's messages, the same ones at every call. */
export interface Load {
  readonly plant: PlantId
  readonly messages: number
  readonly publications: () => Iterable<Publication & Sent>
}

export interface RunOptions extends Pick<CoreOptions, "brokerUrl" | "residentActors" | "prefetch" | "follow"> {
  readonly loads: ReadonlyArray<Load>
}

export interface Run {
  readonly seconds: number
  readonly eventRows: number
  /** Of each event type. */
  readonly types: ReadonlyMap<string, number>
  /** The receiver has a span of every message. */
  readonly traced: boolean
  readonly processorTime: ProcessorTime | undefined
  /** The journal's database, there until the scope closes. */
  readonly database: Redacted.Redacted
}

/** A core that owns all partitions of an empty database, and a receiver that takes its spans. */
export const tracedCore = Effect.fnUntraced(function* (options: Omit<CoreOptions, "otlpEndpoint">) {
  const receiver = yield* startReceiver({ file: join(yield* temporaryFolder, "traces.json"), port: 0 })
  const core = yield* startCore({ ...options, otlpEndpoint: receiver.endpoint })
  return { core, receiver }
})

/** Fails where the journal isn't what was sent. */
export const runCore = Effect.fnUntraced(function* ({ loads, ...options }: RunOptions) {
  const database = yield* temporaryDatabase
  const name = new URL(Redacted.value(database)).pathname.slice(1)
  for (const { plant, publications } of loads) yield* fillQueue(plant, publications())
  const messages = loads.reduce((sum, load) => sum + load.messages, 0)
  const measured = yield* Effect.scoped(
    Effect.gen(function* () {
      const { core, receiver } = yield* tracedCore({ ...options, postgresUrl: database })
      const before = processorTime(core.processId, name)
      const { seconds, duplicates, parked, spansDropped } = yield* core.drain(
        loads.map(({ messages, plant }) => ({ messages, plant }))
      )
      const after = processorTime(core.processId, name)
      if (duplicates > 0 || parked > 0) {
        return yield* new WrongResult({ what: "The core", reason: `${duplicates} duplicates, ${parked} parked` })
      }
      const { spans } = yield* receiver.count
      const used = before === undefined || after === undefined ? undefined : since(before, after)
      return { seconds, traced: spans >= messages && spansDropped === 0, processorTime: used }
    })
  )
  const journal = journalLayer.pipe(Layer.provide(clientLayer(database)))
  const sent = new Map(loads.map(({ plant, publications }) => [inboundQueue(plant), publications()]))
  const { rows: eventRows, types } = yield* Effect.provide(verified(sent), journal)
  return { ...measured, eventRows, types, database } satisfies Run
})
