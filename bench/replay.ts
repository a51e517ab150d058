// Scenario: how fast the views `genealogy` and `orders` are rebuilt from a journal, beside a bare read-and-decode of the same
// rows and Emmett's rebuild. What is rebuilt must be, row by row, what the live view holds.
import { Duration, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { clientLayer } from "../adapters/postgres/client.ts"
import { journalLayer } from "../adapters/postgres/journal.ts"
import { tableCopyLayer } from "../adapters/postgres/table-copy.ts"
import * as RabbitBroker from "../adapters/rabbitmq/broker.ts"
import { publication } from "../adapters/simulator/trouble.ts"
import { silentTracer } from "../adapters/telemetry/silent.ts"
import { Journal } from "../core/journal/journal.ts"
import { PlantId } from "../core/plant/identifiers.ts"
import { Tracer } from "../core/port/tracer.ts"
import { genealogy } from "../projections/genealogy/genealogy.ts"
import { orders } from "../projections/orders/orders.ts"
import type { Projection } from "../projections/projection.ts"
import { differences } from "../projections/rebuild/compare.ts"
import { between, followUpTo } from "../projections/rebuild/follow.ts"
import { dropOld, rebuild } from "../projections/rebuild/rebuild.ts"
import { virtualHost } from "../test/harness/broker.ts"
import { temporaryDatabase } from "../test/harness/database.ts"
import { type Load, runCore } from "./core/run.ts"
import { WrongResult } from "./failure.ts"
import { readAndDecodeRate } from "./limits/read-and-decode.ts"
import { median } from "./median.ts"
import { messagesPerOrder, orderMix } from "./order-mix.ts"
import { emmettRebuildRate } from "./peers/emmett-rebuild.ts"
import { plantsMix } from "./plants-mix.ts"
import type { Scenario } from "./scenario.ts"

interface Config {
  /** That the core takes before a clock starts: orders, and of the simulator's plants, whose lots hear of them. */
  readonly messages: number
  readonly rounds: number
  /** Events of Emmett's rebuild at most: its rate doesn't depend on it. */
  readonly sample: number
}

const views = { genealogy, orders }
type View = keyof typeof views

interface Round {
  readonly readAndDecode: number
  readonly genealogy: number
  readonly orders: number
  readonly emmett: number
}

interface Report {
  readonly scenario: "replay"
  /** In the journal. */
  readonly events: number
  /** Rows of both views, all compared. */
  readonly rows: { readonly [Name in View]: number }
  /** Medians of the rounds, events a second. */
  readonly rates: Round
  /** Medians of the rounds' ratios. */
  readonly ratios: { readonly [Name in View]: { readonly readAndDecode: number; readonly emmett: number } }
}

/** The others are of the simulator's plants. */
const shareOfOrders = 0.7
const residentActors = 20_000
const prefetch = 8_000

const say = (line: string) => Effect.sync(() => void process.stderr.write(`${line}\n`))
const unreported = () => Effect.void

const mixOf = (messages: number) => {
  const orders = Math.ceil(messages / messagesPerOrder)
  return orderMix({ orders, running: Math.min(orders, residentActors / 4), lateAfter: residentActors * 2 })
}

const ordersLoad = (plant: PlantId, messages: number): Load => {
  const whole = Math.ceil(messages / messagesPerOrder) * messagesPerOrder
  return {
    plant,
    messages: whole,
    publications: () =>
      mixOf(messages).map((message) => ({
        ...publication(plant, message),
        messageId: message.messageId,
        orderId: message.orderId
      }))
  }
}

/** Rows of the live view; fails where those of the one before the rebuild are others. */
const verified = Effect.fnUntraced(function* ({ name }: Projection, kept: string) {
  const [difference] = yield* differences(kept, name)
  if (difference === undefined) return
  return yield* new WrongResult({
    what: `The rebuilt view ${name}`,
    reason: `table ${difference.table} differs from the live view's: ${JSON.stringify(difference.examples[0])}`
  })
})

const rebuildRate = Effect.fnUntraced(function* (projection: Projection, events: number, isFirst: boolean) {
  const [taken, { kept }] = yield* Effect.timed(rebuild(projection, unreported))
  if (isFirst) {
    yield* say(`  every row of ${projection.name} beside the live view's`)
    yield* verified(projection, kept)
  }
  yield* dropOld(projection)
  return events / Duration.toSeconds(taken)
})

const round = Effect.fnUntraced(function* (config: Config, number: number, events: number) {
  yield* say(`Round ${number} of ${config.rounds}: ${events} events read and decoded`)
  const readAndDecode = yield* readAndDecodeRate(events)
  yield* say(`  ${Math.round(readAndDecode)} events a second; genealogy rebuilt`)
  const edges = yield* rebuildRate(genealogy, events, number === 1)
  yield* say(`  ${Math.round(edges)} events a second; orders rebuilt`)
  const made = yield* rebuildRate(orders, events, number === 1)
  const sample = Math.min(config.sample, config.messages)
  yield* say(`  ${Math.round(made)} events a second; Emmett rebuilds from ${sample}`)
  const emmett = yield* emmettRebuildRate(yield* temporaryDatabase, [...mixOf(sample)])
  return { readAndDecode, genealogy: edges, orders: made, emmett } satisfies Round
}, Effect.scoped)

/** What the views hold when they are fed in batches, as the runner feeds them: what a rebuild must equal. */
const followed = Effect.fnUntraced(function* () {
  const journal = yield* Journal
  const heads = yield* journal.heads
  for (const projection of Object.values(views)) {
    yield* say(`The view ${projection.name} follows the journal in batches`)
    yield* followUpTo(projection, heads, unreported)
  }
  return between(new Map(), heads)
})

const rowsOf = Effect.fnUntraced(function* ({ name }: Projection) {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql<{ readonly name: string }>`
    select tablename as name from pg_tables where schemaname = ${name}`
  let rows = 0
  for (const table of tables) {
    const [counted] = yield* sql<{ readonly rows: number }>`
      select count(*)::float8 as rows from ${sql(name)}.${sql(table.name)}`
    rows += counted?.rows ?? 0
  }
  return rows
})

const ratioOf = (rounds: ReadonlyArray<Round>, view: View, other: "readAndDecode" | "emmett") =>
  Number(median(rounds.map((round) => round[view] / round[other])).toFixed(3))

const rateOf = (rounds: ReadonlyArray<Round>, what: keyof Round) =>
  Math.round(median(rounds.map((round) => round[what])))

const run = Effect.fnUntraced(function* (config: Config) {
  const { url: brokerUrl } = yield* virtualHost
  const loads = [
    ordersLoad(PlantId.make("bench-1"), config.messages * shareOfOrders),
    ...plantsMix(PlantId.make("bench-2"), PlantId.make("bench-3"), config.messages * (1 - shareOfOrders)).loads
  ]
  yield* say(`The core takes ${config.messages} messages of orders and of the simulator's plants`)
  const { database } = yield* runCore({ brokerUrl, residentActors, prefetch, follow: "reactions", loads }).pipe(
    Effect.provide(RabbitBroker.layer(brokerUrl))
  )
  const storage = Layer.mergeAll(journalLayer, tableCopyLayer(database), Layer.succeed(Tracer, silentTracer)).pipe(
    Layer.provideMerge(clientLayer(database))
  )
  return yield* Effect.gen(function* () {
    const events = yield* followed()
    const rounds = yield* Effect.forEach(Array.from({ length: config.rounds }), (_, index) =>
      round(config, index + 1, events)
    )
    const ratios = (view: View) => ({
      readAndDecode: ratioOf(rounds, view, "readAndDecode"),
      emmett: ratioOf(rounds, view, "emmett")
    })
    return {
      scenario: "replay",
      events,
      rows: { genealogy: yield* rowsOf(genealogy), orders: yield* rowsOf(orders) },
      rates: {
        readAndDecode: rateOf(rounds, "readAndDecode"),
        genealogy: rateOf(rounds, "genealogy"),
        orders: rateOf(rounds, "orders"),
        emmett: rateOf(rounds, "emmett")
      },
      ratios: { genealogy: ratios("genealogy"), orders: ratios("orders") }
    } satisfies Report
  }).pipe(Effect.provide(storage))
}, Effect.scoped)

const table = ({ events, rates, ratios, rows }: Report) => {
  const line = (view: View) =>
    `${view}: ${rates[view]} events a second (${rows[view]} rows), ${ratios[view].readAndDecode} of reading alone, ${ratios[view].emmett} times Emmett`
  return [
    `A journal of ${events} events, every rebuilt row as the live view has it`,
    line("genealogy"),
    line("orders"),
    `reading and decoding alone: ${rates.readAndDecode} events a second`,
    `Emmett's rebuild: ${rates.emmett} events a second`
  ].join("\n")
}

export const replay: Scenario<Config, Report> = {
  presets: {
    quick: { messages: 20_000, rounds: 1, sample: 1_000 },
    full: { messages: 820_000, rounds: 3, sample: 5_000 }
  },
  run,
  table
}
