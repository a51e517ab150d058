// The part of the contract kit that is about what an ERP's books hold, whoever wrote it. Used by `tck.ts` alone.
import { expect, type Vitest } from "@effect/vitest"
import { Effect } from "effect"
import { add, type Decimal, fromText, zero } from "../../core/plant/decimal.ts"
import { ItemId, OrderId, type PlantId } from "../../core/plant/identifiers.ts"
import { accumulate, inUnit, none } from "../../core/plant/quantity.ts"
import { type Document, Erp, type HeldDocument } from "../../core/port/erp.ts"
import { aPreparedPlant, type Capabilities, ErpControls, inItsWords, soon } from "./controls.ts"
import { aPlant, reversal } from "./documents.ts"

/** What the books hold of a document of ours. */
const heldOf = Effect.fnUntraced(function* (document: Document, number: string) {
  const { key, kind, plant: _, postingDate, reverses: __, ...content } = yield* inItsWords(document)
  const held: HeldDocument = { document: number, key, kind, content, postingDate }
  return held
})

/** What is on hand of a lot of STEEL, wherever it lies. */
const onHand = Effect.fnUntraced(function* (plant: PlantId, lot: string) {
  const erp = yield* Erp
  const lines = (yield* erp.stock(plant)).filter(({ itemId, lotId }) => itemId === "STEEL" && lotId === lot)
  return lines.reduce((sums, { quantity }) => accumulate(sums, quantity, 1), none)
})

export const booksContract = (it: Vitest.MethodsNonLive<Erp | ErpControls>, can: Capabilities): void => {
  const { documents } = can

  it.effect("says which questions about its books it answers", () =>
    Effect.map(Erp, ({ capabilities }) => expect(capabilities.books).toEqual(can.books))
  )

  if (can.books.has("documentsOf")) {
    it.effect("shows all documents of an order that stand, ours with their key and those of others without", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const controls = yield* ErpControls
        const plant = yield* aPreparedPlant
        const ours = documents.ofOrder(plant, "O-1", 2)
        const orderId = ours.orderId ?? OrderId.make("O-1")
        expect(yield* erp.documentsOf(plant, orderId)).toEqual([])
        const theirs = yield* controls.postByHand(plant)
        const held = yield* heldOf(ours, yield* erp.post(ours, soon()))
        expect(theirs.key).toBeUndefined()
        expect(held.key).toBeDefined()
        expect(yield* erp.documentsOf(plant, orderId)).toEqual([theirs, held])
        expect(yield* erp.documentsOf(plant, OrderId.make("4711"))).toEqual([])
        if (!can.cancelsByHand) return
        yield* controls.cancelByHand(plant, theirs.document)
        expect(yield* erp.documentsOf(plant, orderId)).toEqual([held])
      })
    )

    const { orderId } = documents.reversible(aPlant(), 2)
    if (orderId !== undefined) {
      it.effect("shows no document that we took back, and not what took it back", () =>
        Effect.gen(function* () {
          const erp = yield* Erp
          const document = documents.reversible(yield* aPreparedPlant, 2)
          const held = erp.documentsOf(document.plant, document.orderId ?? orderId)
          yield* erp.post(document, soon())
          expect(yield* held).toHaveLength(1)
          yield* erp.post(reversal(document, 3), soon())
          expect(yield* held).toEqual([])
        })
      )
    }
  }

  if (can.books.has("openOrders")) {
    it.effect("lists the orders that are released and not complete, as they are planned", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const controls = yield* ErpControls
        const plant = yield* aPreparedPlant
        const open = Effect.map(erp.openOrders(plant), (orders) => orders.filter((order) => order.orderId === orderId))
        const orderId = yield* controls.releaseOrder(plant)
        const [order] = yield* open
        expect(order).toMatchObject({ orderId, itemId: "PUMP", quantity: { value: "12", unit: "EA" } })
        expect(order?.operations.length).toBeGreaterThan(0)
        yield* controls.completeOrder(plant, orderId)
        expect(yield* open).toEqual([])
      })
    )
  }

  if (can.books.has("stock") && can.books.has("available")) {
    it.effect("says what it has on hand of a lot, and how much of an item may be taken, where it knows the item", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const plant = yield* aPreparedPlant
        const before = inUnit(yield* onHand(plant, "L-1"), "KGM")
        const [steel, unknown] = [ItemId.make("STEEL"), ItemId.make("NO/SUCH, ü")]
        const isThere = Effect.fnUntraced(function* (ofFirst: Decimal, ofSecond: Decimal) {
          expect(inUnit(yield* onHand(plant, "L-1"), "KGM")).toBe(ofFirst)
          expect(inUnit(yield* onHand(plant, "L-9"), "KGM")).toBe(ofSecond)
          const quantity = { value: add(ofFirst, ofSecond), unit: "KGM" }
          expect(yield* erp.available(plant, [unknown, steel])).toEqual([{ itemId: steel, quantity }])
        })
        const two = fromText("2")
        yield* erp.post(documents.movement(plant, "L-1", 2, "in"), soon())
        yield* erp.post(documents.movement(plant, "L-9", 3, "in"), soon())
        yield* isThere(add(before, two), two)
        yield* erp.post(documents.movement(plant, "L-9", 4, "out"), soon())
        yield* isThere(add(before, two), zero)
        expect(yield* erp.available(plant, [])).toEqual([])
      })
    )
  }

  if (can.books.has("releasedToMes")) {
    it.effect("hears that the MES has taken an order over, as often as it is told", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const controls = yield* ErpControls
        const plant = yield* aPreparedPlant
        const orderId = yield* controls.releaseOrder(plant)
        for (const _ of [1, 2]) yield* erp.releasedToMes(plant, orderId, 1)
        const open = yield* erp.openOrders(plant)
        expect(open.map((order) => order.orderId)).toContain(orderId)
      })
    )
  }
}
