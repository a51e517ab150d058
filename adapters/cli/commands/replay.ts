// `traveler replay`: what was, from the journal.
import { Command } from "effect/cli"
import { equipment } from "./replay/equipment.ts"
import { lot } from "./replay/lot.ts"
import { order } from "./replay/order.ts"

export const replay = Command.make("replay").pipe(
  Command.withDescription("Replay the journal: what was known when"),
  Command.withSubcommands([order, lot, equipment])
)
