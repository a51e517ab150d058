// `traveler demo`: services, a core, a plant of made-up orders of its own, and what came of it.
import { Clock, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { listCases } from "../../../projections/exceptions/queries.ts"
import { madeUpOrders } from "../../simulator/orders.ts"
import { withTrouble } from "../../simulator/trouble.ts"
import { answer, answerJson, say } from "../output.ts"
import { play } from "../play.ts"
import { balanced, inSentences, summarize } from "../summary.ts"
import { withCore } from "../with-core.ts"

/** Enough of everything to look at, and done within seconds. */
const orders = 120
const overproduced = 0.03
const shares = { duplicates: 0.2, reordered: 0.1, bad: 0.02 }

/** Three things to try next, with ids of this run. */
const nextCommands = Effect.fnUntraced(function* (plant: PlantId) {
  const cases = yield* listCases({ plant, state: "open" }, 1_000)
  const breach = cases.find(({ subject }) => subject === "breach")
  const message = cases.find(({ subject }) => subject === "message")
  const order = breach?.waiting ?? message?.waiting ?? `order/${plant}/PO-000001`
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
      const plant = PlantId.make(`demo-${seed.toString(36)}`)
      yield* withCore(() =>
        Effect.gen(function* () {
          const played = withTrouble(plant, madeUpOrders({ seed, orders, overproduced }), { seed, ...shares })
          yield* play(new Map([[plant, played.map(({ publication }) => publication)]]), undefined)
          const summary = yield* summarize(plant, played.length, startedAt)
          yield* balanced(summary.answer.postings)
          if (flags.json) yield* answerJson(summary.answer)
          else yield* answer(`\n${inSentences(summary, plant)}\n\n${yield* nextCommands(plant)}`)
          if (flags.once) return
          yield* say("The core goes on; Ctrl-C ends it.")
          return yield* Effect.never
        })
      )
    })
).pipe(Command.withDescription("Run a plant of made-up orders through the core and say what came of it"))
