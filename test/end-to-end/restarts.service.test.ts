// Postgres and RabbitMQ crash and come back: nothing is lost, doubled or posted twice. A short version; the whole is in
// restarts.full.test.ts.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { describe } from "vitest"
import { noOwnPostgres, noOwnRabbit } from "../harness/own-services.ts"
import { type Restarts, tryPostgresRestarts, tryRabbitRestarts } from "./restarts.ts"

const seed = Number(process.env.TRAVELER_TEST_SEED ?? Date.now() % 1_000_000_000)
const restarts: Restarts = { seed, times: 1, orders: 80, deadlineMillis: 120_000 }
// Side by side: both wait for their services most of the time.
const what = `crashes and comes back while the core works (seed ${seed})`

describe.concurrent("a service", () => {
  describe.skipIf(noOwnPostgres !== undefined)(noOwnPostgres ?? "Postgres", () => {
    it.live(what, () => Effect.scoped(tryPostgresRestarts(restarts)), 300_000)
  })

  describe.skipIf(noOwnRabbit !== undefined)(noOwnRabbit ?? "RabbitMQ", () => {
    it.live(what, () => Effect.scoped(tryRabbitRestarts(restarts)), 300_000)
  })
})
