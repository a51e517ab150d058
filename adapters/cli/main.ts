// The command `traveler`.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, References, Runtime } from "effect"
import { CliError, CliOutput, Command } from "effect/cli"
import { version } from "../version.ts"
import { failureLine } from "./failure-line.ts"
import { loggingToStderr, say } from "./output.ts"

/** In the order of the help. Each is loaded when it is chosen; all of them for help, or where none is called so. */
const commands = {
  demo: async () => (await import("./commands/demo.ts")).demo,
  run: async () => (await import("./commands/run.ts")).run,
  simulate: async () => (await import("./commands/simulate.ts")).simulate,
  order: async () => (await import("./commands/order.ts")).order,
  lot: async () => (await import("./commands/lot.ts")).lot,
  recall: async () => (await import("./commands/recall.ts")).recall,
  recalls: async () => (await import("./commands/recalls.ts")).recalls,
  equipment: async () => (await import("./commands/equipment.ts")).equipment,
  plants: async () => (await import("./commands/plants.ts")).plants,
  postings: async () => (await import("./commands/postings.ts")).postings,
  masterdata: async () => (await import("./commands/master-data.ts")).masterData,
  sync: async () => (await import("./commands/sync.ts")).sync,
  files: async () => (await import("./commands/files.ts")).files,
  epcis: async () => (await import("./commands/epcis.ts")).epcis,
  reconcile: async () => (await import("./commands/reconcile.ts")).reconcile,
  replay: async () => (await import("./commands/replay.ts")).replay,
  audit: async () => (await import("./commands/audit.ts")).audit,
  why: async () => (await import("./commands/why.ts")).why,
  exceptions: async () => (await import("./commands/exceptions.ts")).exceptions,
  archive: async () => (await import("./commands/archive.ts")).archive,
  persons: async () => (await import("./commands/persons.ts")).persons,
  doctor: async () => (await import("./commands/doctor.ts")).doctor
}

const isCommand = (word: string): word is keyof typeof commands => Object.hasOwn(commands, word)

const chosen = process.argv.slice(2, 3).filter(isCommand)

const load = Effect.promise(() =>
  Promise.all((chosen.length > 0 ? chosen : Object.keys(commands).filter(isCommand)).map((name) => commands[name]()))
)

const traveler = (subcommands: Effect.Success<typeof load>) =>
  Command.make("traveler").pipe(
    Command.withDescription("An actor-based, event-sourced integration core between ERP and MES"),
    Command.withSubcommands(subcommands)
  )

const quiet = Layer.succeed(References.MinimumLogLevel, "Warn")

/** A wrong command line is a failure like any other, told in its one line below; help that was asked for is an answer. */
const help = CliOutput.layerPresenter({
  present: (event) => (event._tag === "InvalidInvocation" ? Effect.void : CliOutput.defaultPresenter.present(event))
})

/** 1 is also a verdict of some commands (what is compared differs), so a command line that asks nothing ends with 2. */
const askedNothing = <E>(error: E): E =>
  CliError.isCliError(error) && error._tag === "ShowHelp" && error.errors.length > 0
    ? Object.assign(error, { [Runtime.errorExitCode]: 2 })
    : error

load.pipe(
  Effect.flatMap((subcommands) => Command.run(traveler(subcommands), { version })),
  Effect.mapError(askedNothing),
  Effect.provide(Layer.mergeAll(NodeServices.layer, loggingToStderr, quiet, help)),
  Effect.tapCause((cause) => {
    const line = failureLine(cause)
    return line === undefined ? Effect.void : say(line)
  }),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
