// A planner's order in Tryton as the release that it is now. Used by `changed-orders.ts` and `books.ts`.
import { Schema } from "effect"
import { onlyVersion } from "./changed-bills.ts"
import { onlyOperation } from "./operations.ts"
import { decimalOfNumber } from "./quantities.ts"
import type { PlannedStep } from "./routing-steps.ts"
import { unitOf } from "./units.ts"
import { stampNames, stamps, writtenAt } from "./written.ts"

export const TrytonOrder = Schema.Struct({
  id: Schema.Int,
  ...stamps,
  number: Schema.String,
  reference: Schema.NullOr(Schema.String),
  state: Schema.String,
  quantity: Schema.NullOr(Schema.Finite),
  routing: Schema.NullOr(Schema.Int),
  "product.": Schema.Struct({ code: Schema.NullOr(Schema.String) }),
  "uom.": Schema.NullOr(Schema.Struct({ symbol: Schema.String }))
})
export type TrytonOrder = typeof TrytonOrder.Type

export const orderNames = [
  ...stampNames,
  "number",
  "reference",
  "state",
  "quantity",
  "routing",
  "product.code",
  "uom.symbol"
]

/** A draft is the planner's own; whoever lets it wait for its material has released it. */
export const releasedStates = ["waiting", "assigned", "running"]

/** Seconds from its making to its last change: higher with each, and the same whenever it is told. */
const revisionOf = ({ create_date }: TrytonOrder, written: string): number => {
  const made = create_date === null ? written : writtenAt({ create_date, write_date: null })
  return Math.floor((Date.parse(written) - Date.parse(made)) / 1_000) + 1
}

/** Body of a ProductionOrderReleased; whether it makes sense isn't known here. */
export const releaseOf = (order: TrytonOrder, steps: ReadonlyArray<PlannedStep>) => {
  const occurredAt = writtenAt(order)
  const own = steps.filter(({ routing }) => routing === order.routing).map(({ operation }) => operation)
  const symbol = order["uom."]?.symbol ?? ""
  return {
    orderId: order.number,
    occurredAt,
    itemId: order["product."].code ?? "",
    quantity: { value: decimalOfNumber(order.quantity ?? 0) ?? "0", unit: unitOf(symbol) ?? symbol },
    revision: revisionOf(order, occurredAt),
    operations: own.length > 0 ? own : [{ operationId: onlyOperation }],
    // It takes nothing by itself: the lines that happened take the place of its planned ones.
    backflushedComponents: [],
    ...(order.routing === null ? {} : { operationsDefinition: { id: String(order.routing), version: onlyVersion } })
  }
}
