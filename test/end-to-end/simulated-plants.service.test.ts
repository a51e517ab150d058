// Two simulated plants with every kind of trouble: what Traveler and the ERP hold is what was predicted, before a repair
// and after it. A short version; the whole is in simulated-plants.full.test.ts.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { describe } from "vitest"
import { makePlant, startCore } from "../harness/processes.ts"
import { everyTrouble, tryCommands, tryDisturbed } from "./simulated-plants.ts"
import { killing } from "./troubled-plant.ts"

const seed = Number(process.env.TRAVELER_TEST_SEED ?? 11)

// One after the other: each core takes 27 of the hundred connections that a Postgres allows by default.
describe("two plants", () => {
  it.live(
    `5,000 messages of a discrete and a process plant are as their ledger says (seed ${seed})`,
    () =>
      Effect.gen(function* () {
        const plant = yield* makePlant
        yield* startCore(plant)
        yield* tryCommands(plant, { seed, messages: 5_000, ...everyTrouble })
      }).pipe(Effect.scoped),
    600_000
  )

  it.live(
    `so are 2,000 where the ERP takes all that an order reports in one document, with the core killed twice`,
    () =>
      Effect.gen(function* () {
        const made = yield* makePlant
        // Balances below zero, which are looked at again after a minute, are the other test's.
        const own = { TRAVELER_ORDER_POSTINGS: "together", TRAVELER_NEGATIVE_STOCK: "allowed" }
        const plant = { ...made, environment: { ...made.environment, ...own } }
        yield* tryDisturbed(plant, {
          mix: { seed, messages: 2_000, ...everyTrouble },
          deadlineMillis: 120_000,
          spreadMillis: 8_000,
          disturb: () => killing(2, () => 3_000)(plant).pipe(Effect.andThen(startCore(plant)), Effect.asVoid)
        })
      }).pipe(Effect.scoped),
    600_000
  )
})
