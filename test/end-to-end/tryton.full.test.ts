// The whole of tryton.service.test.ts: the demo on Tryton as a person starts it. Of the full level: it takes minutes.
// TRAVELER_TEST_SEED plays other plants.
import { it } from "@effect/vitest"
import { describe } from "vitest"
import { noTryton } from "../adapters/erp/tryton.ts"
import { tryDemo } from "./tryton.ts"

const seed = process.env.TRAVELER_TEST_SEED ?? "7"

describe.skipIf(noTryton !== undefined)(noTryton ?? "Tryton", () => {
  it.live(
    `has the orders and, in the end, of each lot as much as Traveler (seed ${seed})`,
    () => tryDemo("--seed", seed),
    900_000
  )
})
