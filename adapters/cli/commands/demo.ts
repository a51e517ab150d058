// `traveler demo`: services, a core, two made-up plants of its own, and what came of them.
import { Clock, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import type { PlantId } from "../../../core/plant/identifiers.ts"
import { listCases } from "../../../projections/exceptions/queries.ts"
import { simulation } from "../../simulator/simulation.ts"
import { keepLedger, lastLedger } from "../ledger-file.ts"
import { newPlants } from "../new-plants.ts"
import { answer, answerJson, say } from "../output.ts"
import { play } from "../play.ts"
import { balanced, inSentences, summarize } from "../summary.ts"
import { withCore } from "../with-core.ts"

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

export const demo = Command.make(
  "demo",
  {
    once: Flag.Boolean("once").pipe(Flag.withDescription("End when everything is through"), Flag.withDefault(false)),
    json: Flag.Boolean("json").pipe(Flag.withDescription("The summary as one line of JSON"), Flag.withDefault(false))
  },
  (flags) =>
    Effect.gen(function* () {
      const startedAt = performance.now()
      const seed = yield* Clock.currentTimeMillis
      const plants = yield* newPlants("demo-")
      yield* withCore(() =>
        Effect.gen(function* () {
          const { ledger, publications } = simulation(plants, { seed, ...mix })
          yield* keepLedger(lastLedger, ledger)
          yield* play(publications, undefined)
          const both = [...publications.keys()]
          const published = ledger.plants.reduce((sum, plant) => sum + plant.published, 0)
          const summary = yield* summarize(both, published, startedAt)
          yield* balanced(summary.answer.postings)
          if (flags.json) yield* answerJson(summary.answer)
          else yield* answer(`\n${inSentences(summary, both)}\n\n${yield* nextCommands(plants.discrete)}`)
          if (flags.once) return
          yield* say("The core goes on; Ctrl-C ends it.")
          return yield* Effect.never
        })
      )
    })
).pipe(Command.withDescription("Run two made-up plants through the core and say what came of it"))
