// Confirmations with goods in SAP, and those whose goods wait in its list of failed ones (COGI).
import { expect, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import { OperationId, type PlantId } from "../../../core/plant/identifiers.ts"
import { Erp } from "../../../core/port/erp.ts"
import { reversal } from "../../erp/documents.ts"
import {
  aPreparedPlant,
  component,
  confirmed,
  lastSent,
  line,
  moved,
  refusal,
  Sap,
  sapWorld,
  soon,
  verified
} from "./sap.ts"

layer(sapWorld(), { timeout: "10 seconds", excludeTestServices: true })(
  "SAP: confirmations with goods, and COGI",
  (it) => {
    const withGoods = (plant: PlantId, version: number) => ({
      ...confirmed(plant, "O-1", version),
      movements: [
        line(plant, "productReceipt", "in", "PUMP", "10", "P-1"),
        line(plant, "goodsIssue", "out", "STEEL", "2.5", "L-1")
      ]
    })

    it.effect("posts both as one, reads both back, and cancels both", () =>
      Effect.gen(function* () {
        const { server } = yield* Sap
        const { plant, werks } = yield* aPreparedPlant({ components: [component("STEEL", "24.000")] })
        const document = withGoods(plant, 2)
        yield* verified(document)
        expect(server.books.stockOf(werks)).toEqual({ "PUMP/P-1/0001": "10.000", "STEEL/L-1/0001": "98.000" })
        yield* verified(reversal(document, 3))
        expect(server.books.stockOf(werks)).toEqual({ "STEEL/L-1/0001": "100.500" })
        const tooMuch = { ...withGoods(plant, 4), movements: [line(plant, "goodsIssue", "out", "STEEL", "101", "L-1")] }
        expect(yield* refusal(tooMuch)).toMatchObject({ value: "M7/021" })
        expect(server.books.confirmations.filter(({ order }) => order.plant === werks).length).toBe(2)
      })
    )

    it.effect("is accepted and not verified while one of its goods movements waits in COGI", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { server } = yield* Sap
        const { plant, werks } = yield* aPreparedPlant()
        const document = withGoods(plant, 2)
        server.books.failing.add("STEEL")
        const number = yield* erp.post(document, soon())
        server.books.failing.clear()
        expect(Option.isNone(yield* erp.readBack(number))).toBe(true)
        // Never a second one, however often it is asked for.
        expect(yield* erp.post(document, soon())).toBe(number)
        expect(Option.isNone(yield* erp.findByKey(document.key))).toBe(true)
        const [waiting] = server.books.failedGoods()
        if (waiting === undefined) throw new Error("Nothing waits in COGI")
        server.repair(waiting)
        const held = Option.getOrThrow(yield* erp.readBack(number))
        expect(held.content).toEqual(erp.capabilities.inItsWords(document))
        expect(server.books.stockOf(werks)).toEqual({ "PUMP/P-1/0001": "10.000", "STEEL/L-1/0001": "98.000" })
      })
    )

    it.effect("so is one whose backflush failed; what SAP takes by itself is in no document", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { server } = yield* Sap
        const backflush = [component("STEEL", "24.000", { backflush: true, batch: "L-1" })]
        const { plant, werks } = yield* aPreparedPlant({ components: backflush })
        yield* verified(confirmed(plant, "O-1", 2, "6"))
        expect(server.books.stockOf(werks)).toEqual({ "STEEL/L-1/0001": "88.500" })
        yield* verified({ ...confirmed(plant, "O-1", 3, "6"), operationId: OperationId.make("0020") })
        const document = confirmed(plant, "O-1", 4, "60")
        const number = yield* erp.post(document, soon())
        expect(Option.isNone(yield* erp.readBack(number))).toBe(true)
        server.books.addStock({ plant: werks, material: "STEEL", batch: "L-1", storageLocation: "0001" }, "200.000")
        const [waiting] = server.books.failedGoods()
        if (waiting === undefined) throw new Error("Nothing waits in COGI")
        server.repair(waiting)
        const held = Option.getOrThrow(yield* erp.readBack(number))
        expect(held.content).toEqual(erp.capabilities.inItsWords(document))
      })
    )

    it.effect("moves nothing by itself where the plant says so", () =>
      Effect.gen(function* () {
        const { server } = yield* Sap
        const backflush = [component("STEEL", "24.000", { backflush: true, batch: "L-1" })]
        const { plant, werks } = yield* aPreparedPlant({ components: backflush }, { backflush: false })
        yield* verified(confirmed(plant, "O-1", 2, "6"))
        expect(yield* lastSent("/ProdnOrdConf2")).toMatchObject({ APIConfHasNoGoodsMovements: true })
        expect(server.books.stockOf(werks)).toEqual({ "STEEL/L-1/0001": "100.500" })
      })
    )

    it.effect("reads numbers without their zeros, too", () =>
      Effect.gen(function* () {
        const { server } = yield* Sap
        const components = [
          component("STEEL", "24.000", { backflush: true, batch: "L-1" }),
          component("000000000000004711", "12.000", { item: "0002", unit: "EA" })
        ]
        const { plant, werks } = yield* aPreparedPlant({ components, coProducts: ["OIL"] })
        const bolts = { plant: werks, material: "000000000000004711", batch: "", storageLocation: "0001" }
        server.books.addStock(bolts, "8.000")
        server.showZeros(false)
        const taken = moved(plant, 2, [line(plant, "goodsIssue", "out", "4711", "3")], "of its order")
        const made = moved(plant, 3, [line(plant, "coProductReceipt", "in", "OIL", "1")], "of its order")
        const documents = [taken, made, confirmed(plant, "O-1", 4, "6")]
        for (const document of documents) yield* verified(document)
        for (const [index, document] of documents.entries()) yield* verified(reversal(document, 10 + index))
        server.showZeros(true)
        expect(server.books.stockOf(werks)).toEqual({
          "000000000000004711//0001": "8.000",
          "STEEL/L-1/0001": "100.500"
        })
      })
    )
  }
)
