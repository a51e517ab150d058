// What Tryton's books hold, whoever wrote it. Used by `client.ts` alone.
import { Effect, Schema } from "effect"
import { ProductionOrderReleased } from "../../../core/message/order.ts"
import type { PlantId } from "../../../core/plant/identifiers.ts"
import type { ErpBooks } from "../../../core/port/erp.ts"
import { type Search, technical } from "./ask.ts"
import type { Holding } from "./held.ts"
import type { Lookup } from "./lookup.ts"
import { orderNames, releasedStates, releaseOf, TrytonOrder } from "./release.ts"
import { stepsOf } from "./routing-steps.ts"
import { stocktaking } from "./stock.ts"

const decodeRelease = Schema.decodeUnknownEffect(ProductionOrderReleased)

export const booksOf = (search: Search, known: Lookup, { ofOrder }: Holding): ErpBooks => ({
  documentsOf: ofOrder,
  openOrders: Effect.fnUntraced(function* (plant: PlantId) {
    const domain = [
      ["warehouse.code", "=", plant],
      ["product", "!=", null],
      ["state", "in", releasedStates]
    ]
    const orders = yield* search(TrytonOrder, "production", domain, orderNames)
    const steps = yield* stepsOf(
      search,
      orders.flatMap(({ routing }) => routing ?? [])
    )
    return yield* Effect.forEach(orders, (order) =>
      Effect.mapError(decodeRelease(releaseOf(order, steps)), ({ message }) =>
        technical(`Production ${order.number} can't be said: ${message}`)
      )
    )
  }),
  ...stocktaking(search, known),
  releasedToMes: () =>
    Effect.die(new Error("Tryton has no word for an order that the MES has: its capabilities say so"))
})
