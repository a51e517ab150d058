// Two made-up plants on a real ERP: their orders come from Tryton, what they report goes there, and in the end its own stock
// by lot is ours. Both are read by code of the tests' own, in JSON-RPC and in SQL.
import { it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { describe, expect } from "vitest"
import { noTryton, productionsOf, stockOf, Tryton, tryton } from "../adapters/erp/tryton.ts"
import { makePlant, type Plant, rows, traveler } from "../harness/processes.ts"

/** Lot → quantity: a lot by its number where it is the plant's own, else with its scope. */
const lotsOf = (plant: Plant, id: string) =>
  Effect.map(
    rows<{ readonly scope: string; readonly lot: string; readonly quantity: string }>(
      plant,
      `select scope, lot, trim_scale(on_hand)::text as quantity from lots.lot_balance
       where on_hand <> 0 and (scope = 'plant/' || $1 or scope not like 'plant/%' and starts_with(lot, $1 || '-'))`,
      [id]
    ),
    (found) =>
      found.map(({ lot, quantity, scope }) => [scope === `plant/${id}` ? lot : `${lot} (${scope})`, quantity] as const)
  )

const ordersOf = (plant: Plant, id: string) =>
  rows<{ readonly order: string }>(
    plant,
    `select order_id as "order" from orders.order_view where plant = $1 order by order_id`,
    [id]
  )

describe.skipIf(noTryton !== undefined)(noTryton ?? "Tryton", () => {
  it.live(
    "has the orders and, in the end, of each lot as much as Traveler",
    () =>
      Effect.gen(function* () {
        const made = yield* makePlant
        const { direct } = yield* Tryton
        const url = new URL(`/${direct.database}`, direct.origin)
        url.username = direct.user
        url.password = Redacted.value(direct.password)
        const plant = { ...made, environment: { ...made.environment, TRAVELER_TRYTON_URL: url.href } }
        const summary = JSON.parse(yield* traveler(plant, "demo", "--erp", "tryton", "--once", "--json"))
        expect(summary).toMatchObject({ chain: "ok", stock: { differences: [] } })

        const plants = yield* rows<{ readonly plant: string }>(plant, "select plant from plant order by plant")
        expect(plants).toHaveLength(2)
        for (const { plant: id } of plants) {
          const ours = yield* lotsOf(plant, id)
          expect(ours.length).toBeGreaterThan(5)
          expect(Object.entries(yield* stockOf(id)).sort()).toEqual(ours.toSorted())
          const states = (yield* productionsOf(id, "")).filter((production) => !production.includes("+"))
          for (const { order } of yield* ordersOf(plant, id)) expect(states).toContain(`${order}: done`)
        }
      }).pipe(Effect.provide(tryton), Effect.scoped),
    900_000
  )
})
