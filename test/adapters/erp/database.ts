// A database of its own with the tables of the sandbox and of the poster. Used by the tests of adapters/erp.
import { Context, Effect, Layer, type Redacted } from "effect"
import { createPostingAttemptTable } from "../../../adapters/erp/posting-attempt.ts"
import { createSandboxTables } from "../../../adapters/erp/sandbox/tables.ts"
import { clientLayer } from "../../../adapters/postgres/client.ts"
import { temporaryDatabase } from "../../harness/database.ts"

/** Its URL, for other processes. */
export class DatabaseUrl extends Context.Service<DatabaseUrl, Redacted.Redacted>()("test/DatabaseUrl") {}

const tables = Layer.effectDiscard(Effect.andThen(createSandboxTables, createPostingAttemptTable))

/** Dropped when the layer's scope closes. */
export const erpDatabase = tables.pipe(
  Layer.provideMerge(Layer.unwrap(Effect.map(DatabaseUrl, clientLayer))),
  Layer.provideMerge(Layer.effect(DatabaseUrl, temporaryDatabase))
)
