// `traveler demo`: services, a core, two made-up plants of its own, and what came of them.
import { Clock, Effect, Option, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import type { PlantId } from "../../../core/plant/identifiers.ts"
import { listCases } from "../../../projections/exceptions/queries.ts"
import { type Plants, simulation } from "../../simulator/simulation.ts"
import { keepLedger, lastLedger } from "../ledger-file.ts"
import { newPlants } from "../new-plants.ts"
import { answer, answerJson, say } from "../output.ts"
import { play } from "../play.ts"
import { repairSimulation, requireNothingLeft } from "../repair-simulation.ts"
import { balanced, inSentences, summarize } from "../summary.ts"
import { comparedStock, ordersCaptured, planned, requireSameStock, startedTryton } from "../tryton-plants.ts"
import { foundSettings, withCore, withOwnCore } from "../with-core.ts"

/** Enough of everything to look at, and done within seconds. */
const mix = { messages: 1_500, duplicates: 0.2, reorder: 0.1, late: 0.01, bad: 0.02, doubleReports: 0.01 }

/** Three things to try next, with ids of this run. */
const nextCommands = Effect.fnUntraced(function* (plant: PlantId) {
  const cases = yield* listCases({ plant, state: "open" }, 1_000)
  const message = cases.find(({ subject }) => subject === "message")
  const orders = cases.filter(({ waiting }) => waiting?.startsWith("order/"))
  const breach = orders.find(({ subject }) => subject === "breach")
  const order = (breach ?? orders[0])?.waiting ?? `order/${plant}/PO-00001`
  return [
    "Try next:",
    `  npm run traveler -- order show ${order.replace("order/", "")}`,
    `  npm run traveler -- exceptions list --plant ${plant} --state open`,
    `  npm run traveler -- exceptions show ${(message ?? breach)?.id ?? "ID"}`
  ].join("\n")
})

interface Flags {
  readonly once: boolean
  readonly json: boolean
  /** That the plants make up, where it is chosen. */
  readonly messages: Option.Option<number>
}

/** As many messages as were chosen. */
const sized = <Usual extends { readonly messages: number }>(usual: Usual, { messages }: Flags) => ({
  ...usual,
  messages: Option.getOrElse(messages, () => usual.messages)
})

const unlessOnce = ({ once }: Flags) =>
  once ? Effect.void : Effect.andThen(say("The core goes on; Ctrl-C ends it."), Effect.never)

const onSandbox = (plants: Plants, seed: number, startedAt: number, flags: Flags) =>
  withCore(() =>
    Effect.gen(function* () {
      const { ledger, publications } = simulation(plants, { seed, ...sized(mix, flags) })
      yield* keepLedger(lastLedger, ledger)
      yield* play(publications, undefined)
      const both = [...publications.keys()]
      const published = ledger.plants.reduce((sum, plant) => sum + plant.published, 0)
      const summary = yield* summarize(both, published, startedAt)
      yield* balanced(summary.answer.postings)
      if (flags.json) yield* answerJson(summary.answer)
      else yield* answer(`\n${inSentences(summary, both)}\n\n${yield* nextCommands(plants.discrete)}`)
      yield* unlessOnce(flags)
    })
  )

/** As many orders as a real ERP books within a minute or two. */
const trytonMix = { messages: 250, duplicates: 0.2, reorder: 0.1, late: 0, bad: 0.01, doubleReports: 0.01 }

/** The orders come from Tryton; what can't go there by itself is decided on, and then both have the same in stock. */
const onTryton = Effect.fnUntraced(function* (plants: Plants, seed: number, startedAt: number, flags: Flags) {
  const { planner, settings } = yield* startedTryton(yield* foundSettings)
  const habits = { backflushes: false, finishesJobs: true }
  const { ledger, publications } = simulation(plants, { seed, ...sized(trytonMix, flags) }, habits)
  const { orders, plays } = yield* planned(planner, publications)
  const both = [...plays.keys()]
  const program = Effect.gen(function* () {
    yield* keepLedger(lastLedger, ledger)
    yield* ordersCaptured(both, orders)
    yield* play(plays, undefined)
    yield* requireNothingLeft(yield* repairSimulation(settings, ledger))
    const stock = yield* comparedStock(planner, both)
    const published = Array.from(plays.values(), ({ length }) => length).reduce((sum, length) => sum + length, orders)
    const summary = yield* summarize(both, published, startedAt)
    yield* balanced(summary.answer.postings)
    if (flags.json) yield* answerJson({ ...summary.answer, stock })
    else {
      yield* answer(
        `\n${inSentences(summary, both)}\nTryton has the same of ${stock.lots} lots in stock, and something else of ${stock.differences.length}.`
      )
    }
    yield* requireSameStock(stock)
    yield* unlessOnce(flags)
  })
  yield* withOwnCore(settings, program)
}, Effect.scoped)

export const demo = Command.make(
  "demo",
  {
    once: Flag.Boolean("once").pipe(Flag.withDescription("End when everything is through"), Flag.withDefault(false)),
    json: Flag.Boolean("json").pipe(Flag.withDescription("The summary as one line of JSON"), Flag.withDefault(false)),
    erp: Flag.Literals("erp", ["sandbox", "tryton"]).pipe(
      Flag.withDescription("Our own sandbox, or Tryton, which is installed and started where that can be"),
      Flag.withDefault("sandbox")
    ),
    messages: Flag.Int("messages").pipe(
      Flag.withSchema(Schema.Int.pipe(Schema.check(Schema.isGreaterThan(0)))),
      Flag.withDescription("So many are made up; 1,500 where it is absent, or 250 for Tryton"),
      Flag.optional
    ),
    seed: Flag.Int("seed").pipe(
      Flag.withDescription("The same seed plays the same plants; each run others where it is absent"),
      Flag.optional
    )
  },
  ({ erp, seed: wanted, ...flags }) =>
    Effect.gen(function* () {
      const startedAt = performance.now()
      const now = yield* Clock.currentTimeMillis
      const seed = Option.getOrElse(wanted, () => now)
      const plants = yield* newPlants("demo-")
      const run = erp === "tryton" ? onTryton : onSandbox
      yield* run(plants, seed, startedAt, flags)
    })
).pipe(Command.withDescription("Run two made-up plants through the core and say what came of it"))
