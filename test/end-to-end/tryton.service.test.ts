// The demo on a real ERP. A short version; the whole is in tryton.full.test.ts.
import { it } from "@effect/vitest"
import { describe } from "vitest"
import { noTryton } from "../adapters/erp/tryton.ts"
import { tryDemo } from "./tryton.ts"

const seed = process.env.TRAVELER_TEST_SEED ?? "7"

describe.skipIf(noTryton !== undefined)(noTryton ?? "Tryton", () => {
  it.live(
    `has the orders and, in the end, of each lot as much as Traveler (seed ${seed})`,
    () => tryDemo("--seed", seed, "--messages", "100"),
    900_000
  )
})
