// Two made-up plants on a real ERP: their orders come from Tryton, what they report goes there, and in the end its own stock
// by lot is ours. Read by code of this test's own, over JSON-RPC and in SQL.
import { it } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import { describe, expect } from "vitest"
import type { TrytonOptions } from "../../adapters/erp/tryton/client.ts"
import { noTryton, Tryton, trytonServer } from "../adapters/erp/tryton.ts"
import { makePlant, type Plant, rows, traveler } from "../harness/processes.ts"

const Answer = Schema.Struct({ result: Schema.Unknown })
const decodeAnswer = Schema.decodeUnknownSync(Answer)
const Named = Schema.Struct({ code: Schema.String })
const decodeWarehouses = Schema.decodeUnknownSync(
  Schema.Array(Schema.Struct({ code: Schema.NullOr(Schema.String), storage_location: Schema.Int }))
)
const decodeLots = Schema.decodeUnknownSync(
  Schema.Array(Schema.Struct({ number: Schema.String, quantity: Schema.Finite, "product.": Named }))
)
const decodeProductions = Schema.decodeUnknownSync(
  Schema.Array(Schema.Struct({ number: Schema.String, state: Schema.String, "warehouse.": Named }))
)

/** What Tryton answers to a model's method, as its administrator. */
const asked = async (
  { database, origin, password, user }: TrytonOptions,
  method: string,
  ...params: ReadonlyArray<unknown>
) => {
  const authorization = `Basic ${Buffer.from(`${user}:${Redacted.value(password)}`).toString("base64")}`
  const response = await fetch(`${origin}/${database}/`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ id: 1, method, params })
  })
  return decodeAnswer(await response.json()).result
}

/** `<plant> <item> <lot>` → quantity, of all that isn't nothing. */
const inTryton = async (tryton: TrytonOptions) => {
  const stock = new Map<string, number>()
  const found = await asked(
    tryton,
    "model.stock.location.search_read",
    [["type", "=", "warehouse"]],
    0,
    null,
    null,
    ["code", "storage_location"],
    {}
  )
  for (const { code, storage_location } of decodeWarehouses(found)) {
    if (code === null || !code.startsWith("demo-")) continue
    const now = new Date()
    const today = { __class__: "date", year: now.getFullYear(), month: now.getMonth() + 1, day: now.getDate() }
    const context = { locations: [storage_location], stock_date_end: today }
    const lots = decodeLots(
      await asked(
        tryton,
        "model.stock.lot.search_read",
        [],
        0,
        null,
        null,
        ["number", "quantity", "product.code"],
        context
      )
    )
    for (const { number, quantity, "product.": product } of lots) {
      if (quantity !== 0) stock.set(`${code} ${product.code} ${number}`, Number(quantity.toFixed(6)))
    }
  }
  return stock
}

/** The same of Traveler: a lot's number is unique in its plant, or has its scope beside it. */
const inTraveler = (plant: Plant) =>
  Effect.map(
    rows<{ readonly scope: string; readonly item: string; readonly lot: string; readonly quantity: number }>(
      plant,
      "select scope, item, lot, on_hand::float8 as quantity from lots.lot_balance where on_hand <> 0"
    ),
    (balances) =>
      new Map(
        balances.map(({ item, lot, quantity, scope }) => {
          // What isn't of one plant has the plant in its number.
          const [, at = /^(demo-[a-z]+-[a-z0-9]+)-/.exec(lot)?.[1]] = /^plant\/(.+)$/.exec(scope) ?? []
          const number = scope === `plant/${at}` ? lot : `${lot} (${scope})`
          return [`${at} ${item} ${number}`, quantity] as const
        })
      )
  )

describe.skipIf(noTryton !== undefined)(noTryton ?? "Tryton", () => {
  it.live(
    "has the orders, and in the end of each lot as much as Traveler",
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
        const ours = yield* inTraveler(plant)
        expect(ours.size).toBeGreaterThan(20)
        expect(yield* Effect.promise(() => inTryton(direct))).toEqual(ours)

        const orders = yield* rows<{ readonly id: string }>(
          plant,
          "select plant || ' ' || order_id as id from orders.order_view"
        )
        const productions = yield* Effect.promise(() =>
          asked(
            direct,
            "model.production.search_read",
            [["product", "!=", null]],
            0,
            null,
            null,
            ["number", "state", "warehouse.code"],
            {}
          )
        )
        const states = decodeProductions(productions).map(
          ({ number, state, "warehouse.": { code } }) => `${code} ${number} ${state}`
        )
        expect(states.sort()).toEqual(orders.map(({ id }) => `${id} done`).sort())
      }).pipe(Effect.provide(trytonServer), Effect.scoped),
    900_000
  )
})
