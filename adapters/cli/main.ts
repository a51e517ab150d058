// The command `traveler`.
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, Layer, References } from "effect"
import { Command } from "effect/cli"
import { demo } from "./commands/demo.ts"
import { doctor } from "./commands/doctor.ts"
import { exceptions } from "./commands/exceptions.ts"
import { order } from "./commands/order.ts"
import { run } from "./commands/run.ts"
import { simulate } from "./commands/simulate.ts"
import { loggingToStderr } from "./output.ts"

const traveler = Command.make("traveler").pipe(
  Command.withDescription("An actor-based, event-sourced integration core between ERP and MES"),
  Command.withSubcommands([demo, run, simulate, order, exceptions, doctor])
)

const quiet = Layer.succeed(References.MinimumLogLevel, "Warn")

traveler.pipe(
  Command.run({ version: "0.1.0" }),
  Effect.provide(Layer.mergeAll(NodeServices.layer, loggingToStderr, quiet)),
  NodeRuntime.runMain
)
