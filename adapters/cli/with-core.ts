// What a command stands on: services found or started, the storage, and a core where it needs one.
import { createServer } from "node:net"
import { Effect, Layer } from "effect"
import { messageOf, TechnicalFailure } from "../../core/failure.ts"
import { findPostgres, findServices } from "../../scripts/services.ts"
import { type Settings, settings } from "../config.ts"
import { announceCore, coreIsRunning } from "../postgres/presence.ts"
import type { WrongSetting } from "../setting.ts"
import { loggingUntil, say } from "./output.ts"
import { brokerLayer, storageLayer } from "./storage.ts"

const found = (look: () => Promise<unknown>): Effect.Effect<Settings, TechnicalFailure | WrongSetting> =>
  Effect.andThen(
    Effect.tryPromise({
      try: look,
      catch: (cause) =>
        new TechnicalFailure({
          field: "services",
          value: "",
          reason: messageOf(cause),
          nextStep: "See docs/configuration.md"
        })
    }),
    settings
  )

/** The settings, once Postgres and RabbitMQ were found or started; says in one line each what it found. */
export const foundSettings = found(() => findServices())

/** For commands that only read: RabbitMQ isn't asked, whose greeting takes longer than most answers. */
export const withStorage = <A, E, R>(program: (settings: Settings) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(
    found(() => findPostgres()),
    (settings) => program(settings).pipe(Effect.provide(storageLayer(settings)))
  )

/** For commands that send a message to a running core. */
export const withBroker = <A, E, R>(program: (settings: Settings) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(foundSettings, (settings) =>
    program(settings).pipe(Effect.provide(Layer.merge(storageLayer(settings), brokerLayer(settings))))
  )

const isFree = (port: number, host: string) =>
  Effect.callback<boolean>((resume) => {
    const server = createServer()
    server.once("error", () => resume(Effect.succeed(false)))
    server.listen(port, host, () => server.close(() => resume(Effect.succeed(true))))
  })

const anyPort = (host: string) =>
  Effect.callback<number>((resume) => {
    const server = createServer()
    server.listen(0, host, () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      server.close(() => resume(Effect.succeed(port)))
    })
  })

/**
 * The port of the settings, so that a core which is killed and started again takes its partitions back at once; any
 * other where another database's core has it.
 */
const runnerPort = ({ runnerHost, runnerPort }: Settings) =>
  Effect.flatMap(isFree(runnerPort, runnerHost), (free) => (free ? Effect.succeed(runnerPort) : anyPort(runnerHost)))

/** Most of what there is to load, so only where a core is started. */
const loadedCore = Effect.promise(() => Promise.all([import("./core.ts"), import("./traces.ts")]))

/** A core of this process, for as long as the scope is open. */
const ownCore = (found: Settings) =>
  Layer.unwrap(
    Effect.map(
      Effect.all([loadedCore, runnerPort(found)]),
      ([[{ engineLayer, followersLayer }, { telemetryLayer }], port]) =>
        Layer.merge(followersLayer(found), Layer.effectDiscard(announceCore)).pipe(
          Layer.provideMerge(engineLayer(found, port)),
          Layer.provideMerge(telemetryLayer(found))
        )
    )
  ).pipe(Layer.provideMerge(Layer.mergeAll(storageLayer(found), brokerLayer(found))))

/** With a core of this process, which ends when the program does. */
export const withOwnCore = <A, E, R>(found: Settings, program: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    let isEnding = false
    const ending = Effect.sync(() => {
      isEnding = true
    })
    return program.pipe(
      Effect.ensuring(ending),
      Effect.provide(ownCore(found).pipe(Layer.provide(loggingUntil(() => isEnding))))
    )
  })

/** The core that runs on this database already, or one for the command's own time. */
export const withCore = <A, E, R>(program: (settings: Settings) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const found = yield* foundSettings
    const running = yield* coreIsRunning.pipe(Effect.provide(storageLayer(found)))
    if (running && found.brokerUrl !== "memory") {
      yield* say("A core is running; it is used")
      return yield* program(found).pipe(Effect.provide(Layer.merge(storageLayer(found), brokerLayer(found))))
    }
    return yield* withOwnCore(found, program(found))
  })

/** Fails where nothing could be sent to a core, since the broker is inside one process alone. */
export const requireBroker = ({ brokerUrl }: Settings) =>
  brokerUrl === "memory"
    ? Effect.fail(
        new TechnicalFailure({
          field: "broker",
          value: "memory",
          reason: "A broker in memory is inside one process alone, so nothing can be sent to it",
          nextStep:
            "Install RabbitMQ (sudo apt-get install rabbitmq-server) or set TRAVELER_BROKER_URL, " +
            "then start a core: npm run traveler -- run"
        })
      )
    : Effect.void

/** Fails where no core runs that could take what the command sends. */
export const requireCore = Effect.fnUntraced(function* (found: Settings) {
  yield* requireBroker(found)
  if (yield* coreIsRunning) return
  return yield* new TechnicalFailure({
    field: "core",
    value: "none",
    reason: "This command needs a running core, and none runs on this database",
    nextStep: "Start one in another terminal: npm run traveler -- run"
  })
})
