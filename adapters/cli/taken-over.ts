// Where a trace ends for want of history: lots and orders that were taken over from the ERP. Used by `lot trace`.
import { Effect } from "effect"
import {
  category,
  lotOf,
  lotStream,
  orderOf,
  orderStream,
  plantOf,
  type StreamName
} from "../../core/journal/stream.ts"
import { OrderId, PlantId } from "../../core/plant/identifiers.ts"
import { lotsTakenOver } from "../../projections/lots/queries.ts"
import { ordersTakenOver } from "../../projections/orders/queries.ts"

/** Of these lots and orders, those whose history begins with what the ERP had by then → when that was. */
export const takenOver = Effect.fnUntraced(function* (streams: Iterable<StreamName>) {
  const { lot = [], order = [] } = Object.groupBy(new Set(streams), (stream) =>
    category(stream) === "order" ? "order" : "lot"
  )
  const lots = yield* lotsTakenOver(lot.map(lotOf))
  const orders = yield* ordersTakenOver(
    order.map((stream) => ({ plant: PlantId.make(plantOf(stream)), orderId: OrderId.make(orderOf(stream)) }))
  )
  return new Map<StreamName, string>([
    ...lots.map((row) => [lotStream(row), row.takenOverAt] as const),
    ...orders.map(({ orderId, plant, takenOverAt }) => [orderStream(plant, orderId), takenOverAt] as const)
  ])
})
