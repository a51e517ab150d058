// SAP's adapter passes the contract of the port, against a stand-in that is strict about SAP's rules.
import { Effect, Layer } from "effect"
import { fromText } from "../../../core/plant/decimal.ts"
import { ItemId, LotId, OperationId, type PlantId } from "../../../core/plant/identifiers.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import type { Document } from "../../../core/port/erp.ts"
import { ErpControls } from "../../erp/controls.ts"
import { goodsMovement } from "../../erp/documents.ts"
import { erpContract } from "../../erp/tck.ts"
import { confirmed, orderNumber, orderOf, prepare, Sap, sapWorld, threePieces } from "./sap.ts"

/** Quotes, spaces, slashes and what isn't Latin, in SAP's capitals and lengths. */
const odd = (plant: PlantId): Document => {
  const document = goodsMovement(plant, "L-1", 2, "in")
  return {
    ...document,
    movements: (document.movements ?? []).map((movement) => ({
      ...movement,
      itemId: ItemId.make("O'RING Ü/7 & =漢 %2F"),
      lotId: LotId.make("'Ü/& =漢%2F"),
      quantity: { value: fromText("9999999999.999"), unit: Unit.make("KGM") }
    }))
  }
}

const controls = Layer.effect(
  ErpControls,
  Effect.map(Sap, (sap) => {
    const { plants, server } = sap
    const { books } = server
    const werks = (plant: PlantId) => plants.get(plant)?.plant ?? ""
    return {
      prepare: (plant) =>
        prepare(plant).pipe(
          Effect.andThen(Effect.sync(() => books.addProduct("O'RING Ü/7 & =漢 %2F", "KG", true))),
          Effect.provideService(Sap, sap)
        ),
      closePeriod: (plant, day) => Effect.sync(() => books.closePeriod(werks(plant), day)),
      openPeriods: (plant) => Effect.sync(() => books.openPeriods(werks(plant))),
      lockOrder: (plant, orderId, locked) =>
        Effect.sync(() =>
          books.changeOrder(orderNumber(plant, orderId), (order) => {
            order.lockedBy = locked ? "PLANNER" : undefined
          })
        ),
      letFinalBeLast: (plant) => Effect.sync(() => void books.finalIsLast.add(werks(plant))),
      loseNextAnswer: () => Effect.sync(() => server.failNext("POST", { kind: "lost answer" })),
      failNext: () => Effect.sync(() => server.failNext("any", { kind: "unavailable" })),
      changeItem: (_plant, itemId, description) => Effect.sync(() => books.addProduct(itemId, "KG", true, description)),
      releaseOrder: (plant) =>
        Effect.sync(() => {
          const number = orderNumber(plant, "O-9")
          books.addOrder({ number, plant: werks(plant), material: "PUMP", quantity: "12.000", unit: "EA" })
          return orderOf(plant, "O-9")
        }),
      completeOrder: (_plant, orderId) =>
        Effect.sync(() =>
          books.changeOrder(orderId.padStart(12, "0"), (order) => {
            order.technicallyCompleted = true
          })
        ),
      postByHand: (plant) =>
        Effect.sync(() => {
          const confirmation = server.postByHand.confirmation({ OrderID: orderNumber(plant), ...threePieces })
          return {
            document: `${confirmation.group}/${confirmation.count}`,
            kind: "confirmation",
            content: {
              orderId: orderOf(plant, "O-1"),
              operationId: OperationId.make("0010"),
              amounts: { yield: { value: fromText("3"), unit: Unit.make("EA") } },
              final: false
            },
            postingDate: "2026-11-22"
          }
        }),
      cancelByHand: (_plant, document) => Effect.sync(() => server.cancelByHand(document))
    }
  })
)

erpContract("sap", Layer.provideMerge(controls, sapWorld()), {
  documents: {
    ofOrder: confirmed,
    reversible: (plant, version) => confirmed(plant, "O-1", version),
    movement: goodsMovement,
    odd
  },
  changes: "last",
  closedPeriods: true,
  lockedOrders: true,
  finalIsLast: true,
  lostAnswers: true,
  outages: true,
  books: new Set(["documentsOf", "openOrders", "stock", "available", "releasedToMes"]),
  cancelsByHand: true
})
