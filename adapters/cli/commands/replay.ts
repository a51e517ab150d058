// `traveler replay`: what was, from the journal, and what came in, from the archive.
import { Command } from "effect/cli"
import { equipment } from "./replay/equipment.ts"
import { lot } from "./replay/lot.ts"
import { messages } from "./replay/messages.ts"
import { order } from "./replay/order.ts"
import { projection } from "./replay/projection.ts"
import { publish } from "./replay/publish.ts"

export const replay = Command.make("replay").pipe(
  Command.withDescription("Replay the journal: what was known when; rebuild views; play and send history again"),
  Command.withSubcommands([order, lot, equipment, messages, projection, publish])
)
