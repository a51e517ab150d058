// Scenario: how long a full recall takes among millions of edges, beside what the ids alone cost Postgres, a walk with a
// query a lot, and the command as a process. All must find the same lots.
import { Effect, type Redacted } from "effect"
import { storageLayer } from "../adapters/cli/storage.ts"
import { settings } from "../adapters/config.ts"
import { ItemId, LotId, PlantId } from "../core/plant/identifiers.ts"
import { type LotKey, plantScope } from "../core/plant/lot.ts"
import { temporaryDatabase } from "../test/harness/database.ts"
import { WrongResult } from "./failure.ts"
import { median } from "./median.ts"
import { edgesOf, fillPlant, lotsPerLevel, plant } from "./recall/plant.ts"
import { bare, command, queryALot, type Timed, wholeRecall } from "./recall/ways.ts"
import type { Scenario } from "./scenario.ts"

interface Config {
  /** Lines of messages, each of which made an edge. */
  readonly messages: number
  readonly rounds: number
  /** About so many lots are to be found. */
  readonly sizes: ReadonlyArray<number>
}

interface Measured {
  readonly lots: number
  readonly milliseconds: {
    readonly bare: number
    readonly recall: number
    readonly command: number
    readonly queryALot: number
  }
  /** By the bare query, each pair of one round. */
  readonly ratios: { readonly recall: number; readonly queryALot: number }
}

interface Report {
  readonly scenario: "recall"
  readonly edges: number
  readonly recalls: ReadonlyArray<Measured>
}

const say = (line: string) => Effect.sync(() => void process.stderr.write(`${line}\n`))

/** The first lots of a level go into the most orders. */
const candidates = [
  0, 1, 2, 3, 5, 8, 13, 20, 35, 50, 80, 130, 200, 350, 500, 650, 800, 1_300, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000
]

const suppliersLot = (number: number): LotKey => ({
  scope: plantScope(PlantId.make(plant)),
  itemId: ItemId.make("I0"),
  lotId: LotId.make(`L0-${number}`)
})

/** Of the candidates the one whose recall comes nearest to that size. */
const lotOfSize = Effect.fnUntraced(function* (size: number) {
  const sizes = yield* Effect.forEach(candidates, (number) =>
    Effect.map(bare(suppliersLot(number)), ({ lots }) => ({ number, off: Math.abs(lots.length - size) }))
  )
  return suppliersLot(sizes.reduce((best, one) => (one.off < best.off ? one : best)).number)
})

const mustAgree = (what: string, { lots }: Timed, truth: Timed) =>
  lots.length === truth.lots.length && lots.every((lot, index) => lot === truth.lots[index])
    ? Effect.void
    : Effect.fail(
        new WrongResult({
          what,
          reason: `${lots.length} lots, and the bare query finds ${truth.lots.length}, or others`
        })
      )

const round = Effect.fnUntraced(function* (lot: LotKey, database: Redacted.Redacted) {
  const ids = yield* bare(lot)
  const whole = yield* wholeRecall(lot)
  yield* mustAgree("The recall", whole, ids)
  const process = yield* command(lot, database)
  yield* mustAgree("The command", process, ids)
  return { bare: ids.milliseconds, recall: whole.milliseconds, command: process.milliseconds }
})

const measured = Effect.fnUntraced(function* (size: number, rounds: number, database: Redacted.Redacted) {
  const lot = yield* lotOfSize(size)
  const ids = yield* bare(lot)
  // Once before, unmeasured: Postgres has read the pages by then, and Node has compiled what walks them.
  yield* wholeRecall(lot)
  yield* say(`A recall of ${ids.lots.length} lots, ${rounds} rounds, and once a walk with a query a lot`)
  const times = yield* Effect.forEach(Array.from({ length: rounds }), () => round(lot, database))
  const peer = yield* queryALot(lot)
  yield* mustAgree("The walk with a query a lot", peer, ids)
  const middle = (of: (time: (typeof times)[number]) => number) => median(times.map(of))
  const bareMillis = middle((time) => time.bare)
  return {
    lots: ids.lots.length,
    milliseconds: {
      bare: Math.round(bareMillis),
      recall: Math.round(middle((time) => time.recall)),
      command: Math.round(middle((time) => time.command)),
      queryALot: Math.round(peer.milliseconds)
    },
    ratios: {
      recall: Number(middle((time) => time.recall / time.bare).toFixed(2)),
      queryALot: Number((peer.milliseconds / bareMillis).toFixed(1))
    }
  } satisfies Measured
})

const run = Effect.fnUntraced(function* ({ messages, rounds, sizes }: Config) {
  const database = yield* temporaryDatabase
  const level = lotsPerLevel(messages)
  return yield* Effect.gen(function* () {
    yield* say(`Makes a plant of ${edgesOf(level)} edges`)
    yield* fillPlant(level)
    const recalls = yield* Effect.forEach(sizes, (size) => measured(size, rounds, database))
    return { scenario: "recall", edges: edgesOf(level), recalls } satisfies Report
  }).pipe(Effect.provide(storageLayer({ ...(yield* settings), postgresUrl: database })))
}, Effect.scoped)

const line = ({ lots, milliseconds, ratios }: Measured): string =>
  [
    `${lots} lots: bare query for the ids ${milliseconds.bare} ms`,
    `whole recall ${milliseconds.recall} ms (${ratios.recall} times)`,
    `command from start to end ${milliseconds.command} ms`,
    `a query a lot ${milliseconds.queryALot} ms (${ratios.queryALot} times)`
  ].join(", ")

const table = ({ edges, recalls }: Report) => [`Among ${edges} edges`, ...recalls.map(line)].join("\n")

export const recall: Scenario<Config, Report> = {
  presets: {
    quick: { messages: 100_000, rounds: 1, sizes: [3_000] },
    full: { messages: 5_000_000, rounds: 5, sizes: [13_000, 100_000] }
  },
  run,
  table
}
