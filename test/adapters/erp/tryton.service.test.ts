// Tryton and its client pass the contract of the port; an order is posted once, whatever breaks on the way, and the stock of
// each lot is exact. What takes longer is in tryton.full.test.ts.
import { describe, expect, layer } from "@effect/vitest"
import { Effect, Fiber, Layer, Option } from "effect"
import { asksAgain } from "../../../adapters/erp/tryton/ask.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { OrderId } from "../../../core/plant/identifiers.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { Erp, type HeldDocument } from "../../../core/port/erp.ts"
import { ErpControls, soon } from "../../erp/controls.ts"
import { erpContract } from "../../erp/tck.ts"
import { noTryton, productionsOf, raw, stockOf, Tryton, trytonWorld, workedSeconds } from "./tryton.ts"
import { endsInTime, shipsOnce } from "./tryton-cut.ts"
import { afterGroup, aPreparedPlant, documents, line, movement, prepare } from "./tryton-plant.ts"

const pumps = (value: string) => ({ value: fromText(value), unit: Unit.make("EA") })

/** An order that its planner releases and makes himself. */
const byHand = OrderId.make("O-9")

const controls = Layer.effect(
  ErpControls,
  Effect.map(Tryton, (tryton) => {
    const { planner, proxy } = tryton
    return {
      prepare: (plant) => Effect.orDie(Effect.provideService(prepare(plant), Tryton, tryton)),
      // Of the company, so of every plant.
      closePeriod: (_plant, day) => Effect.orDie(planner.closePeriod(day)),
      openPeriods: () => Effect.orDie(planner.openPeriods),
      lockOrder: () => Effect.die("Nobody locks an order in Tryton"),
      letFinalBeLast: () => Effect.die("Tryton takes no confirmations"),
      loseNextAnswer: () => Effect.asVoid(proxy.cutWhen("model.production.done", "after the answer")),
      // However often it asks.
      failNext: () =>
        Effect.forEach(
          Array.from({ length: asksAgain + 1 }),
          () => proxy.cutWhen("search_read", "before the service"),
          {
            discard: true
          }
        ),
      changeItem: (_plant, itemId, description) =>
        Effect.orDie(
          Effect.andThen(
            planner.addItem(itemId, Unit.make("KGM"), description),
            planner.changeItem(itemId, description)
          )
        ),
      releaseOrder: (plant) =>
        Effect.orDie(
          Effect.as(planner.releaseOrder({ plant, orderId: byHand, itemId: "PUMP", quantity: pumps("12") }), byHand)
        ),
      completeOrder: (plant, orderId) => Effect.orDie(Effect.asVoid(planner.makeOrder(plant, orderId, "P-9"))),
      postByHand: (plant) =>
        Effect.map(
          Effect.orDie(planner.makeOrder(plant, OrderId.make("O-1"), `P-${plant}`)),
          (id): HeldDocument => ({
            document: `production,${id}`,
            kind: "group",
            content: {
              orderId: OrderId.make("O-1"),
              movements: [line(plant, "productReceipt", "in", "PUMP", `P-${plant}`, "12")]
            },
            postingDate: new Date().toISOString().slice(0, 10)
          })
        ),
      cancelByHand: () => Effect.die("Tryton cancels nothing that is done")
    }
  })
)

