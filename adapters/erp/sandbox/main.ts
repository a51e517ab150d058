// Runs the sandbox ERP as a process of its own: `TRAVELER_POSTGRES_URL=… TRAVELER_SANDBOX_PORT=… node …/main.ts`.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Config, Effect, Layer } from "effect"
import { followersClientLayer } from "../../postgres/client.ts"
import { sandboxServer } from "./server.ts"
import { createSandboxTables } from "./tables.ts"

const database = Layer.unwrap(Effect.map(Config.Redacted("TRAVELER_POSTGRES_URL"), followersClientLayer))

const sandbox = Effect.gen(function* () {
  yield* createSandboxTables
  const port = yield* Config.Int("TRAVELER_SANDBOX_PORT").pipe(Config.withDefault(0))
  const server = yield* sandboxServer({ port })
  yield* Effect.logInfo(`The sandbox ERP listens on http://127.0.0.1:${server.port}`)
})

Layer.launch(Layer.effectDiscard(sandbox).pipe(Layer.provide(database))).pipe(NodeRuntime.runMain)
