// What SAP's books hold of an order and of a plant, whoever wrote it.
import { expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import { ItemId, OrderId, type PlantId } from "../../../core/plant/identifiers.ts"
import { plantScope } from "../../../core/plant/lot.ts"
import { type Document, Erp } from "../../../core/port/erp.ts"
import { reversal } from "../../erp/documents.ts"
import {
  aPreparedPlant,
  component,
  confirmed,
  line,
  moved,
  orderNumber,
  orderOf,
  Sap,
  sapWorld,
  soon,
  threePieces
} from "./sap.ts"

const day = "2026-11-22"

const documentsOf = (plant: PlantId) => Effect.flatMap(Erp, (erp) => erp.documentsOf(plant, orderOf(plant, "O-1")))
const post = (document: Document) => Effect.flatMap(Erp, (erp) => erp.post(document, soon()))

/** Of two kilograms of lot L-1, as somebody books it in SAP. */
const byHand = (werks: string, order: string, type: string) => ({
  DocumentDate: threePieces.PostingDate,
  PostingDate: threePieces.PostingDate,
  GoodsMovementCode: "03",
  to_MaterialDocumentItem: {
    results: [
      {
        ...{ Material: "STEEL", Plant: werks, StorageLocation: "0001", Batch: "L-1", GoodsMovementType: type },
        ...{ EntryUnit: "KG", QuantityInEntryUnit: "2.000", ManufacturingOrder: order }
      }
    ]
  }
})

layer(sapWorld(), { timeout: "10 seconds", excludeTestServices: true })("SAP: what its books hold", (it) => {
  for (const zeros of ["with", "without"] as const) {
    it.effect(`shows goods that were booked on an order, by whom ever, once and ${zeros} zeros`, () =>
      Effect.gen(function* () {
        const { server } = yield* Sap
        server.showZeros(zeros === "with")
        const { plant, werks } = yield* aPreparedPlant()
        const order = orderNumber(plant)
        const ours = moved(plant, 2, [line(plant, "goodsIssue", "out", "STEEL", "1.5", "L-1")], "of its order")
        const number = yield* post(ours)
        const theirs = server.postByHand.goods(byHand(werks, order, "261"))
        const cancelled = server.postByHand.goods(byHand(werks, order, "261"))
        server.cancelByHand(`${cancelled.number}/${cancelled.year}`)
        const took = (value: string) => ({
          orderId: orderOf(plant, "O-1"),
          movements: [
            {
              ...{ type: "goodsIssue", direction: "out", itemId: "STEEL", lotId: "L-1", storageLocation: "0001" },
              quantity: { value, unit: "KGM" }
            }
          ]
        })
        const { capabilities } = yield* Erp
        const { key } = capabilities.inItsWords(ours)
        expect(yield* documentsOf(plant)).toEqual([
          { document: number, key, kind: "goodsMovement", content: took("1.5"), postingDate: ours.postingDate },
          { document: `${theirs.number}/${theirs.year}`, kind: "goodsMovement", content: took("2"), postingDate: day }
        ])
        server.showZeros(true)
      })
    )
  }

  it.effect("tells in SAP's words what has none of ours, and leaves no document out for it", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant, werks } = yield* aPreparedPlant()
      const odd = server.books.book({
        ...{ postingDay: day, reference: "", text: "", cancels: undefined },
        items: [
          {
            ...{ item: "0001", plant: werks, material: "PUMP", batch: "P-1", storageLocation: "0001", type: "102" },
            ...{ unit: "EA", quantity: "1.000", order: orderNumber(plant), orderItem: "0001", reservation: "" },
            ...{ reservationItem: "", target: undefined, automatic: false }
          }
        ]
      })
      expect(yield* documentsOf(plant)).toEqual([
        {
          document: `${odd.number}/${odd.year}`,
          kind: "goodsMovement",
          content: { orderId: orderOf(plant, "O-1"), movements: [] },
          unsaid: "102 PUMP P-1 1 EA",
          postingDate: day
        }
      ])
    })
  )

  it.effect("shows what SAP took by itself on a confirmation of ours as a document that isn't ours", () =>
    Effect.gen(function* () {
      const { plant } = yield* aPreparedPlant({
        components: [component("STEEL", "24.000", { backflush: true, batch: "L-1" })]
      })
      const ours = confirmed(plant, "O-1", 2, "3")
      yield* post(ours)
      const taken = { itemId: "STEEL", lotId: "L-1", direction: "out", quantity: { value: "6", unit: "KGM" } }
      const held = yield* documentsOf(plant)
      expect(held).toMatchObject([
        { kind: "confirmation", content: { amounts: { yield: { value: "3" } } } },
        { kind: "goodsMovement", content: { movements: [taken] } }
      ])
      expect(held.map(({ key }) => key === undefined)).toEqual([false, true])
      expect(held[0]?.content.movements).toBeUndefined()
      yield* post(reversal(ours, 3))
      expect(yield* documentsOf(plant)).toEqual([])
    })
  )

  it.effect("shows a confirmation that somebody made with its goods, and these not again by themselves", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant({
        components: [component("STEEL", "24.000", { backflush: true, batch: "L-1" })]
      })
      server.postByHand.confirmation({ OrderID: orderNumber(plant), ...threePieces })
      expect(yield* documentsOf(plant)).toMatchObject([
        { kind: "confirmation", content: { movements: [{ itemId: "STEEL", quantity: { value: "6" } }] } }
      ])
    })
  )

  it.effect("shows nothing of an order of another plant, or of one whose number can't be SAP's", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const [{ plant }, other] = [yield* aPreparedPlant(), yield* aPreparedPlant()]
      yield* post(confirmed(plant, "O-1", 2))
      expect(yield* erp.documentsOf(other.plant, orderOf(plant, "O-1"))).toEqual([])
      expect(yield* erp.documentsOf(plant, OrderId.make("an order of ours"))).toEqual([])
      expect(yield* documentsOf(plant)).toHaveLength(1)
    })
  )

  it.effect("shows all of it, page after page", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { server } = yield* Sap
      const { plant, werks } = yield* aPreparedPlant()
      const numbers = Array.from({ length: 501 }, (_, index) => index)
      const place = { plant: werks, material: "STEEL", storageLocation: "0001" }
      server.books.addStock({ ...place, batch: "L-1" }, "2000.000")
      for (const index of numbers) {
        server.postByHand.confirmation({ OrderID: orderNumber(plant), ...threePieces })
        server.postByHand.goods(byHand(werks, orderNumber(plant), "261"))
        server.books.addStock({ ...place, batch: `B-${index}` }, "1.000")
        server.books.addOrder({
          ...{ number: String(2_000_000 + index).padStart(12, "0"), plant: werks },
          ...{ material: "PUMP", quantity: "1.000", unit: "EA" }
        })
      }
      expect(new Set((yield* documentsOf(plant)).map(({ document }) => document)).size).toBe(2 * numbers.length)
      const lots = (yield* erp.stock(plant)).map(({ lotId }) => lotId)
      expect(new Set(lots)).toEqual(new Set(["L-1", ...numbers.map((index) => `B-${index}`)]))
      // With the one that it had.
      expect(new Set((yield* erp.openOrders(plant)).map(({ orderId }) => orderId)).size).toBe(502)
    })
  )

  it.effect("has what is blocked in stock, and lets nothing of it be taken", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { server } = yield* Sap
      const { plant, werks } = yield* aPreparedPlant()
      const place = { plant: werks, material: "STEEL", storageLocation: "0001" }
      server.books.addBlockedStock({ ...place, batch: "L-1" }, "7.000")
      server.books.addBlockedStock({ ...place, batch: "L-2" }, "1.000")
      server.books.addStock({ ...place, material: "000000000000004711", batch: "" }, "12.000")
      const where = { itemId: "STEEL", scope: plantScope(plant), storageLocation: "0001" }
      expect(yield* erp.stock(plant)).toEqual([
        { itemId: "4711", storageLocation: "0001", quantity: { value: "12", unit: "EA" } },
        { ...where, lotId: "L-1", quantity: { value: "107.5", unit: "KGM" } },
        { ...where, lotId: "L-2", quantity: { value: "1", unit: "KGM" } }
      ])
      const asked = ["4711", "STEEL", "PUMP", "not SAP's"].map((item) => ItemId.make(item))
      const available = yield* erp.available(plant, asked)
      expect(new Map(available.map(({ itemId, quantity }) => [itemId, quantity.value]))).toEqual(
        new Map([
          ["4711", "12"],
          ["STEEL", "100.5"],
          ["PUMP", "0"]
        ])
      )
    })
  )

  const tell = (plant: PlantId, order = orderOf(plant, "O-1"), revision = 1) =>
    Effect.flatMap(Erp, (erp) => erp.releasedToMes(plant, order, revision))
  const takenOver = (plant: PlantId) =>
    Effect.map(Sap, ({ server }) => server.books.orders.get(orderNumber(plant))?.takenOver)

  it.effect("tells of an order that the MES has taken over once a revision, also when the answer was lost", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      server.failNext("POST", { kind: "lost answer" })
      expect(yield* Effect.flip(tell(plant))).toMatchObject({ _tag: "TechnicalFailure" })
      for (const _ of [1, 2]) yield* tell(plant)
      expect(yield* takenOver(plant)).toBe(1)
      yield* tell(plant, orderOf(plant, "O-1"), 2)
      expect(yield* takenOver(plant)).toBe(2)
    })
  )

  it.effect("says why SAP doesn't hear of it", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const other = yield* aPreparedPlant()
      const change = (fields: object) =>
        server.books.changeOrder(orderNumber(plant), (order) => void Object.assign(order, fields))
      expect(yield* Effect.flip(tell(plant, orderOf(other.plant, "O-1")))).toMatchObject({ _tag: "DataQualityIssue" })
      expect(yield* Effect.flip(tell(plant, OrderId.make("4711")))).toMatchObject({ _tag: "DataQualityIssue" })
      change({ lockedBy: "PLANNER" })
      expect(yield* Effect.flip(tell(plant))).toMatchObject({ _tag: "TechnicalFailure" })
      change({ lockedBy: undefined, technicallyCompleted: true })
      expect(yield* Effect.flip(tell(plant))).toMatchObject({ _tag: "BusinessRuleViolation", value: "BS/007" })
      expect(yield* takenOver(plant)).toBe(0)
    })
  )
})
