// Scenario: how many order messages a second go from a filled queue to the journal, beside what the machine could do
// at best and what others do. A round is one run of the core with its limits and peers, so that their ratios are of one
// moment; the figures are medians of the rounds.
import { Effect, type Redacted } from "effect"
import * as RabbitBroker from "../adapters/rabbitmq/broker.ts"
import type { MadeUpMessage } from "../adapters/simulator/orders.ts"
import { publication } from "../adapters/simulator/trouble.ts"
import { PlantId } from "../core/plant/identifiers.ts"
import { virtualHost } from "../test/harness/broker.ts"
import { temporaryDatabase } from "../test/harness/database.ts"
import { type Load, runCore, tracedCore } from "./core/run.ts"
import { WrongResult } from "./failure.ts"
import { fillQueue } from "./filled-queue.ts"
import { copyRate } from "./limits/copy.ts"
import { drainRate } from "./limits/drain.ts"
import { messagesPerOrder, orderMix } from "./order-mix.ts"
import { emmettRate } from "./peers/emmett.ts"
import { transactionPerMessageRate } from "./peers/transaction-per-message.ts"
import { plantsMix, toldIn } from "./plants-mix.ts"
import type { Scenario } from "./scenario.ts"
import { type Report, type Round, reportOf, table } from "./throughput-report.ts"

export interface Config {
  readonly messages: number
  /** Fewer than the orders, so that actors are put away and come back. */
  readonly residentActors: number
  readonly prefetch: number
  readonly rounds: number
  /** For the peers and the drain at most so many: their rates don't depend on it. */
  readonly sample: number
  /** So many of the simulator's two plants, at most. */
  readonly mixed: number
  /** For the run that views and poster keep up with at most so many: the poster's answers bound it. */
  readonly followed: number
  /** Resident memory is measured after so many messages; none: not at all. */
  readonly memoryAfter: readonly [number, number] | undefined
}

const quick: Config = {
  messages: 30_000,
  residentActors: 1_000,
  prefetch: 8_000,
  rounds: 1,
  sample: 5_000,
  mixed: 10_000,
  followed: 5_000,
  memoryAfter: undefined
}

const full: Config = {
  messages: 1_000_000,
  residentActors: 5_000,
  prefetch: 8_000,
  rounds: 3,
  sample: 30_000,
  mixed: 200_000,
  followed: 30_000,
  memoryAfter: [300_000, 1_000_000]
}

const say = (line: string) => Effect.sync(() => void process.stderr.write(`${line}\n`))

/** So many messages of as many orders as that makes; work in progress is a quarter of what stays in memory. */
const mix = ({ residentActors }: Config, messages: number) =>
  orderMix({ orders: messages / messagesPerOrder, running: residentActors / 4, lateAfter: residentActors * 2 })

/** As the broker takes them, each with its order. */
const sentTo = (plant: PlantId, messages: IteratorObject<MadeUpMessage>) =>
  messages.map((message) => ({
    ...publication(plant, message),
    messageId: message.messageId,
    orderId: message.orderId
  }))

interface Place {
  readonly config: Config
  readonly brokerUrl: Redacted.Redacted
  /** One that no message was sent to yet. */
  readonly newPlant: () => PlantId
}

const coreRun = ({ config, brokerUrl, newPlant }: Place, messages: number, follow: "nothing" | "everything") => {
  const { residentActors, prefetch } = config
  const plant = newPlant()
  const load: Load = { plant, messages, publications: () => sentTo(plant, mix(config, messages)) }
  return runCore({ brokerUrl, residentActors, prefetch, follow, loads: [load] })
}

/** As the settings have it: a plant's lots come back for months, and nobody keeps them out of memory on purpose. */
const usualResidentActors = 20_000

