// Scenario: an ERP is down while a plant reports, and comes back: how fast what was asked for meanwhile is posted and read
// back, whether each order's oldest document goes first, and what it costs in memory.
import { readFileSync } from "node:fs"
import { Effect, Layer } from "effect"
import { draw, drawn } from "../adapters/cli/progress.ts"
import { sandboxAdmin } from "../adapters/erp/sandbox/admin.ts"
import { sandboxServer } from "../adapters/erp/sandbox/server.ts"
import { clientLayer, followersClientLayer } from "../adapters/postgres/client.ts"
import { addPlant } from "../adapters/postgres/plants.ts"
import * as RabbitBroker from "../adapters/rabbitmq/broker.ts"
import { publication } from "../adapters/simulator/trouble.ts"
import { PlantId } from "../core/plant/identifiers.ts"
import { postingCounts } from "../projections/postings/queries.ts"
import { virtualHost } from "../test/harness/broker.ts"
import { temporaryDatabase } from "../test/harness/database.ts"
import { tracedCore } from "./core/run.ts"
import { freePort } from "./core/start.ts"
import { WrongResult } from "./failure.ts"
import { fillQueue } from "./filled-queue.ts"
import { messagesPerOrder, orderMix } from "./order-mix.ts"
import type { Scenario } from "./scenario.ts"

interface Config {
  readonly messages: number
}

interface Report {
  readonly scenario: "outage"
  readonly documents: number
  /** From the ERP's return to the first that was read back: the pause of the breaker is in it. */
  readonly secondsToFirst: number
  /** From then on. */
  readonly documentsPerSecond: number
  /** Before the ERP is back, at most while documents go out, and afterwards. */
  readonly residentBytes: { readonly before: number; readonly most: number; readonly after: number }
}

/** A release, a start, and so many confirmations, each a document. */
const documentsPerOrder = messagesPerOrder - 2

const plant = PlantId.make("bench-1")
const residentActors = 20_000
const prefetch = 8_000
const pollEvery = "100 millis"

const say = (line: string) => Effect.sync(() => void process.stderr.write(`${line}\n`))

/** Zero where there is no /proc. */
const residentBytes = (processId: number): number => {
  try {
    const pages = readFileSync(`/proc/${processId}/statm`, "latin1").split(" ")[1]
    return Number(pages) * 4096
  } catch {
    return 0
  }
}

const counts = Effect.map(postingCounts, (all) => ({
  requested: all.get(plant)?.Requested ?? 0,
  verified: all.get(plant)?.Verified ?? 0
}))

/** Each document once, and of each order in the order in which they were asked for. */
const verify = Effect.fnUntraced(function* (origin: string, documents: number) {
  const calls = yield* (yield* sandboxAdmin(origin)).calls(plant)
  const wrong = (reason: string) => new WrongResult({ what: "The ERP", reason })
  const stored = calls.filter(({ status }) => status === 201)
  if (stored.length !== documents || calls.length !== documents) {
    return yield* wrong(`${calls.length} posts, ${stored.length} stored, ${documents} asked for`)
  }
  const last = new Map<string, number>()
  for (const { key } of stored) {
    const [, , order = "", version = ""] = key.split("/")
    if (Number(version) <= (last.get(order) ?? 0)) return yield* wrong(`${key} came after version ${last.get(order)}`)
    last.set(order, Number(version))
  }
})

const run = Effect.fnUntraced(function* ({ messages }: Config) {
  const { url: brokerUrl } = yield* virtualHost
  const database = yield* temporaryDatabase
  const port = yield* freePort
  const origin = `http://127.0.0.1:${port}`
  const orders = messages / messagesPerOrder
  const documents = orders * documentsPerOrder
  const { core } = yield* tracedCore({
    ...{ postgresUrl: database, brokerUrl, residentActors, prefetch },
    follow: "everything",
    erpUrl: origin
  })
  return yield* Effect.gen(function* () {
    yield* say(`The ERP is down while ${orders} orders ask for ${documents} documents`)
    const mix = orderMix({ orders, running: orders, lateAfter: orders })
    yield* fillQueue(
      plant,
      mix.map((message) => publication(plant, message))
    )
    yield* addPlant(plant)
    while ((yield* counts).requested < documents) yield* Effect.sleep(pollEvery)
    const before = yield* core.memory
    const pool = yield* Layer.build(followersClientLayer(database))
    yield* say("The ERP is up again")
    yield* Effect.provide(sandboxServer({ port }), pool)
    const upAt = performance.now()
    let [firstAt, most, drawnAt] = [0, before, 0]
    for (let verified = 0; verified < documents; ) {
      yield* Effect.sleep(pollEvery)
      const found = (yield* counts).verified
      verified = found
      if (verified > 0 && firstAt === 0) firstAt = performance.now()
      most = Math.max(most, residentBytes(core.processId))
      if (performance.now() - drawnAt < 1_000 && verified < documents) continue
      drawnAt = performance.now()
      yield* draw(verified, documents)
    }
    yield* drawn
    const endedAt = performance.now()
    const after = yield* core.memory
    yield* verify(origin, documents)
    return {
      scenario: "outage",
      documents,
      secondsToFirst: Number(((firstAt - upAt) / 1_000).toFixed(1)),
      documentsPerSecond: Math.round(documents / ((endedAt - firstAt) / 1_000)),
      residentBytes: { before, most, after }
    } satisfies Report
  }).pipe(Effect.provide([RabbitBroker.layer(brokerUrl), clientLayer(database)]))
}, Effect.scoped)

const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`

const table = ({ documents, documentsPerSecond, residentBytes: { after, before, most }, secondsToFirst }: Report) =>
  [
    `${documents} documents after an outage, each posted once, in each order's own order, and read back`,
    `${documentsPerSecond} documents a second, the first after ${secondsToFirst} s`,
    `resident before ${megabytes(before)}, at most ${megabytes(most)}, afterwards ${megabytes(after)}`
  ].join("\n")

export const outage: Scenario<Config, Report> = {
  presets: { quick: { messages: 1_250 }, full: { messages: 12_500 } },
  run,
  table
}
