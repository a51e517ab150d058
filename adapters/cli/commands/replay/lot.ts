// `traveler replay lot`: a lot as it was at a moment, or what changed of it between two.
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { lotSubject } from "../../../replay/subjects.ts"
import { lotLines } from "../../describe-lot.ts"
import { knownLot } from "../../known-lots.ts"
import { withStorage } from "../../with-core.ts"
import { momentFlags, replay } from "./moment.ts"

const id = Argument.String("id").pipe(
  Argument.withDescription("The lot's number, <item>/<lot> or <scope>/<item>/<lot>")
)

export const lot = Command.make("lot", { id, ...momentFlags }, ({ id, ...flags }) =>
  withStorage((settings) =>
    Effect.gen(function* () {
      return yield* replay(yield* lotSubject(yield* knownLot(id), lotLines), flags, settings)
    })
  )
).pipe(Command.withDescription("Show a lot as it was, who changed what, or what changed between two moments"))
