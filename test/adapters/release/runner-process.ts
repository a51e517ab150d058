// A release runner as a process of its own, to be killed: `node runner-process.ts DATABASE BROKER SANDBOX_ORIGIN`. Every check
// passes, and is written down.
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { sandboxErp } from "../../../adapters/erp/sandbox/client.ts"
import { clientLayer } from "../../../adapters/postgres/client.ts"
import * as RabbitBroker from "../../../adapters/rabbitmq/broker.ts"
import { runReleases } from "../../../adapters/release/runner.ts"
import { ReleaseChecks } from "../../../core/port/release-check.ts"
import { silentTracer } from "../erp/posting.ts"
import { orderDoor } from "./order-door.ts"

const [database = "", broker = "", origin = ""] = process.argv.slice(2)

const checks = Layer.effect(
  ReleaseChecks,
  Effect.map(SqlClient.SqlClient, (sql) => {
    const passing = (name: string) => () => Effect.asVoid(Effect.orDie(sql`insert into asked values (${name})`))
    return {
      materialAvailable: passing("materialAvailable"),
      revisionValid: passing("revisionValid"),
      workCenterReady: passing("workCenterReady")
    }
  })
)

const services = Layer.mergeAll(
  checks,
  orderDoor,
  silentTracer,
  sandboxErp({ origin }),
  RabbitBroker.layer(Redacted.make(broker))
).pipe(Layer.provideMerge(clientLayer(Redacted.make(database))))

Effect.runFork(Effect.scoped(Effect.provide(Effect.andThen(runReleases(1), Effect.never), services)))
