// What a change that somebody makes in the sandbox ERP does to its open orders. Pure; used by `ledger.ts` alone.
import { Option, Schema } from "effect"
import { ProductionOrderClosed, ProductionOrderReleased } from "../../../core/message/order.ts"
import type { OrderId } from "../../../core/plant/identifiers.ts"
import type { NewChange } from "./contract.ts"

/** A change of an order carries the whole plan, as its release does. */
const decodePlan = Schema.decodeUnknownOption(Schema.fromJsonString(ProductionOrderReleased))
const plans: ReadonlySet<string> = new Set(["ProductionOrderReleased", "ProductionOrderChanged"])

const decodeEnd = Schema.decodeUnknownOption(Schema.fromJsonString(ProductionOrderClosed))
const ends: ReadonlySet<string> = new Set([
  "ProductionOrderCancelled",
  "ProductionOrderTechnicallyCompleted",
  "ProductionOrderClosed"
])

/** None where it is about something else, or makes no sense: it is told as it is. */
export const orderChange = ({
  body,
  type
}: NewChange): { readonly orderId: OrderId; readonly isOpen: boolean } | undefined => {
  if (!plans.has(type) && !ends.has(type)) return undefined
  const isOpen = plans.has(type)
  const order = isOpen ? Option.getOrUndefined(decodePlan(body)) : Option.getOrUndefined(decodeEnd(body))
  return order === undefined ? undefined : { orderId: order.orderId, isOpen }
}
