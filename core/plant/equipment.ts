// What a work center does, and what it works on. Anyone may import this file.
import { Schema } from "effect"
import { OperationId, OrderId } from "./identifiers.ts"

/** Of ISO 22400's time model, what a person or a machine says: it makes something, is set up, waits, stands, is looked after, isn't used. */
export const EquipmentState = Schema.Literals(["Running", "Setup", "Idle", "Down", "Maintenance", "OutOfService"])
export type EquipmentState = typeof EquipmentState.Type

/** No work can be begun there. */
export const isStopped = (state: EquipmentState): boolean =>
  state === "Down" || state === "Maintenance" || state === "OutOfService"

/** B2MML EquipmentUse: the order, and of it the operation, that a work center serves. */
export const ServedOrder = Schema.Struct({ orderId: OrderId, operationId: Schema.optionalKey(OperationId) })
export type ServedOrder = typeof ServedOrder.Type
