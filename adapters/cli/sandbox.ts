// The sandbox ERP's books, for whoever compares them: that of the settings, else one of the command's own, which shares
// them by the database. Used by `simulate --check`.
import { Effect, Option } from "effect"
import type { Settings } from "../config.ts"
import { sandboxAdmin } from "../erp/sandbox/admin.ts"
import { sandboxServer } from "../erp/sandbox/server.ts"

export const sandbox = ({ erpUrl }: Settings) =>
  Effect.gen(function* () {
    if (Option.isSome(erpUrl)) return yield* sandboxAdmin(erpUrl.value)
    const { port } = yield* sandboxServer({ port: 0 })
    return yield* sandboxAdmin(`http://127.0.0.1:${port}`)
  })