/** Orders and lots of two plants, until each lot has heard of each of its lines. */
const mixedRun = Effect.fnUntraced(function* ({ config, brokerUrl, newPlant }: Place) {
  const { prefetch } = config
  const { loads, messages, told } = plantsMix(newPlant(), newPlant(), Math.min(config.mixed, config.messages))
  const run = yield* runCore({ brokerUrl, residentActors: usualResidentActors, prefetch, follow: "reactions", loads })
  if (toldIn(run.types) !== told) {
    return yield* new WrongResult({
      what: "The journal",
      reason: `lots were told of ${toldIn(run.types)} lines, sent were ${told}`
    })
  }
  return { ...run, messages }
})

const round = Effect.fnUntraced(function* (place: Place, number: number) {
  const { config, brokerUrl, newPlant } = place
  const { messages, prefetch } = config
  const sample = Math.min(config.sample, messages)
  const part = () => mix(config, sample)

  yield* say(`Round ${number} of ${config.rounds}: the core takes ${messages} messages`)
  const core = yield* coreRun(place, messages, "nothing")
  yield* say(`  ${Math.round(messages / core.seconds)} messages a second; the same rows by copy`)
  const copy = yield* copyRate(core.database, core.eventRows)
  yield* say("  the queue alone")
  const drained = newPlant()
  yield* fillQueue(drained, sentTo(drained, mix(config, sample * 4)))
  const drain = yield* drainRate(drained, sample * 4, prefetch)
  yield* say(`  one transaction a message, ${sample} messages`)
  const consumed = newPlant()
  yield* fillQueue(consumed, sentTo(consumed, part()))
  const database = yield* temporaryDatabase
  const transactionPerMessage = yield* transactionPerMessageRate({
    database,
    broker: brokerUrl,
    plant: consumed,
    messages: sample
  })
  yield* say(`  Emmett, ${sample} appends`)
  const emmett = yield* emmettRate(yield* temporaryDatabase, [...part()])
  yield* say("  the simulator's two plants, with reactions; their rows by copy")
  const mixed = yield* mixedRun(place)
  const mixedCopy = yield* copyRate(mixed.database, mixed.eventRows)
  return {
    core,
    limits: { drain, copy },
    peers: { transactionPerMessage, emmett },
    mix: { ...mixed, copy: mixedCopy }
  } satisfies Round
}, Effect.scoped)

/** A core that is never measured against a clock, so what it holds is looked at when it rests. */
const residentBytes = Effect.fnUntraced(function* (place: Place, [early, late]: readonly [number, number]) {
  const { config, brokerUrl, newPlant } = place
  const { residentActors, prefetch } = config
  const plant = newPlant()
  const postgresUrl = yield* temporaryDatabase
  const { core } = yield* tracedCore({ postgresUrl, brokerUrl, residentActors, prefetch, follow: "nothing" })
  yield* say(`The core's memory after ${early} and after ${late} messages`)
  yield* fillQueue(plant, sentTo(plant, mix(config, late).take(early)))
  yield* core.drain([{ plant, messages: early }])
  const at300k = yield* core.memory
  yield* fillQueue(plant, sentTo(plant, mix(config, late).drop(early)))
  yield* core.drain([{ plant, messages: late }])
  return { at300k, at1M: yield* core.memory }
}, Effect.scoped)

const run = Effect.fnUntraced(function* (config: Config) {
  const { url } = yield* virtualHost
  let plants = 0
  const place: Place = { config, brokerUrl: url, newPlant: () => PlantId.make(`bench-${++plants}`) }
  const measure = Effect.gen(function* () {
    const rounds = yield* Effect.forEach(Array.from({ length: config.rounds }), (_, index) => round(place, index + 1))
    const followed = Math.min(config.followed, config.messages)
    yield* say(`The core with its views and poster takes ${followed} messages`)
    const { seconds } = yield* Effect.scoped(coreRun(place, followed, "everything"))
    const memory = config.memoryAfter === undefined ? undefined : yield* residentBytes(place, config.memoryAfter)
    return reportOf({ messages: config.messages, rounds, withProjections: followed / seconds, memory })
  })
  return yield* measure.pipe(Effect.provide(RabbitBroker.layer(url)))
}, Effect.scoped)

export const throughput: Scenario<Config, Report> = { presets: { quick, full }, run, table }
