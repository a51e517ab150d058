// One run of the core on a queue that is filled before the clock starts, verified afterwards. Used by the bench's
// scenarios.
import { join } from "node:path"
import { Effect, Layer, Redacted } from "effect"
import { clientLayer } from "../../adapters/postgres/client.ts"
import { journalLayer } from "../../adapters/postgres/journal.ts"
import type { MadeUpMessage } from "../../adapters/simulator/orders.ts"
import { startReceiver } from "../../adapters/telemetry/receiver/start.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { temporaryDatabase } from "../../test/harness/database.ts"
import { WrongResult } from "../failure.ts"
import { fillQueue } from "../filled-queue.ts"
import { verifiedRows } from "../journal-equals.ts"
import { type ProcessorTime, processorTime, since } from "../processor-time.ts"
import { temporaryFolder } from "../temporary-folder.ts"
import { type CoreOptions, startCore } from "./start.ts"

export interface RunOptions extends Pick<CoreOptions, "brokerUrl" | "residentActors" | "prefetch" | "followers"> {
  readonly plant: PlantId
  readonly messages: number
  /** The same ones at every call. */
  readonly mix: () => Iterable<MadeUpMessage>
}

export interface Run {
  readonly seconds: number
  readonly eventRows: number
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
export const runCore = Effect.fnUntraced(function* ({ plant, messages, mix, ...options }: RunOptions) {
  const database = yield* temporaryDatabase
  const name = new URL(Redacted.value(database)).pathname.slice(1)
  yield* fillQueue(plant, mix())
  const measured = yield* Effect.scoped(
    Effect.gen(function* () {
      const { core, receiver } = yield* tracedCore({ ...options, postgresUrl: database })
      const before = processorTime(core.processId, name)
      const { seconds, duplicates, parked, spansDropped } = yield* core.drain(plant, messages)
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
  const eventRows = yield* verifiedRows(inboundQueue(plant), mix()).pipe(Effect.provide(journal))
  return { ...measured, eventRows, database } satisfies Run
})
