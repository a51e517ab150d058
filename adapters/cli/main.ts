// The command `traveler`.
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, Layer, References } from "effect"
import { CliOutput, Command } from "effect/cli"
import { archive } from "./commands/archive.ts"
import { audit } from "./commands/audit.ts"
import { demo } from "./commands/demo.ts"
import { doctor } from "./commands/doctor.ts"
import { epcis } from "./commands/epcis.ts"
import { equipment } from "./commands/equipment.ts"
import { exceptions } from "./commands/exceptions.ts"
import { files } from "./commands/files.ts"
import { lot } from "./commands/lot.ts"
import { masterData } from "./commands/master-data.ts"
import { order } from "./commands/order.ts"
import { persons } from "./commands/persons.ts"
import { plants } from "./commands/plants.ts"
import { postings } from "./commands/postings.ts"
import { reconcile } from "./commands/reconcile.ts"
import { replay } from "./commands/replay.ts"
import { run } from "./commands/run.ts"
import { simulate } from "./commands/simulate.ts"
import { sync } from "./commands/sync.ts"
import { why } from "./commands/why.ts"
import { failureLine } from "./failure-line.ts"
import { loggingToStderr, say } from "./output.ts"

const traveler = Command.make("traveler").pipe(
  Command.withDescription("An actor-based, event-sourced integration core between ERP and MES"),
  Command.withSubcommands([
    demo,
    run,
    simulate,
    order,
    lot,
    equipment,
    plants,
    postings,
    masterData,
    sync,
    files,
    epcis,
    reconcile,
    replay,
    audit,
    why,
    exceptions,
    archive,
    persons,
    doctor
  ])
)

const quiet = Layer.succeed(References.MinimumLogLevel, "Warn")

/** A wrong command line is a failure like any other, told in its one line below; help that was asked for is an answer. */
const help = CliOutput.layerPresenter({
  present: (event) => (event._tag === "InvalidInvocation" ? Effect.void : CliOutput.defaultPresenter.present(event))
})

traveler.pipe(
  Command.run({ version: "0.1.0" }),
  Effect.provide(Layer.mergeAll(NodeServices.layer, loggingToStderr, quiet, help)),
  Effect.tapCause((cause) => {
    const line = failureLine(cause)
    return line === undefined ? Effect.void : say(line)
  }),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
