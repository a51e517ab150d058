// The whole of restarts.service.test.ts: three crashes of Postgres and of RabbitMQ, a thousand orders each. Of the full
// level: it takes minutes. TRAVELER_TEST_SEED repeats a run.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { describe } from "vitest"
import { noOwnPostgres, noOwnRabbit } from "../harness/own-services.ts"
import { type Restarts, tryPostgresRestarts, tryRabbitRestarts } from "./restarts.ts"

const seed = Number(process.env.TRAVELER_TEST_SEED ?? Date.now() % 1_000_000_000)
const restarts: Restarts = { seed, times: 3, orders: 1_000, deadlineMillis: 600_000 }
const what = `crashes and comes back three times while the core works (seed ${seed})`

describe.skipIf(noOwnPostgres !== undefined)(noOwnPostgres ?? "Postgres", () => {
  it.live(what, () => Effect.scoped(tryPostgresRestarts(restarts)), 1_800_000)
})

describe.skipIf(noOwnRabbit !== undefined)(noOwnRabbit ?? "RabbitMQ", () => {
  it.live(what, () => Effect.scoped(tryRabbitRestarts(restarts)), 1_800_000)
})
