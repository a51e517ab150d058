// A sandbox ERP on a free port and a database of its own, for one test file.
import { Context, Effect, Layer } from "effect"
import { type SandboxAdmin, sandboxAdmin } from "../../../adapters/erp/sandbox/admin.ts"
import { sandboxErp } from "../../../adapters/erp/sandbox/client.ts"
import { sandboxServer } from "../../../adapters/erp/sandbox/server.ts"
import { erpDatabase } from "./database.ts"

export class Sandbox extends Context.Service<Sandbox, { readonly origin: string; readonly admin: SandboxAdmin }>()(
  "test/Sandbox"
) {}

const sandbox = Layer.effect(
  Sandbox,
  Effect.gen(function* () {
    const { port } = yield* sandboxServer({ port: 0 })
    const origin = `http://127.0.0.1:${port}`
    return { origin, admin: yield* sandboxAdmin(origin) }
  })
)

/** The client of this sandbox with another timeout, for the rest of the test. */
export const clientWithin = (timeoutMillis: number) =>
  Effect.flatMap(Sandbox, ({ origin }) => Layer.build(sandboxErp({ origin, timeoutMillis })))

/** The sandbox, its client and its database. */
export const sandboxWorld = (timeoutMillis: number) =>
  Layer.unwrap(Effect.map(Sandbox, ({ origin }) => sandboxErp({ origin, timeoutMillis }))).pipe(
    Layer.provideMerge(sandbox),
    Layer.provideMerge(erpDatabase)
  )