describe.skipIf(noTryton !== undefined)(noTryton ?? "Tryton", () => {
  erpContract(
    "tryton",
    Layer.provideMerge(controls, trytonWorld()),
    {
      documents,
      changes: "last",
      closedPeriods: true,
      // Nobody locks an order there: a transaction that is in another's way is repeated.
      lockedOrders: false,
      // It takes no confirmations, so none is the last.
      finalIsLast: false,
      lostAnswers: true,
      outages: true,
      books: new Set(["documentsOf", "openOrders", "stock", "available"]),
      // Nothing that is done.
      cancelsByHand: false
    },
    "300 seconds"
  )

  layer(trytonWorld(), { timeout: "300 seconds", excludeTestServices: true })("what Tryton does", (it) => {
    it.effect("takes the planner's order over; what is reported later goes into a production that names it", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const plant = yield* aPreparedPlant
        yield* erp.post(documents.group(plant, "O-1", 2), soon())
        expect(yield* productionsOf(plant, "O-1")).toEqual(["O-1: done"])
        expect(yield* stockOf(plant)).toEqual(afterGroup)
        expect(yield* workedSeconds(plant, "O-1")).toMatchObject([{ seconds: 5_400 }, { seconds: 0 }])
        const later = documents.group(plant, "O-1", 7)
        const number = yield* erp.post(later, soon())
        expect(Option.getOrThrow(yield* erp.readBack(number)).content.orderId).toBe("O-1")
        expect(yield* productionsOf(plant, "O-1")).toEqual(["O-1: done", "O-1 +7: done"])
        expect(yield* stockOf(plant)).toEqual({ "L-1": "96.25", "PU-1": "20", "PU-2": "2" })
        const held = yield* erp.documentsOf(plant, OrderId.make("O-1"))
        expect(held.map(({ key }) => key)).toEqual([documents.group(plant, "O-1", 2).key, later.key])
        const stock = (yield* erp.stock(plant)).map(({ itemId, lotId, quantity, scope }) => [
          `${itemId} ${lotId ?? "without number"}`,
          `${quantity.value} ${quantity.unit} ${scope ?? ""}`
        ])
        expect(Object.fromEntries(stock)).toEqual({
          "STEEL L-1": `96.25 KGM plant/${plant}`,
          "PUMP PU-1": `20 EA plant/${plant}`,
          "PUMP PU-2": `2 EA plant/${plant}`,
          "OIL without number": "-4.25 LTR "
        })
      })
    )

    it.effect("goes on after a crash (kill -9) between two steps: one production, exact stock", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { kill, proxy, start } = yield* Tryton
        const plant = yield* aPreparedPlant
        const document = documents.group(plant, "O-1", 2)
        const ranAlready = yield* proxy.cutWhen("model.production.done", "before the service")
        const posting = yield* Effect.forkChild(Effect.flip(erp.post(document, soon())))
        yield* ranAlready
        yield* kill
        expect((yield* Fiber.join(posting))._tag).toBe("OutcomeUnknown")
        expect((yield* Effect.flip(erp.post(document, soon())))._tag).toBe("TechnicalFailure")
        yield* start
        expect(yield* productionsOf(plant, "O-1")).toEqual(["O-1: running"])
        expect(Option.isNone(yield* erp.findByKey(document.key))).toBe(true)
        const number = yield* erp.post(document, soon())
        expect(Option.getOrThrow(yield* erp.findByKey(document.key)).document).toBe(number)
        expect(yield* productionsOf(plant, "O-1")).toEqual(["O-1: done"])
        expect(yield* stockOf(plant)).toEqual(afterGroup)
      })
    )

    it.effect("refuses what a lot hasn't, although its product has it in another lot", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const plant = yield* aPreparedPlant
        yield* erp.post(movement(plant, 1, [line(plant, "supplierReceipt", "in", "STEEL", "L-2", "500")]), soon())
        const document = {
          ...documents.group(plant, "O-1", 2),
          movements: [line(plant, "goodsIssue", "out", "STEEL", "L-1", "100.625")]
        }
        expect(yield* Effect.flip(erp.post(document, soon()))).toMatchObject({
          _tag: "BusinessRuleViolation",
          value: "DEFICIT",
          reason: "Lot L-1 of STEEL: 100.625 kg are needed, 100.5 kg are there"
        })
        expect(yield* productionsOf(plant, "O-1")).toEqual(["O-1: waiting"])
        expect(yield* stockOf(plant)).toEqual({ "L-1": "100.5", "L-2": "500" })
      })
    )

    it.effect("refuses what Tryton wouldn't move without a lot, before anything is moved", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const plant = yield* aPreparedPlant
        const templates = yield* raw(
          "model.product.template.search",
          [["products.code", "=", "OIL"]],
          0,
          null,
          null,
          {}
        )
        yield* raw("model.product.template.write", templates, { lot_required: ["production", "storage"] }, {})
        const document = documents.group(plant, "O-1", 2)
        const refusal = yield* Effect.flip(erp.post(document, soon()))
        yield* raw("model.product.template.write", templates, { lot_required: [] }, {})
        expect(refusal).toMatchObject({ _tag: "DataQualityIssue", field: "lotId", value: "LOT_MISSING" })
        expect(yield* productionsOf(plant, "O-1")).toEqual(["O-1: waiting"])
        yield* erp.post(document, soon())
      })
    )

    it.effect("refuses what a unit's rounding would make another quantity of in stock", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const plant = yield* aPreparedPlant
        const units = yield* raw("model.product.uom.search", [["symbol", "=", "kg"]], 0, null, null, {})
        yield* raw("model.product.uom.write", units, { rounding: 0.01 }, {})
        const refusal = yield* Effect.flip(erp.post(documents.group(plant, "O-1", 2), soon()))
        yield* raw("model.product.uom.write", units, { rounding: 0.0001 }, {})
        expect(refusal).toMatchObject({ _tag: "DataQualityIssue", field: "quantity", value: "2.125" })
      })
    )

    it.effect("ships once although the last answer is lost; of a lot that was made nothing is in doubt", () =>
      shipsOnce(["done"])
    )

    it.effect("ends in its time, although that cuts it off, and is gone on with", () => endsInTime([200]))

    it.effect("tells of orders that a planner released, changed and cancelled, and never of what was posted", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { planner } = yield* Tryton
        const plant = yield* aPreparedPlant
        const orders = Effect.fnUntraced(function* (after?: string) {
          const { changes, cursor } = yield* erp.changes(plant, after)
          const told = changes.filter(({ type }) => type.startsWith("ProductionOrder"))
          return { cursor, told: told.map(({ body, type }) => ({ type, ...JSON.parse(body) })) }
        })
        const released = yield* orders()
        expect(released.told).toMatchObject([
          {
            type: "ProductionOrderReleased",
            orderId: "O-1",
            itemId: "PUMP",
            quantity: { value: "12", unit: "EA" },
            operations: [{ operationId: "10" }, { operationId: "20" }]
          }
        ])
        yield* planner.changeOrder(plant, OrderId.make("O-1"), 15)
        const changed = yield* orders(released.cursor)
        expect(changed.told).toMatchObject([{ type: "ProductionOrderReleased", quantity: { value: "15" } }])
        yield* erp.post(documents.group(plant, "O-1", 2), soon())
        expect((yield* orders(changed.cursor)).told).toEqual([])
        const orderId = OrderId.make("O-2")
        const quantity = { value: fromText("3"), unit: Unit.make("EA") }
        yield* planner.releaseOrder({ plant, orderId, itemId: "PUMP", quantity })
        yield* planner.cancelOrder(plant, orderId)
        expect((yield* orders(changed.cursor)).told).toMatchObject([
          { type: "ProductionOrderCancelled", orderId: "O-2" }
        ])
      })
    )
  })
})
