// An order of SAP's as the release that it is now. Used by `changed-orders.ts` and `open-orders.ts`.
import { Schema } from "effect"
import { millisOfDigits, results, SapDecimal, SapDigits, SapFlag } from "./answer.ts"
import { operationOf, orderOf, withoutZeros } from "./numbers.ts"
import type { SapPlant } from "./options.ts"
import { unitName } from "./units.ts"

const Operation = Schema.Struct({
  ManufacturingOrderOperation: Schema.String,
  MfgOrderOperationText: Schema.String,
  WorkCenter: Schema.String,
  OpPlannedTotalQuantity: SapDecimal,
  OperationUnit: Schema.String,
  OperationIsDeleted: SapFlag
})

const Component = Schema.Struct({
  Material: Schema.String,
  ManufacturingOrderOperation: Schema.String,
  MatlCompIsMarkedForBackflush: Schema.Boolean,
  IsBulkMaterialComponent: Schema.Boolean,
  MaterialComponentIsPhantomItem: Schema.Boolean
})

/** What of an order is asked for beside its own fields. */
export const partsOfOrder = "to_ProductionOrderOperation,to_ProductionOrderComponent"

export const SapOrder = Schema.Struct({
  ManufacturingOrder: Schema.String,
  Material: Schema.String,
  TotalQuantity: SapDecimal,
  ProductionUnit: Schema.String,
  LastChangeDateTime: SapDigits,
  OrderIsReleased: SapFlag,
  OrderIsTechnicallyCompleted: SapFlag,
  OrderIsClosed: SapFlag,
  OrderIsMarkedForDeletion: SapFlag,
  OrderIsDeleted: SapFlag,
  to_ProductionOrderOperation: results(Operation),
  to_ProductionOrderComponent: results(Component)
})
export type SapOrder = typeof SapOrder.Type

/** Seconds since 2000: higher with each change, and the same whenever it is told. */
const revisionOf = (at: number): number => Math.max(1, Math.floor((at - Date.UTC(2000, 0)) / 1_000))

const planned = (operation: typeof Operation.Type) => ({
  operationId: operationOf(operation.ManufacturingOrderOperation),
  ...(operation.MfgOrderOperationText === "" ? {} : { description: operation.MfgOrderOperationText }),
  ...(operation.WorkCenter === "" ? {} : { workCenterId: operation.WorkCenter }),
  quantity: { value: operation.OpPlannedTotalQuantity, unit: unitName(operation.OperationUnit) }
})

/** All that SAP takes by itself when an operation is confirmed; nothing where the plant has it confirm without that. */
const backflushed = ({ to_ProductionOrderComponent }: SapOrder, { backflush = true }: SapPlant) =>
  to_ProductionOrderComponent.results
    .filter(
      (component) =>
        backflush &&
        component.MatlCompIsMarkedForBackflush &&
        !component.IsBulkMaterialComponent &&
        !component.MaterialComponentIsPhantomItem
    )
    .map(({ ManufacturingOrderOperation, Material }) => ({
      itemId: withoutZeros(Material),
      operationId: operationOf(ManufacturingOrderOperation)
    }))

/** Milliseconds since 1970. */
export const changedAt = ({ LastChangeDateTime }: SapOrder): number => millisOfDigits(LastChangeDateTime)

export const statusOf = (order: SapOrder) => ({
  isReleased: order.OrderIsReleased === "X",
  isCompleted: order.OrderIsTechnicallyCompleted === "X",
  isClosed: order.OrderIsClosed === "X",
  isDeleted: order.OrderIsMarkedForDeletion === "X" || order.OrderIsDeleted === "X"
})

/** Body of a ProductionOrderReleased; whether it makes sense isn't known here. */
export const releaseOf = (order: SapOrder, plant: SapPlant) => ({
  orderId: orderOf(order.ManufacturingOrder),
  occurredAt: new Date(changedAt(order)).toISOString(),
  itemId: withoutZeros(order.Material),
  quantity: { value: order.TotalQuantity, unit: unitName(order.ProductionUnit) },
  revision: revisionOf(changedAt(order)),
  operations: order.to_ProductionOrderOperation.results
    .filter(({ OperationIsDeleted }) => OperationIsDeleted === "")
    .map(planned),
  backflushedComponents: backflushed(order, plant)
})
