// Two made-up plants on a real ERP: their orders come from Tryton, what they report goes there, and in the end its own stock
// by lot is ours. Both are read by code of the tests' own, in JSON-RPC and in SQL. Used by the tests beside it.
import { Effect, Redacted, Schema } from "effect"
import { expect } from "vitest"
import { productionsOf, raw, Tryton, tryton } from "../adapters/erp/tryton.ts"
import { makePlant, type Plant, rows, traveler } from "../harness/processes.ts"

const decodeWarehouses = Schema.decodeUnknownSync(Schema.Array(Schema.Struct({ storage_location: Schema.Int })))
const decodeLots = Schema.decodeUnknownSync(
  Schema.Array(
    Schema.Struct({
      number: Schema.String,
      quantity: Schema.Finite,
      "product.": Schema.Struct({ code: Schema.String })
    })
  )
)

/** `<item> <lot>: <quantity>`: what Tryton says that it has in the plant's storage. */
const inTryton = Effect.fnUntraced(function* (id: string) {
  const domain = [
    ["type", "=", "warehouse"],
    ["code", "=", id]
  ]
  const [warehouse] = decodeWarehouses(
    yield* raw("model.stock.location.search_read", domain, 0, null, null, ["storage_location"], {})
  )
  const now = new Date()
  const today = { __class__: "date", year: now.getUTCFullYear(), month: now.getUTCMonth() + 1, day: now.getUTCDate() }
  const context = { company: 1, locations: [warehouse?.storage_location], stock_date_end: today }
  const fields = ["number", "quantity", "product.code"]
  const lots = decodeLots(
    yield* raw("model.stock.lot.search_read", [["quantity", "!=", 0]], 0, null, null, fields, context)
  )
  return lots.map(({ number, "product.": { code }, quantity }) => `${code} ${number}: ${quantity}`)
})

/** The same of Traveler: a lot by its number where it is the plant's own, else with its scope. */
const inTraveler = (plant: Plant, id: string) =>
  Effect.map(
    rows<{ readonly item: string; readonly scope: string; readonly lot: string; readonly quantity: string }>(
      plant,
      `select item, scope, lot, trim_scale(on_hand)::text as quantity from lots.lot_balance
       where on_hand <> 0 and (scope = 'plant/' || $1 or scope not like 'plant/%' and starts_with(lot, $1 || '-'))`,
      [id]
    ),
    (found) =>
      found.map(({ item, lot, quantity, scope }) => {
        const number = scope === `plant/${id}` ? lot : `${lot} (${scope})`
        return `${item} ${number}: ${quantity}`
      })
  )

const ordersOf = (plant: Plant, id: string) =>
  rows<{ readonly order: string }>(
    plant,
    `select order_id as "order" from orders.order_view where plant = $1 order by order_id`,
    [id]
  )

/** The demo with these words ends with Tryton and Traveler having the same. */
export const tryDemo = (...words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const made = yield* makePlant
    const { direct } = yield* Tryton
    const url = new URL(`/${direct.database}`, direct.origin)
    url.username = direct.user
    url.password = Redacted.value(direct.password)
    const plant = { ...made, environment: { ...made.environment, TRAVELER_TRYTON_URL: url.href } }
    const summary = JSON.parse(yield* traveler(plant, "demo", "--erp", "tryton", ...words, "--once", "--json"))
    expect(summary).toMatchObject({ chain: "ok", stock: { differences: [] } })

    const plants = yield* rows<{ readonly plant: string }>(plant, "select plant from plant order by plant")
    expect(plants).toHaveLength(2)
    for (const { plant: id } of plants) {
      const ours = yield* inTraveler(plant, id)
      expect(ours.length).toBeGreaterThan(5)
      expect((yield* inTryton(id)).toSorted()).toEqual(ours.toSorted())
      const states = (yield* productionsOf(id, "")).filter((production) => !production.includes("+"))
      for (const { order } of yield* ordersOf(plant, id)) expect(states).toContain(`${order}: done`)
    }
  }).pipe(Effect.provide(tryton), Effect.scoped)
