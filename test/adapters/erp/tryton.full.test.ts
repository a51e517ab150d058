// The whole of tryton.service.test.ts: what is given up, cancelled or begun by others, whichever answer is lost, however often
// Tryton is killed, wherever a document is cut off, and each sort of movement. Of the full level: it takes minutes.
import { describe, expect, layer } from "@effect/vitest"
import { Effect, Fiber, Option, Schedule } from "effect"
import { fromText } from "../../../core/plant/decimal.ts"
import { OrderId } from "../../../core/plant/identifiers.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { type Document, Erp } from "../../../core/port/erp.ts"
import { soon } from "../../erp/controls.ts"
import { reversal } from "../../erp/documents.ts"
import { noTryton, productionsOf, raw, stockOf, Tryton, trytonWorld } from "./tryton.ts"
import { endsInTime, shipsOnce } from "./tryton-cut.ts"
import { afterGroup, aPreparedPlant, documents, line, movement } from "./tryton-plant.ts"

describe.skipIf(noTryton !== undefined)(noTryton ?? "Tryton", () => {
  layer(trytonWorld(), { timeout: "300 seconds", excludeTestServices: true })("what Tryton does", (it) => {
    it.effect("leaves out scrap that is taken back of an earlier document", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const plant = yield* aPreparedPlant
        yield* erp.post(documents.group(plant, "O-1", 2), soon())
        const { operations = [], ...first } = documents.group(plant, "O-1", 9)
        const { movements: _, ...late } = first
        const document = {
          ...late,
          operations: operations.map((operation) => ({ ...operation, takenBack: true as const }))
        }
        const number = yield* erp.post(document, soon())
        const { content } = Option.getOrThrow(yield* erp.readBack(number))
        expect(content).toEqual(erp.capabilities.inItsWords(document))
        expect(content).not.toHaveProperty("amounts")
        expect(yield* stockOf(plant)).toEqual(afterGroup)
        expect(yield* productionsOf(plant, "O-1")).toEqual(["O-1: done", "O-1 +9: done"])
      })
    )

    it.effect("puts another document in the place of one that was given up, unless that has moved something", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { proxy } = yield* Tryton
        const plant = yield* aPreparedPlant
        const stoppedBefore = Effect.fnUntraced(function* (button: string, document: Document) {
          yield* proxy.cutWhen(`model.production.${button}"`, "before the service")
          expect((yield* Effect.flip(erp.post(document, soon())))._tag).toBe("OutcomeUnknown")
        })
        const [first, second] = [documents.group(plant, "O-1", 2), documents.group(plant, "O-1", 5)]
        yield* stoppedBefore("run", first)
        expect(yield* productionsOf(plant, "O-1")).toEqual(["O-1: assigned"])
        yield* erp.post(second, soon())
        expect(yield* productionsOf(plant, "O-1")).toEqual(["O-1: done"])
        expect(Option.isNone(yield* erp.findByKey(first.key))).toBe(true)
        expect(yield* stockOf(plant)).toEqual(afterGroup)
        const [third, fourth] = [documents.group(plant, "O-1", 7), documents.group(plant, "O-1", 8)]
        yield* stoppedBefore("done", third)
        expect(yield* Effect.flip(erp.post(fourth, soon()))).toMatchObject({ value: "HALF_POSTED" })
        yield* erp.post(third, soon())
        yield* erp.post(fourth, soon())
        expect(yield* productionsOf(plant, "O-1")).toEqual(["O-1: done", "O-1 +7: done", "O-1 +8: done"])
      })
    )

    it.effect("leaves alone what another order has on its way, whose id begins with this one's", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { proxy } = yield* Tryton
        const plant = yield* aPreparedPlant
        // Neither is known to Tryton; the first is cut off before it has moved anything.
        const without = (order: string) => {
          const { operations: _, ...document } = documents.group(plant, order, 2)
          return document
        }
        yield* proxy.cutWhen('model.production.assign_force"', "before the service")
        expect((yield* Effect.flip(erp.post(without("A/B"), soon())))._tag).toBe("OutcomeUnknown")
        yield* erp.post(without("A"), soon())
        yield* erp.post(without("A/B"), soon())
        expect(yield* productionsOf(plant, "A")).toEqual(["A/B +2: done", "A +2: done"])
        expect(yield* stockOf(plant)).toMatchObject({ "L-1": "96.25", "PU-1": "20" })
      })
    )

    it.effect("says what to do about a record that was cancelled in Tryton", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { proxy } = yield* Tryton
        const plant = yield* aPreparedPlant
        const document = documents.group(plant, "O-1", 2)
        yield* proxy.cutWhen('model.production.assign_force"', "before the service")
        yield* Effect.flip(erp.post(document, soon()))
        const found = yield* raw("model.production.search", [["reference", "=", document.key]], 0, null, null, {})
        yield* raw("model.production.cancel", found, {})
        const refusal = yield* Effect.flip(erp.post(document, soon()))
        expect(refusal).toMatchObject({ _tag: "BusinessRuleViolation", value: "CANCELLED" })
        yield* raw("model.production.draft", found, {})
        yield* raw("model.production.write", found, { reference: "" }, {})
        yield* erp.post(document, soon())
        expect(yield* stockOf(plant)).toEqual(afterGroup)
      })
    )

    it.effect("leaves alone what somebody began in Tryton, and a reference of the planner's own", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { planner } = yield* Tryton
        const plant = yield* aPreparedPlant
        const id = yield* planner.releaseOrder({
          plant,
          orderId: OrderId.make("O-2"),
          itemId: "PUMP",
          quantity: { value: fromText("3"), unit: Unit.make("EA") }
        })
        const refusal = (order: string) => Effect.flip(erp.post(documents.group(plant, order, 2), soon()))
        yield* raw("model.production.write", [id], { reference: "for Mr. Smith" }, { company: 1 })
        expect(yield* refusal("O-2")).toMatchObject({ _tag: "BusinessRuleViolation", value: "REFERENCE_TAKEN" })
        yield* raw("model.production.write", [id], { reference: null }, { company: 1 })
        yield* raw("model.production.assign_force", [id], { company: 1 })
        expect(yield* refusal("O-2")).toMatchObject({ _tag: "BusinessRuleViolation", value: "ORDER_IN_HAND" })
        expect(yield* erp.documentsOf(plant, OrderId.make("O-2"))).toEqual([])
        expect((yield* erp.openOrders(plant)).map(({ orderId }) => orderId)).toEqual(["O-1", "O-2"])
        expect(yield* refusal("O-3")).toMatchObject({ _tag: "DataQualityIssue", field: "orderId" })
        expect(yield* stockOf(plant)).toEqual({ "L-1": "100.5" })
      })
    )

    it.effect("goes on with one production, and the stock is exact, whichever answer is lost", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { proxy } = yield* Tryton
        const steps = [
          "production.write",
          "production.assign_force",
          "production.run",
          "production.work.cycle.create",
          "production.work.cycle.do",
          "production.done"
        ]
        for (const step of steps) {
          const plant = yield* aPreparedPlant
          const document = documents.group(plant, "O-1", 2)
          const sprung = yield* proxy.cutWhen(`model.${step}"`, "after the answer")
          expect([step, (yield* Effect.flip(erp.post(document, soon())))._tag]).toEqual([step, "OutcomeUnknown"])
          yield* sprung
          const found = yield* erp.findByKey(document.key)
          expect([step, Option.isSome(found)]).toEqual([step, step === "production.done"])
          const number = yield* erp.post(document, soon())
          expect(Option.getOrThrow(yield* erp.findByKey(document.key)).document).toBe(number)
          expect(yield* productionsOf(plant, "O-1")).toEqual(["O-1: done"])
          expect([step, yield* stockOf(plant)]).toEqual([step, afterGroup])
        }
      })
    )

    it.effect("ships once, whichever answer is lost; of a lot that was made nothing is in doubt", () =>
      shipsOnce(["create", "wait", "assign_force", "pick", "pack", "done"])
    )

    it.effect("posts each document once, however often it is killed while it works", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { kill, start } = yield* Tryton
        const plant = yield* aPreparedPlant
        const documents = Array.from({ length: 8 }, (_, index) =>
          movement(plant, 10 + index, [
            line(plant, "lotTransfer", "out", "STEEL", "L-1", "1.125"),
            line(plant, "lotTransfer", "in", "STEEL", `S-${index}`, "1.125")
          ])
        )
        const killing = yield* Effect.forkChild(
          Effect.forEach([350, 700, 150, 500], (millis) =>
            Effect.sleep(millis).pipe(Effect.andThen(kill), Effect.andThen(start))
          )
        )
        const failures: Array<string> = []
        const numbers = yield* Effect.forEach(
          documents,
          (document) =>
            Effect.suspend(() => erp.post(document, soon())).pipe(
              Effect.tapError(({ _tag }) => Effect.sync(() => failures.push(_tag))),
              Effect.retry({ schedule: Schedule.spaced("100 millis"), times: 200 })
            ),
          { concurrency: 2 }
        )
        yield* Fiber.join(killing)
        yield* Effect.logInfo(`Failures on the way: ${failures.toSorted().join(" ")}`)
        expect(failures).not.toContain("BusinessRuleViolation")
        expect(failures).not.toContain("DataQualityIssue")
        expect(new Set(numbers).size).toBe(documents.length)
        const lots = documents.map((_, index) => [`S-${index}`, "1.125"])
        expect(yield* stockOf(plant)).toEqual({ "L-1": "91.5", ...Object.fromEntries(lots) })
      })
    )

    it.effect("ends in its time, wherever that cuts it off, and is gone on with", () => endsInTime([125, 200, 275]))

    it.effect("books each sort of movement, and its reversal, exactly", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const plant = yield* aPreparedPlant
        const sorts: ReadonlyArray<readonly [ReadonlyArray<ReturnType<typeof line>>, string, string]> = [
          [[line(plant, "supplierReceipt", "in", "STEEL", "L-1", "0.0001")], "stock.shipment.in", "100.5001"],
          [[line(plant, "shipment", "out", "STEEL", "L-1", "0.3")], "stock.shipment.out", "100.2"],
          [[line(plant, "customerReturn", "in", "STEEL", "L-1", "0.1")], "stock.shipment.out.return", "100.6"],
          [[line(plant, "scrapping", "out", "STEEL", "L-1", "1")], "stock.shipment.internal", "99.5"],
          [[line(plant, "sampling", "out", "STEEL", "L-1", "2")], "stock.shipment.internal", "98.5"],
          [[line(plant, "adjustment", "in", "STEEL", "L-1", "3")], "stock.shipment.internal", "103.5"],
          [
            [
              line(plant, "locationTransfer", "out", "STEEL", "L-1", "5"),
              line(plant, "locationTransfer", "in", "STEEL", "L-1", "5")
            ],
            "production",
            "100.5"
          ]
        ]
        for (const [index, [lines, model, left]] of sorts.entries()) {
          const document = movement(plant, 10 + index, lines)
          const number = yield* erp.post(document, soon())
          expect(number).toMatch(new RegExp(`^${model},\\d+$`))
          expect(Option.getOrThrow(yield* erp.readBack(number)).content).toEqual(erp.capabilities.inItsWords(document))
          expect(yield* stockOf(plant)).toEqual({ "L-1": left })
          const back = reversal(document, 50 + index)
          const numberBack = yield* erp.post(back, soon())
          expect(Option.getOrThrow(yield* erp.readBack(numberBack)).content).toEqual(erp.capabilities.inItsWords(back))
          expect(yield* stockOf(plant)).toEqual({ "L-1": "100.5" })
        }
        const split = movement(plant, 90, [
          line(plant, "lotTransfer", "out", "STEEL", "L-1", "40.25"),
          line(plant, "lotTransfer", "in", "STEEL", "L-1/1", "40.25")
        ])
        yield* erp.post(split, soon())
        expect(yield* stockOf(plant)).toEqual({ "L-1": "60.25", "L-1/1": "40.25" })
      })
    )
  })
})
