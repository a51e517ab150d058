// The whole of simulated-plants.service.test.ts: 100,000 messages of ten seeds, the core killed at random moments, and
// crashes of the broker and of Postgres. Of the full level: it takes hours. TRAVELER_TEST_SEED makes it that one seed,
// TRAVELER_TEST_MESSAGES a smaller run.
import { it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { describe } from "vitest"
import { chance } from "../../adapters/simulator/random.ts"
import { virtualHost } from "../harness/broker.ts"
import { temporaryDatabase } from "../harness/database.ts"
import { noOwnPostgres, noOwnRabbit, ownPostgres, ownRabbit } from "../harness/own-services.ts"
import { makePlant, makePlantAt, startCore } from "../harness/processes.ts"
import { restarting } from "./restarts.ts"
import { everyTrouble, tryDisturbed } from "./simulated-plants.ts"
import { killing } from "./troubled-plant.ts"

const one = process.env.TRAVELER_TEST_SEED
const seeds = one === undefined ? Array.from({ length: 10 }, (_, index) => index + 1) : [Number(one)]
const messages = Number(process.env.TRAVELER_TEST_MESSAGES ?? 100_000)
const deadlineMillis = 1_800_000
const times = 5

describe.each(seeds)("the simulated plants of seed %i", (seed) => {
  const mix = { seed, messages, ...everyTrouble }

  it.live(
    `the core killed at ${times} random moments`,
    () =>
      Effect.gen(function* () {
        const plant = yield* makePlant
        const moments = chance(seed)
        const disturb = killing(times, () => moments.between(1_000, 10_000))(plant).pipe(
          Effect.andThen(startCore(plant)),
          Effect.asVoid
        )
        yield* tryDisturbed(plant, { mix, deadlineMillis, spreadMillis: 0, disturb: () => disturb })
      }).pipe(Effect.scoped),
    3_600_000
  )
})

/** Crashes need less load, and as much time. */
const disturbed = { deadlineMillis, spreadMillis: times * 5_000 }
const crashMix = { seed: seeds[0] ?? 1, messages: Math.min(messages, 20_000), ...everyTrouble }
const restarts = { seed: crashMix.seed, times }

describe.skipIf(noOwnPostgres !== undefined)(noOwnPostgres ?? "Postgres", () => {
  it.live(
    `crashes ${times} times while the plants are played`,
    () =>
      Effect.gen(function* () {
        const postgres = yield* ownPostgres
        const broker = yield* virtualHost
        const plant = yield* makePlantAt({ databaseUrl: postgres.url, brokerUrl: Redacted.value(broker.url) })
        yield* tryDisturbed(plant, { mix: crashMix, ...disturbed, disturb: restarting(postgres, restarts) })
      }).pipe(Effect.scoped),
    3_600_000
  )
})

describe.skipIf(noOwnRabbit !== undefined)(noOwnRabbit ?? "RabbitMQ", () => {
  it.live(
    `crashes ${times} times while the plants are played`,
    () =>
      Effect.gen(function* () {
        const rabbit = yield* ownRabbit
        const database = yield* temporaryDatabase
        const plant = yield* makePlantAt({ databaseUrl: Redacted.value(database), brokerUrl: rabbit.url })
        yield* tryDisturbed(plant, { mix: crashMix, ...disturbed, disturb: restarting(rabbit, restarts) })
      }).pipe(Effect.scoped),
    3_600_000
  )
})
