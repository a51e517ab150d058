// Tryton as its planner and its administrator use it: company, plants, items, orders, periods, and what is in stock. For
// scripts/tryton, demos and tests; the poster never uses it.
import { Effect, Schema } from "effect"
import type { OperationId, OrderId, PlantId } from "../../../core/plant/identifiers.ts"
import type { Quantity, Unit } from "../../../core/plant/quantity.ts"
import { dateOf, decimalOf } from "./answer.ts"
import { asking, searching } from "./ask.ts"
import { type Lookup, lookup, partnerCode } from "./lookup.ts"
import { sequenceOfOperation } from "./operations.ts"
import { decimalOfNumber } from "./quantities.ts"
import { rpc, type TrytonOptions } from "./rpc.ts"
import { symbolOf, unitOf } from "./units.ts"

export class PlannerRefused extends Schema.TaggedError<PlannerRefused>()("PlannerRefused", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

export interface OrderRelease {
  readonly plant: PlantId
  readonly orderId: OrderId
  readonly itemId: string
  readonly quantity: Quantity
  /** Their sequence is their number, as in `10`; without any there is no routing. */
  readonly operations?: ReadonlyArray<OperationId>
}

export interface LotInStock {
  readonly itemId: string
  /** Its number in Tryton. */
  readonly lot: string
  readonly quantity: string
  readonly unit: string
}

/** Units of weight, length, volume and time hold so many digits: Tryton's two are too few for a plant. */
const digits = 4
const countedUnit = "u"

const Id = Schema.Struct({ id: Schema.Int })
const Ids = Schema.NonEmptyArray(Schema.Int)
const outputNames = ["product", "outputs", "works"]
const PlannedOutput = Schema.Struct({
  product: Schema.Int,
  outputs: Schema.Array(Schema.Int),
  works: Schema.Array(Schema.Int)
})
type Values = Readonly<Record<string, unknown>>

const reasonOf = (failure: {
  readonly _tag: string
  readonly reason?: string
  readonly text?: string
  readonly message?: string
}) => new PlannerRefused({ reason: failure.reason ?? failure.text ?? failure.message ?? failure._tag })

export const trytonPlanner = Effect.fnUntraced(function* (options: TrytonOptions) {
  const { call } = yield* rpc(options)
  const ask = asking(call)
  const search = searching(ask)
  const known: Lookup = lookup(ask, search)

  const tell = (method: string, ...parameters: ReadonlyArray<unknown>) =>
    Effect.mapError(call(method, parameters), reasonOf)
  const one = (model: string, domain: ReadonlyArray<unknown>) =>
    search(Id, model, domain, []).pipe(
      Effect.mapError(reasonOf),
      Effect.map(([found]) => found?.id)
    )
  const create = (model: string, values: Values) =>
    Effect.flatMap(tell(`model.${model}.create`, [values]), (answer) =>
      Schema.decodeUnknownEffect(Ids)(answer).pipe(
        Effect.map(([id]) => id),
        Effect.mapError(reasonOf)
      )
    )
  /** What is there already is left as it is. */
  const ensure = Effect.fnUntraced(function* (model: string, domain: ReadonlyArray<unknown>, values: Values) {
    return (yield* one(model, domain)) ?? (yield* create(model, values))
  })

  const unit = Effect.fnUntraced(function* (code: Unit) {
    const id = yield* one("product.uom", [["symbol", "=", symbolOf(code) ?? code]])
    return id ?? (yield* new PlannerRefused({ reason: `Tryton has no unit for ${code}` }))
  })

  /** A company with one employee, the partner that stands for all others, and units with enough digits. */
  const addCompany = Effect.gen(function* () {
    const currency = yield* ensure("currency.currency", [["code", "=", "EUR"]], {
      name: "Euro",
      code: "EUR",
      numeric_code: "978",
      symbol: "€",
      rounding: decimalOf("0.01"),
      digits: 2,
      rates: [["create", [{ date: dateOf("2020-01-01"), rate: decimalOf("1") }]]]
    })
    const party = yield* ensure("party.party", [["code", "=", "PLANT"]], {
      name: "Traveler Manufacturing",
      code: "PLANT"
    })
    const company = yield* ensure("company.company", [["party", "=", party]], { party, currency })
    const person = yield* ensure("party.party", [["code", "=", "MES"]], { name: "Traveler", code: "MES" })
    const employee = yield* ensure("company.employee", [["party", "=", person]], { party: person, company })
    yield* ensure("party.party", [["code", "=", partnerCode]], {
      name: "Supplier or customer, as Traveler was told",
      code: partnerCode,
      addresses: [["create", [{ street: "-" }]]]
    })
    const user = yield* one("res.user", [["login", "=", options.user]])
    yield* tell("model.res.user.write", [user], {
      companies: [["add", [company]]],
      company,
      employees: [["add", [employee]]],
      employee
    })
    const units = yield* Effect.mapError(known.units, reasonOf)
    const coarse = units.filter((uom) => uom.symbol !== countedUnit && uom.digits < digits).map(({ id }) => id)
    if (coarse.length > 0) yield* tell("model.product.uom.write", coarse, { digits, rounding: 10 ** -digits })
  })

  const location = (name: string, type: string) =>
    ensure("stock.location", [["code", "=", name]], { name, code: name, type })

  /** A warehouse of that code, with a production and a place for waste of its own. */
  const addPlant = Effect.fnUntraced(function* (plant: PlantId) {
    const there = yield* one("stock.location", [
      ["type", "=", "warehouse"],
      ["code", "=", plant]
    ])
    if (there !== undefined) return
    const [storage, input, output] = yield* Effect.forEach(["storage", "input", "output"], (name) =>
      location(`${plant} ${name}`, "storage")
    )
    const production = yield* location(`${plant} production`, "production")
    const waste = yield* location(`${plant} waste`, "lost_found")
    yield* create("stock.location", {
      name: plant,
      code: plant,
      type: "warehouse",
      storage_location: storage,
      input_location: input,
      output_location: output,
      production_location: production,
      lost_found_location: waste,
      waste_locations: [["add", [waste]]]
    })
  })

  /** With lots or without, as each movement says. */
  const addItem = Effect.fnUntraced(function* (itemId: string, kept: Unit, description = itemId) {
    if ((yield* one("product.product", [["code", "=", itemId]])) !== undefined) return
    yield* create("product.template", {
      name: description,
      code: itemId,
      type: "goods",
      default_uom: yield* unit(kept),
      cost_price_method: "fixed",
      list_price: decimalOf("1"),
      producible: true,
      products: [["create", [{ cost_price: decimalOf("1") }]]]
    })
  })

  const product = Effect.fnUntraced(function* (itemId: string) {
    const [found] = yield* Effect.mapError(known.products([itemId]), reasonOf)
    return found ?? (yield* new PlannerRefused({ reason: `Tryton has no product ${itemId}` }))
  })

  const changeItem = Effect.fnUntraced(function* (itemId: string, description: string) {
    const id = yield* one("product.template", [["products.code", "=", itemId]])
    yield* tell("model.product.template.write", [id], { name: description })
  })

  /** A bill for the item alone and a routing of these operations, each by itself: a routing is of a bill. */
  const routing = Effect.fnUntraced(function* (itemId: string, operations: ReadonlyArray<OperationId>) {
    const { default_uom: uom, id } = yield* product(itemId)
    const bom = yield* ensure("production.bom", [["name", "=", itemId]], {
      name: itemId,
      outputs: [["create", [{ product: id, uom, quantity: 1 }]]]
    })
    const name = `${itemId}: ${operations.join(" ")}`
    const steps = yield* Effect.forEach(operations, (operationId) =>
      Effect.map(
        ensure("production.routing.operation", [["name", "=", operationId]], { name: operationId }),
        (operation) => ({ operation, sequence: sequenceOfOperation(operationId) })
      )
    )
    const planned = yield* ensure("production.routing", [["name", "=", name]], {
      name,
      boms: [["add", [bom]]],
      steps: [["create", steps]]
    })
    return { bom, routing: planned }
  })

  /** Waiting, with its planned output: for Tryton that is released. */
  const releaseOrder = Effect.fnUntraced(function* ({
    itemId,
    operations = [],
    orderId,
    plant,
    quantity
  }: OrderRelease) {
    const warehouse = yield* Effect.mapError(known.warehouse(plant), reasonOf)
    const { production_location: production, storage_location: storage } = warehouse
    const made = yield* product(itemId)
    const uom = yield* unit(quantity.unit)
    const planned = Number(quantity.value)
    const workCenter = yield* ensure("production.work.center", [["name", "=", plant]], {
      name: plant,
      warehouse: warehouse.id
    })
    const id = yield* create("production", {
      number: orderId,
      warehouse: warehouse.id,
      location: production,
      product: made.id,
      quantity: planned,
      uom,
      work_center: workCenter,
      ...(operations.length === 0 ? {} : yield* routing(itemId, operations)),
      outputs: [
        [
          "create",
          [
            {
              product: made.id,
              quantity: planned,
              uom,
              from_location: production,
              to_location: storage,
              unit_price: decimalOf("0")
            }
          ]
        ]
      ]
    })
    yield* tell("model.production.wait", [id])
    return id
  })

  const production = Effect.fnUntraced(function* (plant: PlantId, orderId: OrderId) {
    return yield* one("production", [
      ["number", "=", orderId],
      ["warehouse.code", "=", plant],
      ["product", "!=", null]
    ])
  })

  const changeOrder = Effect.fnUntraced(function* (plant: PlantId, orderId: OrderId, quantity: number) {
    yield* tell("model.production.write", [yield* production(plant, orderId)], { quantity })
  })

  const cancelOrder = Effect.fnUntraced(function* (plant: PlantId, orderId: OrderId) {
    yield* tell("model.production.cancel", [yield* production(plant, orderId)])
  })

  /** By hand, all that was planned, into this lot. */
  const makeOrder = Effect.fnUntraced(function* (plant: PlantId, orderId: OrderId, lot: string) {
    const id = yield* production(plant, orderId)
    const values = yield* Effect.mapError(search(PlannedOutput, "production", [["id", "=", id]], outputNames), reasonOf)
    for (const { outputs, product, works } of values) {
      yield* tell("model.stock.move.write", outputs, { lot: yield* create("stock.lot", { product, number: lot }) })
      yield* tell("model.production.assign_force", [id])
      yield* tell("model.production.run", [id])
      for (const work of works) {
        const cycle = yield* create("production.work.cycle", { work, duration: { __class__: "timedelta", seconds: 0 } })
        yield* tell("model.production.work.cycle.run", [cycle])
        yield* tell("model.production.work.cycle.do", [cycle])
      }
      yield* tell("model.production.done", [id])
    }
    return id
  })

  /** Of the whole company: nothing more is posted on that day or before. */
  const closePeriod = Effect.fnUntraced(function* (day: string) {
    yield* tell("model.stock.period.close", [yield* create("stock.period", { date: dateOf(day) })])
  })

  const openPeriods = Effect.gen(function* () {
    const closed = yield* Effect.mapError(search(Id, "stock.period", [["state", "=", "closed"]], []), reasonOf)
    const ids = closed.map(({ id }) => id)
    if (ids.length === 0) return
    yield* tell("model.stock.period.draft", ids)
    yield* tell("model.stock.period.delete", ids)
  })

  /** A count: so much of the lot is in the plant's storage from today on. */
  const countLot = Effect.fnUntraced(function* (plant: PlantId, itemId: string, number: string, quantity: number) {
    const { storage_location: storage } = yield* Effect.mapError(known.warehouse(plant), reasonOf)
    const { id } = yield* product(itemId)
    const lot = yield* ensure(
      "stock.lot",
      [
        ["product", "=", id],
        ["number", "=", number]
      ],
      { product: id, number }
    )
    const inventory = yield* create("stock.inventory", {
      location: storage,
      date: dateOf(yield* Effect.mapError(known.today, reasonOf)),
      empty_quantity: "keep",
      lines: [["create", [{ product: id, lot, quantity }]]]
    })
    yield* tell("model.stock.inventory.confirm", [inventory])
  })

  /** In the plant's storage, by lot; nothing of material without a number. */
  const stockByLot = Effect.fnUntraced(function* (plant: PlantId) {
    const { storage_location: storage } = yield* Effect.mapError(known.warehouse(plant), reasonOf)
    const today = dateOf(yield* Effect.mapError(known.today, reasonOf))
    const Lot = Schema.Struct({
      number: Schema.String,
      quantity: Schema.Finite,
      "product.": Schema.Struct({ code: Schema.String }),
      "default_uom.": Schema.Struct({ symbol: Schema.String })
    })
    const rows = yield* Effect.mapError(
      search(Lot, "stock.lot", [["quantity", "!=", 0]], ["number", "quantity", "product.code", "default_uom.symbol"], {
        locations: [storage],
        stock_date_end: today
      }),
      reasonOf
    )
    return rows.map(
      (row): LotInStock => ({
        itemId: row["product."].code,
        lot: row.number,
        quantity: decimalOfNumber(row.quantity) ?? String(row.quantity),
        unit: unitOf(row["default_uom."].symbol) ?? row["default_uom."].symbol
      })
    )
  })

  return {
    addCompany,
    addPlant,
    addItem,
    changeItem,
    releaseOrder,
    changeOrder,
    cancelOrder,
    makeOrder,
    closePeriod,
    openPeriods,
    countLot,
    stockByLot
  }
})

export type TrytonPlanner = Effect.Success<ReturnType<typeof trytonPlanner>>
