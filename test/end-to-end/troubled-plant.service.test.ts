// Duplicates, late and broken messages, and a core that is killed: nothing is lost, doubled or wrong. A short version;
// the whole is in troubled-plant.full.test.ts.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { makePlant, startCore } from "../harness/processes.ts"
import { killing, tryPlant } from "./troubled-plant.ts"

/** In seed 7 two orders go over their plan only by a message that was broken and is mended later. */
const seed = Number(process.env.TRAVELER_TEST_SEED ?? 7)

it.live(
  `2,000 messages with every kind of trouble, the core killed meanwhile (seed ${seed})`,
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      const disturb = killing(1, () => 2_500)(plant).pipe(Effect.andThen(startCore(plant)), Effect.asVoid)
      yield* tryPlant(plant, { seed, orders: 120, deadlineMillis: 100_000, disturb: () => disturb })
    }).pipe(Effect.scoped),
  300_000
)
