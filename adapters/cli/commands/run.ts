// `traveler run`: the core, until it is told to stop.
import { Effect } from "effect"
import { Command } from "effect/cli"
import { plants } from "../../postgres/plants.ts"
import { say } from "../output.ts"
import { Traces } from "../traces.ts"
import { foundSettings, requireBroker, withOwnCore } from "../with-core.ts"

export const run = Command.make("run", {}, () =>
  Effect.gen(function* () {
    const found = yield* foundSettings
    yield* requireBroker(found)
    yield* withOwnCore(
      found,
      Effect.gen(function* () {
        const served = yield* plants
        const { where } = yield* Traces
        yield* say(`The core runs and serves ${served.length} plants; traces are in ${where}. Ctrl-C ends it.`)
        return yield* Effect.never
      })
    )
  })
).pipe(Command.withDescription("Run the core until it is told to stop"))
