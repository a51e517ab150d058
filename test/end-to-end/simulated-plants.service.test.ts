// Two simulated plants with every kind of trouble: what Traveler and the ERP hold is what was predicted, before a repair
// and after it. A short version; the whole is in simulated-plants.full.test.ts.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { makePlant, startCore } from "../harness/processes.ts"
import { everyTrouble, tryCommands } from "./simulated-plants.ts"

const seed = Number(process.env.TRAVELER_TEST_SEED ?? 11)

it.live(
  `10,000 messages of a discrete and a process plant are as their ledger says (seed ${seed})`,
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      yield* startCore(plant)
      yield* tryCommands(plant, { seed, messages: 10_000, ...everyTrouble })
    }).pipe(Effect.scoped),
  600_000
)
