// The order that a command names. Used by `order` and `why`.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { DataQualityIssue } from "../../core/failure.ts"
import { OrderId, PlantId } from "../../core/plant/identifiers.ts"

/** `<plant>/<order>`, or an order's id alone where one plant only has it. */
export const knownOrder = Effect.fnUntraced(function* (id: string) {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql<{ readonly plant: string; readonly order: string }>`
    select plant, order_id as "order" from orders.order_view
    where order_id = ${id} or plant || '/' || order_id = ${id} order by plant limit 20`
  const [only, ...others] = found
  if (only !== undefined && others.length === 0)
    return { plant: PlantId.make(only.plant), order: OrderId.make(only.order) }
  return yield* new DataQualityIssue({
    field: "order",
    value: id,
    reason: only === undefined ? "No plant has an order of this id" : `${found.length} plants have it`,
    nextStep:
      only === undefined
        ? "Give the id as the ERP has it; npm run traveler -- doctor tells whether messages still wait"
        : `Give it with its plant: ${found.map(({ plant, order }) => `${plant}/${order}`).join(", ")}`
  })
})
