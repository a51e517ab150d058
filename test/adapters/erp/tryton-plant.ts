// A plant in Tryton with an order and a lot in stock, and the documents that are posted there. For the tests of its adapter.
import { Effect } from "effect"
import { fromText } from "../../../core/plant/decimal.ts"
import { ItemId, LotId, OperationId, OrderId, type PlantId } from "../../../core/plant/identifiers.ts"
import { plantScope } from "../../../core/plant/lot.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import type { Document, MovementType } from "../../../core/port/erp.ts"
import type { ErpDocuments } from "../../erp/controls.ts"
import { aPlant, goodsMovement, group } from "../../erp/documents.ts"
import { Tryton } from "./tryton.ts"

/** Tryton takes nothing that is dated later than its clock says. */
const then = <Of extends Document>(document: Of): Of => ({ ...document, postingDate: "2024-06-03" })

const odd = (plant: PlantId): Document => {
  const movement = goodsMovement(plant, "L-1", 2, "in")
  const lots = ["Los/7 & ü=漢 %2F", `Los (${plantScope(plant)})`, "Los (enterprise)"]
  return then({
    ...group(plant, "Auftrag/7 & ü=漢 %2F", 2),
    operations: [],
    movements: lots.flatMap((lot) =>
      (movement.movements ?? []).map((line) => ({
        ...line,
        lotId: LotId.make(lot),
        quantity: { value: fromText("123456789.0123"), unit: Unit.make("KGM") }
      }))
    )
  })
}

export const documents: ErpDocuments = {
  ofOrder: (plant, order, version, pieces) => then(group(plant, order, version, pieces)),
  // An order's documents are taken back with what it reports later.
  reversible: (plant, version) => then(goodsMovement(plant, "L-2", version, "in")),
  movement: (plant, lot, version, direction) => then(goodsMovement(plant, lot, version, direction)),
  odd,
  group: (plant, order, version) => then(group(plant, order, version))
}

/** A plant with an order of two operations, and a lot in stock. */
export const prepare = Effect.fnUntraced(function* (plant: PlantId) {
  const { planner } = yield* Tryton
  yield* planner.addPlant(plant)
  yield* planner.addItem("STEEL", Unit.make("KGM"))
  yield* planner.addItem("OIL", Unit.make("LTR"))
  yield* planner.addItem("PUMP", Unit.make("EA"))
  yield* planner.releaseOrder({
    plant,
    orderId: OrderId.make("O-1"),
    itemId: "PUMP",
    quantity: { value: fromText("12"), unit: Unit.make("EA") },
    operations: [OperationId.make("10"), OperationId.make("20")]
  })
  yield* planner.countLot(plant, "STEEL", "L-1", 100.5)
})

export const aPreparedPlant = Effect.tap(Effect.sync(aPlant), prepare)

export const line = (
  plant: PlantId,
  type: MovementType,
  direction: "in" | "out",
  item: string,
  lot: string,
  value: string
) => ({
  type,
  direction,
  itemId: ItemId.make(item),
  lotId: LotId.make(lot),
  scope: plantScope(plant),
  quantity: { value: fromText(value), unit: Unit.make(item === "STEEL" ? "KGM" : "EA") }
})

export const movement = (plant: PlantId, version: number, lines: ReadonlyArray<ReturnType<typeof line>>) =>
  then({ ...goodsMovement(plant, "L-1", version, "in"), movements: lines })

/** What the group of `documents` leaves of what `prepare` counted. */
export const afterGroup = { "L-1": "98.375", "PU-1": "10", "PU-2": "1" }
