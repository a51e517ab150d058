// The whole of troubled-plant.service.test.ts: 100,000 messages, and a core that is killed at ten random moments. Of the
// full level: it takes minutes. TRAVELER_TEST_SEED repeats a run, TRAVELER_TEST_ORDERS makes a smaller one.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { chance } from "../../adapters/simulator/random.ts"
import { makePlant, startCore } from "../harness/processes.ts"
import { killing, tryPlant } from "./troubled-plant.ts"

const seed = Number(process.env.TRAVELER_TEST_SEED ?? Date.now() % 1_000_000_000)
/** Some 16 messages an order, duplicates among them. */
const orders = Number(process.env.TRAVELER_TEST_ORDERS ?? 6_200)
const kills = 10

it.live(
  `${orders} orders with every kind of trouble, the core killed at ${kills} random moments (seed ${seed})`,
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      const moments = chance(seed)
      const disturb = killing(kills, () => moments.between(200, 4_000))(plant).pipe(Effect.andThen(startCore(plant)))
      const begun = performance.now()
      const published = yield* tryPlant(plant, {
        seed,
        orders,
        deadlineMillis: 1_500_000,
        disturb: () => Effect.asVoid(disturb)
      })
      expect(published).toBeGreaterThan(orders * 14)
      yield* Effect.log(`${published} messages in ${Math.round((performance.now() - begun) / 1_000)} s, seed ${seed}`)
    }).pipe(Effect.scoped),
  3_600_000
)
