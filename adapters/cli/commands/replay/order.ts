// `traveler replay order`: an order as it was at a moment, or what changed of it between two.
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { orderSubject } from "../../../replay/subjects.ts"
import { orderLines } from "../../describe-order.ts"
import { knownOrder } from "../../known-orders.ts"
import { withStorage } from "../../with-core.ts"
import { momentFlags, replay } from "./moment.ts"

const id = Argument.String("id").pipe(Argument.withDescription("The order's id, or <plant>/<order>"))

export const order = Command.make("order", { id, ...momentFlags }, ({ id, ...flags }) =>
  withStorage((settings) =>
    Effect.gen(function* () {
      const { order, plant } = yield* knownOrder(id)
      return yield* replay(yield* orderSubject(plant, order, orderLines), flags, settings)
    })
  )
).pipe(Command.withDescription("Show an order as it was, who changed what, or what changed between two moments"))
